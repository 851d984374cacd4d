// SPDX-License-Identifier: GPL-2.0-only
#include "phase-report.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace imsfw::scenario
{

namespace
{

constexpr std::size_t BAR_WIDTH = 32;
constexpr std::size_t NAME_WIDTH = 28;

/// @param width negative for text that begins at the left
std::string
Cell(const std::string& text, int width)
{
    char cell[64];
    std::snprintf(cell, sizeof(cell), "%*s", width, text.c_str());
    return cell;
}

std::string
Milliseconds(Duration duration)
{
    char text[32];
    std::snprintf(text, sizeof(text), "%.3f", ToMilliseconds(duration));
    return text;
}

/// @return "control/attempt", "  connect": those in it are indented, and say no plane.
std::string
LabelOf(const Phase& phase)
{
    const std::string name = phase.depth == 0 ? phase.plane + "/" + phase.name : phase.name;
    return Cell(std::string(std::size_t{2} * phase.depth, ' ') + name,
                -static_cast<int>(NAME_WIDTH));
}

/// Where a bar of `BAR_WIDTH` stands for the time of all phases.
class Scale
{
  public:
    explicit Scale(const std::vector<Phase>& phases)
        : m_first(phases.front().start), m_last(phases.front().end)
    {
        for (const auto& phase : phases)
        {
            m_first = std::min(m_first, phase.start);
            m_last = std::max(m_last, phase.end);
        }
    }

    std::string
    Bar(const Phase& phase) const
    {
        const std::size_t from = Place(phase.start);
        const std::size_t to = std::max(from + 1, Place(phase.end));
        return std::string(from, ' ') + std::string(to - from, '#');
    }

  private:
    std::size_t
    Place(TimePoint time) const
    {
        const double span = std::max(1.0, static_cast<double>((m_last - m_first).count()));
        return static_cast<std::size_t>(static_cast<double>((time - m_first).count()) / span *
                                        BAR_WIDTH);
    }

    TimePoint m_first;
    TimePoint m_last;
};

bool
IsMeasured(const std::vector<Phase>& phases)
{
    return std::any_of(
        phases.begin(), phases.end(), [](const Phase& phase) { return phase.traffic.has_value(); });
}

} // namespace

void
PrintWaterfall(std::ostream& out, const std::vector<Phase>& phases)
{
    if (phases.empty())
    {
        return;
    }
    const Scale scale(phases);
    const bool isMeasured = IsMeasured(phases);
    out << "\nPhases (simulated time)\n  " << Cell("", -static_cast<int>(NAME_WIDTH))
        << Cell("begins ms", 12) << Cell("takes ms", 12)
        << (isMeasured ? " round trips   sent B   rcvd B" : "") << "\n";
    for (const auto& phase : phases)
    {
        out << "  " << LabelOf(phase) << Cell(Milliseconds(phase.start.time_since_epoch()), 12)
            << Cell(Milliseconds(phase.end - phase.start), 12);
        if (phase.traffic)
        {
            out << Cell(std::to_string(phase.traffic->roundTrips), 12)
                << Cell(std::to_string(phase.traffic->sent.Total()), 9)
                << Cell(std::to_string(phase.traffic->received.Total()), 9);
        }
        else if (isMeasured)
        {
            out << Cell("", 30);
        }
        out << "  " << scale.Bar(phase) << "\n";
    }
}

void
PrintLayers(std::ostream& out, const std::vector<Phase>& phases)
{
    if (!IsMeasured(phases))
    {
        return;
    }
    const auto carried = [](const Phase& phase, std::size_t layer)
    {
        return phase.traffic
                   ? phase.traffic->sent.bytes[layer] + phase.traffic->received.bytes[layer]
                   : 0;
    };
    std::vector<std::size_t> columns;
    for (std::size_t layer = 0; layer < LAYERS; ++layer)
    {
        if (std::any_of(phases.begin(),
                        phases.end(),
                        [&](const Phase& phase) { return carried(phase, layer) > 0; }))
        {
            columns.push_back(layer);
        }
    }
    out << "\nBytes on the wire at the UE, both directions\n  "
        << Cell("", -static_cast<int>(NAME_WIDTH));
    for (const auto layer : columns)
    {
        out << " " << Cell(ToString(static_cast<Layer>(layer)), 7);
    }
    out << "\n";
    for (const auto& phase : phases)
    {
        out << "  " << LabelOf(phase);
        for (const auto layer : columns)
        {
            const auto bytes = carried(phase, layer);
            const int width =
                std::max(7, static_cast<int>(ToString(static_cast<Layer>(layer)).size()));
            out << " " << Cell(bytes == 0 ? "-" : std::to_string(bytes), width);
        }
        out << "\n";
    }
}

} // namespace imsfw::scenario
