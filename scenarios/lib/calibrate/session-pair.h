// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TLS client and a TLS server joined by memory, the time of each kept apart: what OpenSSL takes in this very process.
#pragma once

#include "base/random.h"
#include "base/work.h"
#include "ims-tls-context.h"
#include "ims-tls-pki.h"
#include "ims-tls-session.h"

#include <memory>
#include <string>

namespace imsfw::calibrate
{

/// What both ends are made with; many pairs share it.
struct PairSettings
{
    /// @param suite IANA's name. @param key of the server's certificate
    PairSettings(const std::string& suite, tls::KeyKind key);

    std::unique_ptr<SeededRandom> random;
    std::shared_ptr<const tls::Context> client;
    std::shared_ptr<const tls::Context> server;
};

/// One end of a pair.
struct PairEnd
{
    std::unique_ptr<tls::TlsSession> session;
    uint64_t ns{0}; ///< CPU time that its calls took
    WorkList work;  ///< what it says it did, where it is asked to count

    /// Call into the session, then take out what it made. @return bytes for the other end
    template <typename Call>
    Bytes Do(Call call);
};

class SessionPair
{
  public:
    /// @param countsWork counting takes a little time itself
    SessionPair(const PairSettings& settings, bool countsWork);

    /// @return whether both ends are established.
    bool Handshake();

    /// Send from the client to the server. @return the size of what was on the wire
    std::size_t Send(ByteView bytes);

    PairEnd client;
    PairEnd server;

  private:
    std::unique_ptr<tls::TlsSession> Make(const PairSettings& settings,
                                          bool isServer,
                                          PairEnd& end);

    bool m_countsWork;
};

} // namespace imsfw::calibrate
