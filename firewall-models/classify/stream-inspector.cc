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
            : reassemblers{TcpReassembler(limits.reorderBytes, limits.reorderSegments),
                           TcpReassembler(limits.reorderBytes, limits.reorderSegments)},
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
StreamInspector::HandleSegment(Direction direction, uint32_t sequence, bool syn, ByteView payload)
{
    if (m_state->isSettled)
    {
        return;
    }
    if (!m_state->stream)
    {
        m_state->stream = std::make_unique<State::Stream>(m_state->limits, m_state->log);
    }
    auto& [reassemblers, layer] = *m_state->stream;
    auto& reassembler = reassemblers[static_cast<std::size_t>(direction)];
    layer.Push(direction, reassembler.Push(sequence, syn, payload));
    if (reassembler.HasGivenUp())
    {
        m_state->log.Set(&Findings::gaveUp, true);
    }
    if (layer.IsSettled())
    {
        m_state->isSettled = true;
        m_state->stream.reset();
    }
}

void
StreamInspector::HandleDatagram(Direction direction, ByteView payload)
{
    if (!m_state->datagrams)
    {
        m_state->datagrams = std::make_unique<DatagramRecogniser>();
        m_state->log.Set(&Findings::firstBytesTls, Answer::NO);
        m_state->log.Set(&Findings::firstBytesHttp, Answer::NO);
    }
    const auto found = m_state->datagrams->Recognise(direction, payload, payload.Size());
    m_state->log.AddContent(found);
    if (!payload.IsEmpty())
    {
        m_state->log.Set(&Findings::readable, true);
    }
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
