// SPDX-License-Identifier: GPL-2.0-only
#include "classify/http-probe.h"

#include "classify/text-classes.h"

#include <string_view>

namespace imsfw::classify
{

Answer
HttpProbe::Push(ByteView bytes)
{
    for (const uint8_t byte : bytes)
    {
        if (m_answer != Answer::UNDECIDED)
        {
            break;
        }
        m_answer = Take(byte);
    }
    return m_answer;
}

Answer
HttpProbe::Take(uint8_t byte)
{
    if (m_part == Part::VERSION)
    {
        return TakeVersion(byte);
    }
    if (byte == ' ' && m_length > 0)
    {
        m_part = m_part == Part::METHOD ? Part::TARGET : Part::VERSION;
        m_length = 0;
        return Answer::UNDECIDED;
    }
    ++m_length;
    const bool fits = m_part == Part::METHOD ? IsTokenByte(byte) && m_length <= METHOD_LIMIT
                                             : IsVisibleByte(byte) && m_length <= TARGET_LIMIT;
    return fits ? Answer::UNDECIDED : Answer::NO;
}

Answer
HttpProbe::TakeVersion(uint8_t byte)
{
    // RFC 9112 2.3: HTTP-version = HTTP-name "/" DIGIT "." DIGIT
    constexpr std::string_view PATTERN = "HTTP/d.d";
    if (m_length == PATTERN.size())
    {
        return byte == '\r' || byte == '\n' ? Answer::YES : Answer::NO;
    }
    const char expected = PATTERN[m_length++];
    const bool fits = expected == 'd' ? IsDigitByte(byte) : byte == static_cast<uint8_t>(expected);
    return fits ? Answer::UNDECIDED : Answer::NO;
}

} // namespace imsfw::classify
