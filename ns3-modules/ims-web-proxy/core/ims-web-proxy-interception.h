// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A man in the middle of one TLS connection, sans-IO: a handshake with the server, another with the client under a
/// certificate of the interceptor's own CA, and what is decrypted from the one encrypted again for the other.
///
/// In the order of deployed interceptors: the ClientHello is read for its server name, the server is asked first, and
/// only when it has answered is the client shown a certificate, made for the name it asked for. Left out: copying of the
/// server's certificate fields, resumption on either side, ALPN (none is offered or chosen).
#pragma once

#include "base/queue.h"
#include "base/random.h"
#include "base/result.h"
#include "ims-tls-session.h"
#include "ims-web-proxy-hello-name.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::http
{

/// Who judges what an interceptor can read.
class PlaintextInspector
{
  public:
    virtual ~PlaintextInspector() = default;

    /// @param bytes the next that one side sent, decrypted
    /// @return the id of the rule that refuses the connection; nothing where they may go on
    virtual std::optional<std::string> Look(TimePoint now, bool toServer, ByteView bytes) = 0;
};

struct InterceptionConfig
{
    std::shared_ptr<const tls::Context> client; ///< towards servers
    /// Makes the server's side, with a certificate for these names, the first of them its subject.
    std::function<Result<std::shared_ptr<const tls::Context>, std::string>(
        const std::vector<std::string>& names)>
        makeServer;
    bool passesUnknown{false}; ///< what does not begin as TLS is let through as it is, else refused
};

class TlsInterception
{
  public:
    struct Event
    {
        enum class Type
        {
            PRESENTED, ///< the client is about to see the interceptor's certificate; `detail`: for which name
            PASSED,  ///< no TLS: the connection goes on unread
            REFUSED, ///< the connection is over; `id` says by whom, `detail` why
            CLOSED,  ///< in an orderly way, on both sides
        };

        Type type;
        /// Of REFUSED: "interception-client-refused" (an alert such as unknown_ca), "interception-server-failed",
        /// "interception-not-tls", or the rule that the inspector named.
        std::string id;
        std::string detail;
    };

    struct Output
    {
        bool toServer{false};
        Bytes bytes;
    };

    /// @param config and @p random outlive this
    /// @param host that the client asked the proxy for
    /// @param inspector may be null
    TlsInterception(const InterceptionConfig& config,
                    RandomSource& random,
                    std::string host,
                    std::unique_ptr<PlaintextInspector> inspector);

    void HandleClientInput(TimePoint now, ByteView bytes);
    void HandleServerInput(TimePoint now, ByteView bytes);
    void HandleTimeout(TimePoint now);
    std::optional<Output> PollTransmit();
    std::optional<Event> PollEvent();
    std::optional<TimePoint> NextTimeout() const;
    /// @return lines in NSS key log format, each once, of the connection to the server; the client knows its own secrets.
    std::vector<std::string> TakeKeyLog();

    bool
    IsOver() const
    {
        return m_state == State::OVER;
    }

  private:
    enum class State
    {
        HELLO,  ///< of the client, not yet whole
        SERVER, ///< the handshake with the server
        OPEN,   ///< the handshake with the client, and all that follows
        PASSING,
        OVER,
    };

    void ReadHello(TimePoint now);
    void HandleUnknown();
    void PresentCertificate(TimePoint now);
    /// Move events and bytes of both sessions on, until there are none.
    void Progress(TimePoint now);
    bool Handle(TimePoint now, bool fromServer, const StreamEvent& event);
    void Relay(TimePoint now, bool fromServer, ByteView bytes);
    void Fail(TimePoint now, bool fromServer, const StreamFailure& failure);
    void Refuse(TimePoint now, const std::string& id, const std::string& detail);
    void CollectOutput();

    const InterceptionConfig& m_config;
    RandomSource& m_random;
    std::string m_host;
    std::string m_name; ///< that the client asked for, or m_host
    std::unique_ptr<PlaintextInspector> m_inspector;
    State m_state{State::HELLO};
    Bytes m_hello; ///< what the client sent before it was answered
    std::unique_ptr<tls::TlsSession> m_toServer;
    std::unique_ptr<tls::TlsSession> m_toClient;
    bool m_isClientReady{false};
    Bytes m_forClient; ///< decrypted before the client's handshake was done
    Queue<Output> m_outputs;
    Queue<Event> m_events;
};

} // namespace imsfw::http
