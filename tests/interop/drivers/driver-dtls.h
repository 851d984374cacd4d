// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UDP socket of this machine with DTLS on it: to one server, or with everybody who comes.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/stream-layer.h"
#include "driver-loop.h"
#include "ims-tls-dtls-session.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace imsfw::driver
{

class DtlsPort
{
  public:
    struct Handlers
    {
        std::function<void(const Endpoint& peer, const tls::SessionInfo&)> onOpen;
        std::function<void(const Endpoint& peer, ByteView data)> onData;
        /// Once. Without a failure, the peer has closed.
        std::function<void(const Endpoint& peer, const std::optional<StreamFailure>&)> onEnd;
    };

    /// Makes the session of a new peer; nothing: nobody new may come.
    using Maker = std::function<std::unique_ptr<tls::DtlsSession>()>;

    /// @param accept for peers that begin by themselves
    DtlsPort(Loop& loop, const Endpoint& local, Maker accept, Handlers handlers);
    ~DtlsPort();
    DtlsPort(const DtlsPort&) = delete;
    DtlsPort& operator=(const DtlsPort&) = delete;

    /// Begin with @p peer.
    void Connect(const Endpoint& peer, std::unique_ptr<tls::DtlsSession> session);
    /// Ignored without an association with @p peer.
    void Send(const Endpoint& peer, ByteView data);

  private:
    void Receive();
    void HandleExpired();
    std::optional<TimePoint> NextTimeout() const;
    void Drain(const Endpoint& peer, tls::DtlsSession& session);
    void Tell(const Endpoint& peer, const tls::DtlsSession& session, const StreamEvent& event);

    Loop& m_loop;
    int m_socket;
    Maker m_accept;
    Handlers m_handlers;
    std::map<Endpoint, std::unique_ptr<tls::DtlsSession>> m_sessions; ///< those that ended too
};

} // namespace imsfw::driver
