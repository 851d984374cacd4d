// SPDX-License-Identifier: GPL-2.0-only
#include "classify/plaintext-recogniser.h"

#include "classify/plaintext-sink.h"
#include "classify/stream-inspector.h"

#include <array>

namespace imsfw::classify
{

namespace
{

/// Shows a recogniser two byte streams as the packets of a TCP connection.
class StreamFeeder
{
  public:
    explicit StreamFeeder(std::unique_ptr<Recogniser> recogniser)
        : m_recogniser(std::move(recogniser))
    {
    }

    Recogniser&
    Get()
    {
        return *m_recogniser;
    }

    void
    Open(TimePoint now)
    {
        Send(now, Direction::TO_SERVER, FLOW_TCP_SYN, {});
        Send(now, Direction::TO_CLIENT, FLOW_TCP_SYN | FLOW_TCP_ACK, {});
        Send(now, Direction::TO_SERVER, FLOW_TCP_ACK, {});
    }

    /// One record of TLS may be larger than an IP packet; a piece is no larger than a usual segment.
    void
    Feed(TimePoint now, Direction direction, ByteView bytes)
    {
        constexpr std::size_t SEGMENT = 1400;
        for (std::size_t offset = 0; offset < bytes.Size(); offset += SEGMENT)
        {
            Send(now, direction, FLOW_TCP_ACK, bytes.Sub(offset, SEGMENT));
        }
    }

  private:
    void
    Send(TimePoint now, Direction direction, uint8_t flags, ByteView payload)
    {
        uint32_t& next = m_next[static_cast<std::size_t>(direction)];
        FlowPacket packet;
        packet.at = now;
        packet.direction = direction;
        packet.payload = payload;
        packet.sequence = next;
        packet.acknowledgement = m_next[static_cast<std::size_t>(Reverse(direction))];
        packet.tcpFlags = flags;
        next += static_cast<uint32_t>(payload.Size()) + ((flags & FLOW_TCP_SYN) != 0 ? 1 : 0);
        m_recogniser->Handle(packet);
    }

    std::unique_ptr<Recogniser> m_recogniser;
    std::array<uint32_t, 2> m_next{1, 1};
};

class PlaintextRecogniser : public Recogniser, private PlaintextSink
{
  public:
    PlaintextRecogniser(RecogniserFactory& factory, const FiveTuple& flow)
        : m_factory(factory), m_flow(flow), m_outer(factory.Make(flow))
    {
        m_inspector.SetPlaintextSink(this);
    }

    void
    Handle(const FlowPacket& packet) override
    {
        m_now = packet.at;
        if (!m_outer->IsSettled())
        {
            m_outer->Handle(packet);
        }
        if (m_flow.protocol == IpProtocol::TCP)
        {
            const bool syn = (packet.tcpFlags & FLOW_TCP_SYN) != 0;
            m_inspector.HandleSegment(packet.direction, packet.sequence, syn, packet.payload);
        }
        Merge();
    }

    void
    Finish() override
    {
        m_outer->Finish();
        if (m_inner)
        {
            m_inner->Get().Finish();
        }
        Merge();
    }

    const RecogniserVerdict&
    GetVerdict() const override
    {
        return m_verdict;
    }

    bool
    IsSettled() const override
    {
        const bool mayHaveInside = m_flow.protocol == IpProtocol::TCP && !m_inspector.IsSettled();
        return m_outer->IsSettled() && (!mayHaveInside || (m_inner && m_inner->Get().IsSettled()));
    }

  private:
    void
    TakePlaintext(Direction direction, ByteView bytes) override
    {
        if (!m_inner)
        {
            m_inner = std::make_unique<StreamFeeder>(m_factory.Make(m_flow));
            m_inner->Open(m_now);
        }
        m_inner->Feed(m_now, direction, bytes);
    }

    void
    Merge()
    {
        const RecogniserVerdict& outer = m_outer->GetVerdict();
        const RecogniserVerdict* inner = m_inner ? &m_inner->Get().GetVerdict() : nullptr;
        const uint32_t generation = outer.generation + (inner != nullptr ? inner->generation : 0);
        if (generation == m_verdict.generation)
        {
            return;
        }
        m_verdict = outer;
        // A guess by the port is about the outer connection, not about what it carries.
        const bool isKnown = inner != nullptr && inner->confidence == Confidence::BYTES;
        m_verdict.inside = isKnown ? inner->application : outer.inside;
        m_verdict.generation = generation;
    }

    RecogniserFactory& m_factory;
    FiveTuple m_flow;
    std::unique_ptr<Recogniser> m_outer;
    std::unique_ptr<StreamFeeder> m_inner; ///< once there is plaintext
    StreamInspector m_inspector;
    RecogniserVerdict m_verdict;
    TimePoint m_now{};
};

} // namespace

PlaintextRecogniserFactory::PlaintextRecogniserFactory(RecogniserFactory& inner) : m_inner(inner)
{
}

std::string
PlaintextRecogniserFactory::GetName() const
{
    return m_inner.GetName() + "+plaintext";
}

std::unique_ptr<Recogniser>
PlaintextRecogniserFactory::Make(const FiveTuple& flow)
{
    return std::make_unique<PlaintextRecogniser>(m_inner, flow);
}

std::vector<std::string>
PlaintextRecogniserFactory::ApplicationNames() const
{
    return m_inner.ApplicationNames();
}

std::vector<std::string>
PlaintextRecogniserFactory::RiskNames() const
{
    return m_inner.RiskNames();
}

} // namespace imsfw::classify
