// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A connected stream as an application wants it: bytes in, bytes out, one callback for each thing that can happen.
///
/// Hides what every user of ns-3 stream sockets would write again: waiting for room in the send buffer, reading until
/// nothing is left, telling an orderly end from a failure, cutting the callbacks on the way out.
#ifndef IMS_TLS_STREAM_H
#define IMS_TLS_STREAM_H

#include "base/byte-queue.h"
#include "base/stream-layer.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-socket-watch.h"

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket-factory.h"
#include "ns3/socket.h"

#include <functional>
#include <memory>

namespace ns3
{
namespace imstls
{

class Stream : public SimpleRefCount<Stream>
{
  public:
    struct Handlers
    {
        std::function<void()> onConnected; ///< client only
        std::function<void(imsfw::ByteView)> onData;
        std::function<void()> onClosed; ///< the peer closed in an orderly way
        std::function<void(const imsfw::StreamFailure&)> onFailure; ///< could not connect, or broke
        std::function<void()> onDrained; ///< optional: all that was sent is with the socket again
    };

    /// Open a connection with a new socket of @p factory. Never calls a handler before it returns.
    static Ptr<Stream> Connect(Ptr<SocketFactory> factory,
                               const Address& destination,
                               Handlers handlers);
    /// The same with @p socket, which is bound to an address and port already.
    static Ptr<Stream> ConnectBound(Ptr<Socket> socket,
                                    const Address& destination,
                                    Handlers handlers);
    /// Take over an accepted (connected) socket.
    static Ptr<Stream> Adopt(Ptr<Socket> socket, Handlers handlers);

    ~Stream();

    /// Queue bytes; they leave as the socket has room, in order. Ignored after Close, Abort or an end.
    void Send(imsfw::ByteView bytes);
    /// Send what is queued, then close in an orderly way; a connection that is not open yet is given up. No handler is
    /// called any more. The stream may be let go of: it lives until it is done.
    void Close();
    /// Give up at once, without waiting for anything. No handler is called any more.
    void Abort();

    /// Stop reading, so that the peer has to wait, or go on. On at first.
    void SetReading(bool isReading);

    Ptr<Socket> GetSocket() const;
    /// @return this end's address, as it is or was while the connection was open.
    imsfw::Endpoint GetLocal() const;
    /// @return the other end's, likewise.
    imsfw::Endpoint GetRemote() const;
    /// @return bytes handed to Send that the socket has not taken yet.
    std::size_t GetQueued() const;

  private:
    Stream(Ptr<Socket> socket, bool isConnected, Handlers handlers);
    void NoteEndpoints();
    void HandleConnected();
    void HandleReadable();
    /// @param isLast nothing will come after: take it even where reading is stopped
    void Read(bool isLast);
    void HandleEnd(const std::optional<imsfw::StreamFailure>& failure);
    void Flush();
    void CloseSocket();
    void FailToConnect();

    Ptr<Socket> m_socket;
    Handlers m_handlers;
    std::unique_ptr<SocketWatch> m_watch;
    imsfw::ByteQueue m_queue;
    imsfw::Endpoint m_local;  ///< kept: ns-3's TCP forgets them with the connection
    imsfw::Endpoint m_remote; ///< likewise
    EventId m_failEvent;      ///< a connection that could not even be begun fails a moment later
    bool m_isConnected;
    bool m_isReading{true};
    bool m_isOver{false};    ///< closed, aborted, ended or failed: no handler is called any more
    bool m_isClosing{false}; ///< the socket is to be closed as soon as m_queue is empty
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_STREAM_H
