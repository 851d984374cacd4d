// SPDX-License-Identifier: GPL-2.0-only
#include "ladder-text.h"

#include "base/markup.h"

#include <algorithm>
#include <cstdio>

namespace imsfw::scenario
{

namespace
{

constexpr std::size_t TIME_WIDTH = 12;
constexpr std::size_t MIN_COLUMN_WIDTH = 13;
constexpr std::size_t LINE = 6; ///< where in its column a host's line stands

std::string
Milliseconds(TimePoint time)
{
    char text[32];
    std::snprintf(text, sizeof(text), "%.3f", ToMilliseconds(time.time_since_epoch()));
    return text;
}

/// @return "REGISTER  812 B", "ChannelData, RTP  241 B x1498 until 30412.118".
std::string
LabelOf(const LadderArrow& arrow)
{
    std::string label = arrow.name;
    if (arrow.size > 0)
    {
        label += "  " + std::to_string(arrow.size) + " B";
    }
    if (arrow.count > 1)
    {
        label += " x" + std::to_string(arrow.count) + " until " + Milliseconds(arrow.last);
    }
    return label;
}

/// Names stand whole above their lines, the same distance apart.
std::size_t
ColumnWidthOf(const Ladder& ladder)
{
    std::size_t width = MIN_COLUMN_WIDTH;
    for (const auto& name : ladder.columns)
    {
        width = std::max(width, name.size() + 1);
    }
    return width;
}

/// @return the hosts' lines with the arrow over them.
std::string
RowOf(const Ladder& ladder, const LadderArrow& arrow)
{
    const std::size_t width = ColumnWidthOf(ladder);
    const auto placeOf = [&](std::size_t column) { return TIME_WIDTH + column * width + LINE; };
    std::string row(placeOf(ladder.columns.size() - 1) + LINE, ' ');
    for (std::size_t i = 0; i < ladder.columns.size(); ++i)
    {
        row[placeOf(i)] = '|';
    }
    const std::size_t from = placeOf(arrow.from);
    const std::size_t to = placeOf(arrow.to);
    for (std::size_t i = std::min(from, to) + 1; i < std::max(from, to); ++i)
    {
        row[i] = '-';
    }
    if (arrow.isRefused)
    {
        row[to] = 'X';
    }
    else if (from != to)
    {
        row[from < to ? to - 1 : to + 1] = from < to ? '>' : '<';
    }
    const std::string time = Milliseconds(arrow.at);
    return time + row.substr(std::min(time.size(), row.size()));
}

constexpr int SVG_TIME = 90;
constexpr int SVG_COLUMN = 190;
constexpr int SVG_ROW = 26;
constexpr int SVG_TOP = 64;

int
SvgPlace(std::size_t column)
{
    return SVG_TIME + static_cast<int>(column) * SVG_COLUMN + SVG_COLUMN / 2;
}

std::string
SvgText(int x, int y, const char* classes, const std::string& text)
{
    return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" class=\"" +
           classes + "\">" + EscapeMarkup(text) + "</text>\n";
}

std::string
SvgLine(int x1, int y1, int x2, int y2, const char* classes)
{
    return "<line x1=\"" + std::to_string(x1) + "\" y1=\"" + std::to_string(y1) + "\" x2=\"" +
           std::to_string(x2) + "\" y2=\"" + std::to_string(y2) + "\" class=\"" + classes +
           "\"/>\n";
}

std::string
SvgArrow(const LadderArrow& arrow, int y)
{
    const int from = SvgPlace(arrow.from);
    const int to = SvgPlace(arrow.to);
    std::string svg = SvgText(SVG_TIME - 8, y + 4, "time", Milliseconds(arrow.at));
    const char* label = arrow.isRefused ? "label bad" : "label";
    if (from != to)
    {
        const int head = arrow.isRefused ? 0 : (to > from ? -7 : 7);
        svg += SvgLine(from, y, to + head, y, arrow.isRefused ? "arrow bad" : "arrow");
        if (!arrow.isRefused)
        {
            svg += "<path class=\"head\" d=\"M" + std::to_string(to) + " " + std::to_string(y) +
                   " l" + std::to_string(head) + " -4 v8 z\"/>\n";
        }
    }
    svg += SvgText((from + to) / 2, y - 4, label, LabelOf(arrow));
    if (arrow.isRefused)
    {
        svg += SvgLine(to - 5, y - 5, to + 5, y + 5, "bad") +
               SvgLine(to - 5, y + 5, to + 5, y - 5, "bad");
    }
    if (!arrow.thought.empty())
    {
        svg += SvgText(std::max(from, to) + 8,
                       y + 4,
                       arrow.isRefused ? "thought bad" : "thought",
                       arrow.thought);
    }
    return svg;
}

const char* const STYLE =
    "<style>text{font:12px sans-serif}.time{text-anchor:end;fill:#555}.host{text-anchor:middle;"
    "font-weight:bold}.label{text-anchor:middle}.thought{fill:#0a6;font-size:11px}"
    ".life{stroke:#bbb}.arrow{stroke:#333}.head{fill:#333}text.bad{fill:#c00}"
    "line.bad{stroke:#c00;stroke-width:2}</style>\n";

} // namespace

void
PrintLadder(std::ostream& out, const Ladder& ladder)
{
    const std::size_t width = ColumnWidthOf(ladder);
    std::string head(TIME_WIDTH + ladder.columns.size() * width + LINE, ' ');
    head.replace(0, 2, "ms");
    for (std::size_t i = 0; i < ladder.columns.size(); ++i)
    {
        const std::string& name = ladder.columns[i];
        head.replace(TIME_WIDTH + i * width + LINE - name.size() / 2, name.size(), name);
    }
    out << head.substr(0, head.find_last_not_of(' ') + 1) << "\n";
    for (const auto& arrow : ladder.arrows)
    {
        out << RowOf(ladder, arrow) << LabelOf(arrow)
            << (arrow.thought.empty() ? "" : "  [" + arrow.thought + "]") << "\n";
    }
}

std::string
ToSvg(const Ladder& ladder)
{
    const int width = SVG_TIME + static_cast<int>(ladder.columns.size()) * SVG_COLUMN;
    const int height = SVG_TOP + (static_cast<int>(ladder.arrows.size()) + 1) * SVG_ROW;
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) +
                      "\" height=\"" + std::to_string(height) + "\" role=\"img\">\n" + STYLE;
    svg += "<title>" + EscapeMarkup(ladder.title) + "</title>\n";
    svg += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    svg += SvgText(SVG_TIME - 8, 40, "time", "ms");
    for (std::size_t i = 0; i < ladder.columns.size(); ++i)
    {
        svg += SvgText(SvgPlace(i), 40, "host", ladder.columns[i]);
        svg += SvgLine(SvgPlace(i), 48, SvgPlace(i), height - 8, "life");
    }
    int y = SVG_TOP;
    for (const auto& arrow : ladder.arrows)
    {
        y += SVG_ROW;
        svg += SvgArrow(arrow, y - SVG_ROW / 2);
    }
    return svg + "</svg>\n";
}

} // namespace imsfw::scenario
