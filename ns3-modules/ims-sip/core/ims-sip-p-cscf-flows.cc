// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Datagrams and streams of the P-CSCF: framing, keep-alives (RFC 5626 4.4.1 and 5.4), peers that stall.
#include "ims-sip-p-cscf.h"

#include "ims-sip-stun-keep-alive.h"

#include "base/text.h"

#include <utility>

namespace imsfw::sip
{

using Type = PCscfEvent::Type;

namespace
{

/// RFC 5626 4.4: "the server would wait for an amount of time larger than the Flow-Timer".
constexpr Duration FLOW_TIMER_GRACE = std::chrono::seconds(10);

} // namespace

void
PCscf::HandleDatagram(TimePoint now, uint32_t channel, const Endpoint& from, ByteView bytes)
{
    if (Trim(bytes.AsText()).empty())
    {
        return; // a keep-alive for the NAT's sake; nothing answers it
    }
    const SipFlow flow{false, channel, from};
    if (!LooksLikeStun(bytes))
    {
        HandleMessage(now, flow, bytes);
    }
    else if (auto answer = AnswerStun(from, bytes))
    {
        m_raw.Push({flow, std::move(*answer)});
    }
    else
    {
        Report(now, Type::MALFORMED_MESSAGE, flow, "stun");
    }
}

void
PCscf::HandleStreamOpened(TimePoint now,
                          uint32_t channel,
                          const Endpoint& from,
                          const std::string& transport)
{
    Stream& stream = m_streams[channel];
    stream = Stream{SipFlow{true, channel, from}, transport, {}};
    ArmStream(now, stream);
}

void
PCscf::HandleStreamInput(TimePoint now, uint32_t channel, ByteView bytes)
{
    const auto stream = m_streams.find(channel);
    if (stream == m_streams.end())
    {
        return;
    }
    stream->second.framer.HandleInput(bytes);
    HandleFrames(now, channel);
}

void
PCscf::HandleFrames(TimePoint now, uint32_t channel)
{
    Stream& stream = m_streams.at(channel);
    const SipFlow flow = stream.flow;
    while (auto frame = stream.framer.Poll())
    {
        switch (frame->type)
        {
        case SipFramer::Frame::Type::MESSAGE:
            HandleMessage(now, flow, frame->bytes);
            break;
        case SipFramer::Frame::Type::PING:
            // RFC 5626 4.4.1 and 5.4: a double CRLF is answered by a single one.
            m_raw.Push({flow, ByteView(std::string_view("\r\n")).ToBytes()});
            break;
        case SipFramer::Frame::Type::PONG:
            break;
        case SipFramer::Frame::Type::BROKEN:
            m_stalls.Set(channel, std::nullopt);
            Report(now, Type::STREAM_BROKEN, flow, std::string(ToString(frame->error)));
            return;
        }
        m_stalls.Set(channel, std::nullopt);
    }
    ArmStream(now, stream);
}

void
PCscf::ArmStream(TimePoint now, const Stream& stream)
{
    const Binding* binding = m_registrar.ByFlow(now, stream.flow);
    const bool isIdle = !stream.framer.HasPartial() && binding != nullptr;
    const uint32_t flowTimer = m_config.registrar.flowTimerS;
    if (isIdle && binding->isOutbound && flowTimer > 0)
    {
        m_stalls.Set(stream.flow.channel, now + std::chrono::seconds(flowTimer) + FLOW_TIMER_GRACE);
    }
    else if (isIdle)
    {
        m_stalls.Set(stream.flow.channel, std::nullopt);
    }
    else if (!m_stalls.Has(stream.flow.channel))
    {
        m_stalls.Set(stream.flow.channel, now + m_config.timers.timeout);
    }
}

void
PCscf::BreakStalled(TimePoint now)
{
    for (const uint32_t channel : m_stalls.Due(now))
    {
        const Stream& stream = m_streams.at(channel);
        const bool isRegistered = m_registrar.ByFlow(now, stream.flow) != nullptr;
        const bool isIdle = isRegistered && !stream.framer.HasPartial();
        m_stalls.Set(channel, std::nullopt);
        Report(now, Type::STREAM_BROKEN, stream.flow, isIdle ? "no-keep-alive" : "stalled");
    }
}

void
PCscf::HandleStreamClosed(TimePoint now, uint32_t channel)
{
    const auto stream = m_streams.find(channel);
    if (stream == m_streams.end())
    {
        return;
    }
    const SipFlow flow = stream->second.flow;
    m_streams.erase(stream);
    m_stalls.Set(channel, std::nullopt);
    ReportGone(now, m_registrar.RemoveFlow(flow), "flow-lost");
    m_layer.HandleFlowLost(flow);
    DrainLayer(now);
}

void
PCscf::HandleMessage(TimePoint now, const SipFlow& flow, ByteView bytes)
{
    auto message = flow.isReliable ? SipMessage::Parse(bytes) : SipMessage::ParseDatagram(bytes);
    if (!message)
    {
        Report(now, Type::MALFORMED_MESSAGE, flow, std::string(ToString(message.Error().error)));
        return;
    }
    m_layer.HandleMessage(now, flow, std::move(*message));
    DrainLayer(now);
}

} // namespace imsfw::sip
