// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One end of an MSRP session over any stream socket: TCP, TLS, a tunnel, a TURN data connection. It opens the connection
/// (active) or takes an accepted one over (passive); who does which was agreed in SDP (RFC 6135).
#ifndef IMS_MEDIA_MSRP_APPLICATION_H
#define IMS_MEDIA_MSRP_APPLICATION_H

#include "base/random.h"
#include "ims-media-msrp-session.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-stream.h"

#include "ns3/application.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ns3
{
namespace imsmedia
{

class MsrpApplication : public Application
{
  public:
    static TypeId GetTypeId();
    MsrpApplication();
    ~MsrpApplication() override;

    /// @param stream the name of the random stream that identifiers come from
    void SetRandomStream(const std::string& stream);
    /// The URIs of the paths in offer and answer.
    void SetPaths(const imsfw::msrp::MsrpUri& local, const imsfw::msrp::MsrpUri& remote);
    void SetEventHandler(std::function<void(const imsfw::msrp::SessionEvent&)> handler);

    /// Open a connection with a socket of @p factory. @pre SetPaths
    /// @param isActive false: the peer speaks first, as over the stream of a TURN server that the peer has connected to
    void Connect(Ptr<SocketFactory> factory, const Address& destination, bool isActive = true);
    /// Be the passive side on a connection that was accepted. @pre SetPaths
    void Adopt(Ptr<Socket> socket);

    /// @return the Message-ID under which events will speak of it. @pre Connect or Adopt
    std::string Send(imsfw::msrp::Content content);
    void AbortMessage(const std::string& messageId);
    /// Close the connection in an orderly way; messages that are not through fail.
    void Close();

    imsfw::msrp::SessionStatistics GetStatistics() const;

    /// @return our own end of the connection; nothing where there was none.
    std::optional<imsfw::Endpoint> GetLocalEndpoint() const;

    /// @return why the connection failed, where it did.
    const std::optional<imsfw::StreamFailure>&
    GetFailure() const
    {
        return m_failure;
    }

    /// TracedCallback signature
    typedef void (*EventCallback)(const imsfw::msrp::SessionEvent& event);

  protected:
    void DoDispose() override;

  private:
    void MakeSession(bool isActive);
    imstls::Stream::Handlers MakeHandlers();
    void HandleData(imsfw::ByteView bytes);
    void HandleGone();
    void HandleTimeout();
    void Drain();

    uint32_t m_chunkSize;
    uint32_t m_mostUnanswered{0};
    uint32_t m_largestMessage;
    Time m_keepAlive;
    Time m_failureTimer;
    std::string m_acceptTypes;
    std::string m_streamName;
    imsfw::msrp::MsrpUri m_local;
    imsfw::msrp::MsrpUri m_remote;
    std::function<void(const imsfw::msrp::SessionEvent&)> m_handler;
    std::unique_ptr<imsfw::SeededRandom> m_random;
    std::unique_ptr<imsfw::msrp::Session> m_session;
    Ptr<imstls::Stream> m_stream;
    std::optional<imsfw::StreamFailure> m_failure;
    bool m_isOpen{false};
    imstls::CoreTimer m_timer;
    TracedCallback<const imsfw::msrp::SessionEvent&> m_eventTrace;
};

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_MSRP_APPLICATION_H
