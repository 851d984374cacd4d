// SPDX-License-Identifier: GPL-2.0-only
#include "classify/content-recogniser.h"

#include "classify/datagram-probes.h"
#include "classify/text-probe.h"

namespace imsfw::classify
{

namespace
{

constexpr std::size_t DNS_LENGTH = 2; ///< RFC 1035 4.2.2: the length before each message
constexpr std::size_t DNS_PROBE = DNS_LENGTH + 12 + 255 + 4;

} // namespace

ContentRecogniser::ContentRecogniser()
    : m_halves{Half(Direction::TO_SERVER, m_datagrams), Half(Direction::TO_CLIENT, m_datagrams)}
{
}

ApplicationSet
ContentRecogniser::Push(Direction direction, ByteView bytes)
{
    Half& half = m_halves[static_cast<std::size_t>(direction)];
    ApplicationSet found = half.text.Push(bytes);
    found.Add(half.frames.Push(bytes));
    if (half.maybeDns && IsDns(half, bytes))
    {
        found.Add(Application::DNS);
    }
    return found;
}

bool
ContentRecogniser::IsDns(Half& half, ByteView bytes)
{
    Append(half.beginning, bytes.Sub(0, DNS_PROBE - half.beginning.size()));
    const ByteView all(half.beginning);
    auto answer = ProbeDns(all.Sub(DNS_LENGTH));
    ByteReader reader(all);
    const auto length = reader.U16();
    if (length && *length < 12 + 5) // a header and the shortest question
    {
        answer = Answer::NO;
    }
    if (answer == Answer::UNDECIDED && all.Size() < DNS_PROBE)
    {
        return false;
    }
    half.maybeDns = false;
    half.beginning = {};
    return answer == Answer::YES;
}

std::size_t
ContentRecogniser::GetHeldBytes() const
{
    std::size_t held = 0;
    for (const Half& half : m_halves)
    {
        held += half.text.GetHeldBytes() + half.frames.GetHeldBytes() + half.beginning.size();
    }
    return held;
}

std::size_t
ContentRecogniser::MemoryBound()
{
    return 2 * (START_LINE_LIMIT + 1 + FrameScanner::FRAME_PREFIX + DNS_PROBE);
}

} // namespace imsfw::classify
