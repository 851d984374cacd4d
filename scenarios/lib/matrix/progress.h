// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How far a long job is, on standard error: one line that renews itself on a terminal, a line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace imsfw::scenario
{

class Progress
{
  public:
    Progress(std::size_t total, bool enabled);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// One more is done; @p what names it.
    void Advance(const std::string& what);
    /// Take the line away, so that a message can be printed in its place.
    void Clear() const;

  private:
    std::string Remaining() const;

    std::size_t m_total;
    std::size_t m_done{0};
    std::size_t m_printed{0};
    bool m_enabled;
    bool m_isTerminal;
    std::chrono::steady_clock::time_point m_start;
};

} // namespace imsfw::scenario
