// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Follows an HTTP/1 connection until a CONNECT request is accepted, and hands out what the tunnel then carries.
///
/// RFC 9110 9.3.6, RFC 9112. Requests and responses are paired, so a CONNECT may come after other requests and after a
/// 407 with a body. Limits: HttpMessageReader::HEAD_LIMIT in each direction, HOLD_LIMIT bytes sent by the client after
/// a CONNECT that has no answer yet, PIPELINE_LIMIT requests without an answer. Left out: HTTP/2 and Upgrade.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"
#include "classify/http-message-reader.h"

#include <array>
#include <deque>
#include <optional>
#include <string>

namespace imsfw::classify
{

class ConnectTracker
{
  public:
    static constexpr std::size_t HOLD_LIMIT = 16 * 1024;
    static constexpr std::size_t PIPELINE_LIMIT = 32;

    /// What the tunnel carries: data to the server come first.
    struct TunnelBytes
    {
        Bytes toServer;
        Bytes toClient;
    };

    /// Take the next bytes of one direction.
    TunnelBytes Push(Direction direction, ByteView bytes);

    bool
    HasRequest() const
    {
        return m_hasRequest;
    }

    bool
    HasTunnel() const
    {
        return m_hasTunnel;
    }

    /// @return whether a request other than CONNECT was seen.
    bool
    HasOtherRequest() const
    {
        return m_hasOtherRequest;
    }

    /// @return the authority in the latest CONNECT.
    const std::string&
    GetTarget() const
    {
        return m_target;
    }

    /// @return what the first request asked for.
    const std::optional<HttpRequestFacts>&
    GetFirstRequest() const
    {
        return m_first;
    }

    bool
    HasFailed() const
    {
        return m_hasFailed;
    }

    std::size_t GetHeldBytes() const;

  private:
    struct Asked
    {
        bool isConnect;
        bool isHead;
    };

    void TakeRequests(ByteView bytes);
    void TakeResponses(ByteView bytes, TunnelBytes& tunnel);
    void HandleRequest(const HttpHead& head);
    /// @return true where the response opens the tunnel.
    bool HandleResponse(const HttpHead& head);
    void Fail();

    std::array<HttpMessageReader, 2> m_readers;
    std::deque<Asked> m_asked; ///< requests without a final answer
    Bytes m_held;              ///< from the client, while a CONNECT waits for its answer
    std::string m_target;
    std::optional<HttpRequestFacts> m_first;
    bool m_isWaiting{false};
    bool m_hasRequest{false};
    bool m_hasOtherRequest{false};
    bool m_hasTunnel{false};
    bool m_hasFailed{false};
};

} // namespace imsfw::classify
