// SPDX-License-Identifier: GPL-2.0-only
#include "classify/stream-inspector.h"

#include "classify/datagram-recogniser.h"
#include "classify/findings-log.h"
#include "classify/flow-layer.h"
#include "classify/tcp-reassembler.h"

#include <array>

namespace imsfw::classify
{

struct StreamInspector::State
{
    /// What only a TCP flow has.
    struct Stream
    {
        Stream(const InspectionLimits& limits, FindingsLog& log)
            : reassemblers{TcpReassembler(
                               limits.reorderBytes, limits.reorderSegments, limits.overlap),
                           TcpReassembler(
                               limits.reorderBytes, limits.reorderSegments, limits.overlap)},
              layer(log, FlowLayer::Place::OUTERMOST)
        {
        }

        std::array<TcpReassembler, 2> reassemblers;
        FlowLayer layer;
    };

    InspectionLimits limits;
    FindingsLog log;
    std::unique_ptr<Stream> stream;
    std::unique_ptr<DatagramRecogniser> datagrams;
    uint64_t bytes{0};   ///< looked at so far
    uint64_t packets{0}; ///< with payload
    bool isSettled{false};
};

StreamInspector::StreamInspector(InspectionLimits limits) : m_state(std::make_unique<State>())
{
    m_state->limits = limits;
}

StreamInspector::~StreamInspector() = default;
StreamInspector::StreamInspector(StreamInspector&&) noexcept = default;
StreamInspector& StreamInspector::operator=(StreamInspector&&) noexcept = default;

void
StreamInspector::SetPlaintextSink(PlaintextSink* sink)
{
    m_state->log.SetPlaintextSink(sink);
}

void
StreamInspector::HandleSegment(Direction direction, uint32_t sequence, bool syn, ByteView payload)
{
    if (m_state->isSettled || IsOverPacketLimit(payload))
    {
        return;
    }
    if (!m_state->stream)
    {
        m_state->stream = std::make_unique<State::Stream>(m_state->limits, m_state->log);
    }
    auto& [reassemblers, layer] = *m_state->stream;
    auto& reassembler = reassemblers[static_cast<std::size_t>(direction)];
    const std::size_t heldBefore = reassembler.GetHeldBytes();
    const ByteView fresh = reassembler.Push(sequence, syn, payload);
    if (direction == Direction::TO_SERVER &&
        (!fresh.IsEmpty() || reassembler.GetHeldBytes() > heldBefore))
    {
        m_state->log.CountSegment();
    }
    layer.Push(direction, Spend(fresh));
    if (reassembler.HasConflict())
    {
        m_state->log.Set(&Findings::conflictingCopies, true);
    }
    if (reassembler.HasGivenUp())
    {
        m_state->log.GiveUpFor(GiveUp::REORDER_LIMIT);
    }
    if (layer.IsSettled())
    {
        m_state->isSettled = true;
    }
    if (m_state->isSettled)
    {
        m_state->stream.reset();
    }
}

void
StreamInspector::HandleDatagram(Direction direction, ByteView payload)
{
    if (m_state->isSettled || IsOverPacketLimit(payload))
    {
        return;
    }
    if (!m_state->datagrams)
    {
        m_state->datagrams = std::make_unique<DatagramRecogniser>();
        m_state->log.Set(&Findings::firstBytesTls, Answer::NO);
        m_state->log.Set(&Findings::firstBytesHttp, Answer::NO);
    }
    const ByteView part = Spend(payload);
    m_state->log.AddContent(m_state->datagrams->Recognise(direction, part, payload.Size()));
    if (!part.IsEmpty())
    {
        m_state->log.Set(&Findings::readable, true);
    }
}

bool
StreamInspector::IsOverPacketLimit(ByteView payload)
{
    if (payload.IsEmpty() || m_state->packets++ < m_state->limits.packets)
    {
        return false;
    }
    m_state->log.GiveUpFor(GiveUp::PACKET_LIMIT);
    m_state->isSettled = true;
    m_state->stream.reset();
    return true;
}

ByteView
StreamInspector::Spend(ByteView payload)
{
    const uint64_t left = m_state->limits.bytes - m_state->bytes;
    if (payload.Size() > left)
    {
        m_state->log.GiveUpFor(GiveUp::BYTE_LIMIT);
        m_state->isSettled = true;
        payload = payload.Sub(0, static_cast<std::size_t>(left));
    }
    m_state->bytes += payload.Size();
    return payload;
}

const Findings&
StreamInspector::GetFindings() const
{
    return m_state->log.Get();
}

bool
StreamInspector::IsSettled() const
{
    return m_state->isSettled;
}

std::size_t
StreamInspector::GetHeldBytes() const
{
    const auto* stream = m_state->stream.get();
    if (stream == nullptr)
    {
        return 0;
    }
    return stream->reassemblers[0].GetHeldBytes() + stream->reassemblers[1].GetHeldBytes() +
           stream->layer.GetHeldBytes();
}

std::size_t
StreamInspector::MemoryBound(const InspectionLimits& limits)
{
    return 2 * limits.reorderBytes + FlowLayer::MemoryBound();
}

} // namespace imsfw::classify
