// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One direction of one TCP connection, as somebody on the path sees it who is also told what TLS carries.
///
/// Bytes are known by their place in the stream, so that what a segment carries can be asked for when all is known: TLS
/// tells what a record holds, a TURN frame must be whole. Bytes that cross again are told from new ones. The stream may
/// begin with CONNECT requests or their responses (RFC 9110 9.3.6); behind them TLS is told by its first byte.
#pragma once

#include "base/time.h"
#include "classify/tcp-reassembler.h"
#include "content.h"
#include "ims-tls-traffic.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::scenario
{

/// Bytes of a stream, counted from its first data byte; `to` is behind the last.
struct StreamRange
{
    uint64_t from{0};
    uint64_t to{0};
};

/// A message of an application, and where its last part lies in the stream; of DTLS, by the numbers of its records.
struct StreamMessage
{
    TimePoint at{};
    TimePoint last{}; ///< of several that are told as one
    uint64_t count{1};
    StreamRange range;
    std::string name;
};

/// Add @p message to @p list; to the last one there, where both are media of one name.
void AppendMessage(std::vector<StreamMessage>& list, StreamMessage message);

class StreamMeter
{
  public:
    StreamMeter();

    /// @param isSyn the segment opens the stream: its data, if any, begins one behind @p sequence
    /// @return the parts of @p payload that had not crossed before.
    std::vector<StreamRange> HandleSegment(TimePoint now,
                                           uint32_t sequence,
                                           bool isSyn,
                                           ByteView payload);

    /// Records of the stream were made or read; in the order of the stream.
    void HandleTls(TimePoint now, const tls::TrafficPiece& piece);

    /// Add what the bytes of @p range are to @p traffic.
    void AddLayers(const StreamRange& range, Traffic& traffic) const;

    /// @return whatever messages were seen, in order; media packets that follow each other as one.
    const std::vector<StreamMessage>&
    GetMessages() const
    {
        return m_messages;
    }

    /// @return whether the stream is TLS, behind its CONNECT where it has one.
    bool
    IsTls() const
    {
        return m_stage == Stage::TLS;
    }

    /// @return when the last part of the first CONNECT request, or of the first 2xx response, was seen.
    std::optional<TimePoint>
    GetConnect() const
    {
        return m_connect;
    }

  private:
    enum class Stage : uint8_t
    {
        OPENING,
        TLS,
        PLAIN,
    };

    uint64_t PlaceOf(uint32_t sequence) const;
    std::vector<StreamRange> NewIn(StreamRange range);
    void HandleInOrder(TimePoint now, ByteView bytes);
    /// @return whether a whole CONNECT request or response was at the beginning, and was taken.
    bool TakeHttp(TimePoint now);
    void AddRun(Layer layer, uint64_t size);
    void AddContent(TimePoint now, const Content& content, uint64_t from);
    std::optional<uint32_t> m_first;     ///< sequence number of the first data byte
    uint64_t m_highest{0};               ///< place behind the last byte seen
    std::map<uint64_t, uint64_t> m_seen; ///< from, to; apart from each other
    classify::TcpReassembler m_order;
    Stage m_stage{Stage::OPENING};
    std::string m_opening; ///< bytes of the beginning that nothing was made of yet
    StreamContent m_content;
    std::vector<std::pair<uint64_t, Layer>> m_runs; ///< each ends at the place given
    std::vector<StreamMessage> m_messages;
    std::optional<TimePoint> m_connect;
};

} // namespace imsfw::scenario
