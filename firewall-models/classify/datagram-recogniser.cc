// SPDX-License-Identifier: GPL-2.0-only
#include "classify/datagram-recogniser.h"

#include "classify/datagram-probes.h"
#include "classify/stun-probe.h"
#include "classify/text-probe.h"

#include <algorithm>

namespace imsfw::classify
{

namespace
{

/// RFC 3261 7.5: "Implementations processing SIP messages over stream-oriented transports MUST ignore any CRLF
/// appearing before the start-line"; over UDP they are keep-alives (RFC 5626 4.4.1) and harmless too.
ByteView
SkipEmptyLines(ByteView bytes)
{
    std::size_t count = 0;
    while (count < bytes.Size() && (bytes[count] == '\r' || bytes[count] == '\n'))
    {
        ++count;
    }
    return bytes.Sub(count);
}

} // namespace

ApplicationSet
DatagramRecogniser::Recognise(Direction direction, ByteView prefix, std::size_t total)
{
    prefix = prefix.Sub(0, PREFIX_LIMIT);
    if (IsStunDatagram(prefix, total))
    {
        return TakeStun(direction, prefix);
    }
    if (const auto header = ReadChannelDatagram(prefix, total))
    {
        return TakeChannel(direction, header->channel, prefix.Sub(CHANNEL_HEADER), header->length);
    }
    m_channels[static_cast<std::size_t>(direction)] = {};
    ApplicationSet found = RecogniseInner(direction, prefix, total);
    const ByteView text = SkipEmptyLines(prefix);
    if (ProbeSip(text) == Answer::YES)
    {
        found.Add(Application::SIP);
    }
    if (ProbeMsrp(text) == Answer::YES)
    {
        found.Add(Application::MSRP);
    }
    if (ProbeDns(prefix) == Answer::YES)
    {
        found.Add(Application::DNS);
    }
    return found;
}

ApplicationSet
DatagramRecogniser::TakeStun(Direction direction, ByteView prefix)
{
    m_stunSeen = true;
    ApplicationSet found{Application::STUN};
    if (const auto data = FindStunData(prefix))
    {
        found.Add(RecogniseInner(direction, data->prefix, data->total));
    }
    return found;
}

ApplicationSet
DatagramRecogniser::TakeChannel(Direction direction,
                                uint16_t channel,
                                ByteView data,
                                std::size_t total)
{
    ChannelRun& run = m_channels[static_cast<std::size_t>(direction)];
    run.frames = run.channel == channel ? std::min(run.frames + 1, CHANNELS_NEEDED) : 1;
    run.channel = channel;
    ApplicationSet found = RecogniseInner(direction, data.Sub(0, total), total);
    // RFC 8656 12: channels are bound by a STUN transaction, so in a flow with STUN in it the framing is proof enough.
    if (m_stunSeen || run.frames >= CHANNELS_NEEDED || !found.IsEmpty())
    {
        found.Add(Application::TURN_CHANNEL);
    }
    return found;
}

ApplicationSet
DatagramRecogniser::RecogniseInner(Direction direction, ByteView prefix, std::size_t total)
{
    if (IsStunDatagram(prefix, total))
    {
        return {Application::STUN};
    }
    if (IsDtlsHandshake(prefix, total))
    {
        return {Application::DTLS};
    }
    return RecogniseMedia(direction, prefix, total);
}

ApplicationSet
DatagramRecogniser::RecogniseMedia(Direction direction, ByteView prefix, std::size_t total)
{
    if (IsRtcp(prefix, total))
    {
        return {Application::RTCP};
    }
    if (m_rtp[static_cast<std::size_t>(direction)].Push(prefix, total))
    {
        return {Application::RTP};
    }
    return {};
}

} // namespace imsfw::classify
