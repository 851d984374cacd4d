// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The findings of one flow while they are being made: counts each change, once.
#pragma once

#include "classify/findings.h"

#include <utility>

namespace imsfw::classify
{

class FindingsLog
{
  public:
    const Findings&
    Get() const
    {
        return m_findings;
    }

    /// Set a field, such as Set(&Findings::gaveUp, true).
    template <typename T>
    void
    Set(T Findings::*field, T value)
    {
        if (!(m_findings.*field == value))
        {
            m_findings.*field = std::move(value);
            ++m_findings.generation;
        }
    }

    void
    AddContent(ApplicationSet applications)
    {
        ApplicationSet all = m_findings.content;
        all.Add(applications);
        Set(&Findings::content, all);
    }

  private:
    Findings m_findings;
};

} // namespace imsfw::classify
