// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include <cmath>
#include <iostream>
#include <unistd.h>

namespace imsfw::scenario
{

Progress::Progress(std::size_t total, bool enabled)
    : m_total(total),
      m_enabled(enabled),
      m_isTerminal(isatty(STDERR_FILENO) != 0),
      m_start(std::chrono::steady_clock::now())
{
}

Progress::~Progress()
{
    Clear();
}

void
Progress::Advance(const std::string& what)
{
    ++m_done;
    const std::string line =
        "[" + std::to_string(m_done) + "/" + std::to_string(m_total) + "] " + what;
    if (m_enabled && m_isTerminal)
    {
        std::cerr << "\r\033[K" << line << Remaining() << std::flush;
    }
    // Into a file or a pipe: about ten lines in all.
    else if (m_enabled && (m_done - m_printed) * 10 >= m_total)
    {
        m_printed = m_done;
        std::cerr << line << "\n";
    }
}

void
Progress::Clear() const
{
    if (m_enabled && m_isTerminal && m_done > 0)
    {
        std::cerr << "\r\033[K" << std::flush;
    }
}

std::string
Progress::Remaining() const
{
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - m_start;
    const double left =
        spent.count() / static_cast<double>(m_done) * static_cast<double>(m_total - m_done);
    return ", " + std::to_string(std::lround(left)) + " s left";
}

} // namespace imsfw::scenario
