// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One run, for people: verdicts, phases as a waterfall, voice, and what decided a failure.
#pragma once

#include "experiment.h"
#include "result.h"

#include <ostream>

namespace imsfw::scenario
{

/// @param colour whether to use terminal colours
void PrintReport(std::ostream& out,
                 const Experiment& experiment,
                 const RunResult& result,
                 bool colour);

/// ANSI colours where they are wanted, nothing where not.
class Paint
{
  public:
    explicit Paint(bool enabled) : m_enabled(enabled)
    {
    }

    /// @return @p text in the colour that a verdict or heading has.
    std::string Good(const std::string& text) const;
    std::string Bad(const std::string& text) const;
    std::string Dim(const std::string& text) const;
    std::string Strong(const std::string& text) const;

  private:
    std::string With(const char* code, const std::string& text) const;

    bool m_enabled;
};

} // namespace imsfw::scenario
