// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The findings of one flow while they are being made: counts each change, once. What its layers hand out goes through
/// here too.
#pragma once

#include "classify/findings.h"
#include "classify/plaintext-sink.h"

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

    /// Note that part of the flow is not looked at; the first reason stays.
    void
    GiveUpFor(GiveUp reason)
    {
        if (!m_findings.gaveUp)
        {
            Set(&Findings::giveUp, reason);
            Set(&Findings::gaveUp, true);
        }
    }

    /// @return a number for a TLS layer that lies within all those before it.
    std::size_t
    AddTlsLayer()
    {
        if (m_findings.tls)
        {
            m_findings.outerTls.push_back(std::move(*m_findings.tls));
        }
        m_findings.tls.emplace();
        ++m_findings.generation;
        return m_findings.outerTls.size();
    }

    void
    SetTls(std::size_t layer, TlsFindings tls)
    {
        const std::size_t innermost = m_findings.outerTls.size();
        (layer < innermost ? m_findings.outerTls[layer] : *m_findings.tls) = std::move(tls);
        ++m_findings.generation;
    }

    /// A segment with bytes to the server that were not there before has come.
    void
    CountSegment()
    {
        ++m_segments;
    }

    uint32_t
    GetSegments() const
    {
        return m_segments;
    }

    void
    SetPlaintextSink(PlaintextSink* sink)
    {
        m_sink = sink;
    }

    void
    HandPlaintext(Direction direction, ByteView bytes)
    {
        if (m_sink != nullptr)
        {
            m_sink->TakePlaintext(direction, bytes);
        }
    }

  private:
    Findings m_findings;
    PlaintextSink* m_sink{nullptr};
    uint32_t m_segments{0};
};

} // namespace imsfw::classify
