// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Finds where HTTP/1 messages begin and end in one direction of a connection: RFC 9112 2, 6 and 7.
///
/// It stops at the end of each head, because only the other direction can tell what comes next (a body, nothing, or a
/// tunnel). Limits: HEAD_LIMIT bytes of head. A head that breaks the rules that matter for framing ends the reading.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>

namespace imsfw::classify
{

struct HttpHead
{
    std::string startLine;
    std::string host; ///< the Host field, empty where there is none
    std::optional<uint64_t> contentLength;
    bool isChunked{false};
};

class HttpMessageReader
{
  public:
    static constexpr std::size_t HEAD_LIMIT = 16 * 1024;

    enum class Body : uint8_t
    {
        NONE,
        BY_HEAD, ///< as the head says; none where it says nothing
        UNTIL_CLOSE,
    };

    /// Take bytes, up to the end of a head at most.
    /// @return how many were taken; the rest is to be handed in again after TakeHead and BeginBody.
    std::size_t Push(ByteView bytes);

    /// @return the head that was just completed, once.
    std::optional<HttpHead> TakeHead();
    void BeginBody(const HttpHead& head, Body body);

    bool
    HasFailed() const
    {
        return m_state == State::FAILED;
    }

    std::size_t
    GetHeldBytes() const
    {
        return m_line.size() + m_head.startLine.size() + m_head.host.size();
    }

  private:
    enum class State : uint8_t
    {
        HEAD,
        HEAD_DONE,
        BODY,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER,
        UNTIL_CLOSE,
        FAILED,
    };

    std::size_t TakeLine(ByteView bytes);
    std::size_t SkipBody(ByteView bytes);
    void HandleLine(std::string_view line);
    void HandleHeadLine(std::string_view line);
    void HandleField(std::string_view name, std::string_view value);
    void HandleChunkSize(std::string_view line);

    State m_state{State::HEAD};
    std::string m_line;
    std::size_t m_headSize{0};
    HttpHead m_head;
    uint64_t m_remaining{0};
};

} // namespace imsfw::classify
