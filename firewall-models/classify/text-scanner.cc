// SPDX-License-Identifier: GPL-2.0-only
#include "classify/text-scanner.h"

#include "classify/text-probe.h"

#include <string_view>

namespace imsfw::classify
{

namespace
{

/// An incomplete line is tested when it reaches this size and each time it has doubled, so that a line that comes byte
/// by byte costs no more than twice its length.
constexpr std::size_t FIRST_TEST = 16;

} // namespace

ApplicationSet
TextScanner::Push(ByteView bytes)
{
    ApplicationSet found;
    while (!bytes.IsEmpty())
    {
        const auto end = bytes.AsText().find('\n');
        const bool isWhole = end != std::string_view::npos;
        const ByteView piece = isWhole ? bytes.Sub(0, end + 1) : bytes;
        bytes = bytes.Sub(piece.Size());
        if (!m_skipping)
        {
            // What is beyond the limit cannot change the answer, which is no.
            Append(m_line, piece.Sub(0, START_LINE_LIMIT + 1 - m_line.size()));
            if (isWhole || m_line.size() >= m_nextTest)
            {
                found.Add(Test(m_line));
            }
        }
        if (isWhole)
        {
            m_skipping = false;
            m_line.clear();
            m_nextTest = FIRST_TEST;
        }
    }
    return found;
}

ApplicationSet
TextScanner::Test(ByteView line)
{
    const auto sip = ProbeSip(line);
    const auto msrp = ProbeMsrp(line);
    m_nextTest = 2 * line.Size();
    if (sip == Answer::NO && msrp == Answer::NO)
    {
        m_skipping = true;
        m_line = {};
    }
    ApplicationSet found;
    if (sip == Answer::YES)
    {
        found.Add(Application::SIP);
    }
    if (msrp == Answer::YES)
    {
        found.Add(Application::MSRP);
    }
    return found;
}

} // namespace imsfw::classify
