// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The UE's side of HTTP CONNECT (RFC 9110 9.3.6) as a StreamLayer: a tunnel through a web proxy.
///
/// Answers one 407 with Digest or Basic on the same connection (RFC 9110 11.7). Failures: StreamFailure{"http-connect",
/// reason, detail} with reason "proxy-refused", "proxy-authentication-required" (no credentials), "proxy-authentication-
/// failed" (the proxy did not take them), "proxy-closed", "malformed-response", "timeout". A proxy that closes after its
/// 407 fails with "proxy-closed": opening another connection is the caller's business, with what GetAuthorization says.
#pragma once

#include "base/address.h"
#include "base/queue.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-web-proxy-digest.h"

#include <memory>
#include <string>
#include <vector>

namespace imsfw::http
{

struct ConnectConfig
{
    std::string target; ///< authority: "192.0.2.2:443"
    std::string user;   ///< empty: no credentials
    std::string password;
    Duration timeout{std::chrono::seconds(30)}; ///< for the proxy's final answer
    std::vector<std::string> alpn{}; ///< what the tunnel is for (RFC 7639); none: not said
    std::string fields{};            ///< further header lines, each with its end
    std::string
        authorization{}; ///< for the first request: the answer to a 407 of an earlier connection
};

class ConnectClient : public StreamLayer
{
  public:
    /// @param random outlives this; client nonces come from it
    ConnectClient(ConnectConfig config, RandomSource& random);
    ~ConnectClient() override;

    /// @return what answers the 407 after which the proxy closed; empty where there was none that can be answered.
    const std::string& GetAuthorization() const;

    void Start(TimePoint now) override;
    void HandleInput(TimePoint now, ByteView bytes) override;
    void HandleLowerClosed(TimePoint now, const std::optional<StreamFailure>& failure) override;
    void Write(TimePoint now, ByteView bytes) override;
    void Close(TimePoint now) override;
    void HandleTimeout(TimePoint now) override;
    std::optional<Bytes> PollTransmit() override;
    std::optional<StreamEvent> PollEvent() override;
    std::optional<TimePoint> NextTimeout() const override;
    std::size_t MaxExpansion(std::size_t size) const override;

  private:
    struct Response; ///< Beast's parser

    void SendRequest(const std::string& authorization);
    void ParseResponse();
    void HandleHeader();
    void HandleComplete();
    void HandleChallenge();
    std::string Authorize() const;
    std::string AnswerDigest(const DigestChallenge& challenge) const;
    void Fail(const std::string& reason, const std::string& detail);
    std::string StatusLine() const;

    ConnectConfig m_config;
    RandomSource& m_random;
    std::unique_ptr<Response> m_response;
    Bytes m_buffer;
    Queue<Bytes> m_transmits;
    Queue<StreamEvent> m_events;
    std::optional<TimePoint> m_deadline;
    std::string m_authorization; ///< see GetAuthorization
    bool m_isAuthorizing{false}; ///< credentials were sent
    bool m_isOpen{false};
    bool m_isOver{false};
};

/// @return protocol names as the ALPN header field has them: RFC 7639 2.2 escapes what a token may not hold.
std::string AlpnField(const std::vector<std::string>& protocols);

} // namespace imsfw::http
