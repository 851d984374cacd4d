// SPDX-License-Identifier: GPL-2.0-only
#include "matrix-table.h"

#include "base/text.h"
#include "report.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace imsfw::scenario
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr std::size_t LABEL_WIDTH = 26;
constexpr std::size_t CELL_WIDTH = 17;
constexpr std::size_t PAIR_CELL_WIDTH = 20; ///< "tls+proxy/tls+proxy" and a space

std::string
Cut(const std::string& text, std::size_t width)
{
    return text.size() <= width ? text + std::string(width - text.size(), ' ')
                                : text.substr(0, width - 1) + "~";
}

/// @return the words of @p text on as many lines as it takes, each at most @p width long where its words allow.
std::vector<std::string>
Wrap(const std::string& text, std::size_t width)
{
    std::vector<std::string> lines{""};
    for (const auto word : Split(text, ' '))
    {
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width)
        {
            lines.emplace_back();
        }
        lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
    }
    return lines;
}

void
PrintHeading(std::ostream& out, const Matrix& matrix, std::size_t width, const Paint& paint)
{
    std::vector<std::vector<std::string>> headings;
    std::size_t height = 0;
    for (const auto& column : matrix.columns)
    {
        headings.push_back(Wrap(column.title, width - 1));
        height = std::max(height, headings.back().size());
    }
    for (std::size_t line = 0; line < height; ++line)
    {
        std::string text = Cut(line == 0 ? "firewall type" : "", LABEL_WIDTH);
        for (const auto& heading : headings)
        {
            text += Cut(line < heading.size() ? heading[line] : "", width);
        }
        out << paint.Strong(text) << "\n";
    }
}

/// The two lines of a cell: what got through, and how fast or why not.
struct CellText
{
    std::string first;
    std::string second;
    bool isPass{false};
};

std::string
Whole(const std::string& milliseconds)
{
    return milliseconds.empty() ? "-"
                                : std::to_string(std::lround(std::atof(milliseconds.c_str())));
}

CellText
Describe(const CellSummary& cell)
{
    const bool isPass =
        cell.control == "pass" && cell.mediaUdp != "fail" && cell.mediaTcp != "fail";
    if (isPass)
    {
        const std::string times =
            Whole(cell.registrationMs) + " / " + Whole(cell.callSetupMs) + " ms";
        if (cell.pair.empty())
        {
            return {"pass", times, true};
        }
        const auto space = cell.pair.find(' ');
        return {"pass, " + cell.pair.substr(0, space),
                space == std::string::npos ? times : cell.pair.substr(space + 1),
                true};
    }
    const std::string why = cell.failedRule.empty() ? cell.reason : cell.failedRule;
    const char* blocked = cell.control != "pass"    ? "control blocked"
                          : cell.mediaUdp == "fail" ? "media blocked"
                                                    : "messages blocked";
    return {blocked, why, false};
}

bool
IsPass(const CellSummary& cell)
{
    return Describe(cell).isPass;
}

void
PrintRow(std::ostream& out,
         const MatrixRow& row,
         const std::vector<CellSummary>& cells,
         std::size_t width,
         const Paint& paint)
{
    std::string first = Cut((row.label.empty() ? "" : row.label + " ") + row.id, LABEL_WIDTH);
    std::string second(LABEL_WIDTH, ' ');
    for (const auto& cell : cells)
    {
        const CellText text = Describe(cell);
        const std::string verdict = Cut(text.first, width);
        first += text.isPass ? paint.Good(verdict) : paint.Bad(verdict);
        second += paint.Dim(Cut(text.second, width));
    }
    out << first << "\n" << second << "\n";
}

void
PrintTotals(std::ostream& out,
            const Matrix& matrix,
            const std::vector<CellSummary>& cells,
            std::size_t width,
            const Paint& paint)
{
    std::string totals = Cut("got through", LABEL_WIDTH);
    for (std::size_t column = 0; column < matrix.columns.size(); ++column)
    {
        std::size_t passed = 0;
        for (std::size_t row = 0; row < matrix.rows.size(); ++row)
        {
            passed += IsPass(cells[matrix.IndexOf(row, column)]) ? 1 : 0;
        }
        totals += Cut(std::to_string(passed) + "/" + std::to_string(matrix.rows.size()), width);
    }
    out << paint.Strong(totals) << "\n";
}

std::vector<CellSummary>
SummariseAll(const std::vector<Json>& results)
{
    std::vector<CellSummary> cells;
    cells.reserve(results.size());
    for (const auto& result : results)
    {
        cells.push_back(Summarise(result));
    }
    return cells;
}

std::string
CsvField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
    {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text)
    {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

std::string
CsvLine(const std::vector<std::string>& fields)
{
    std::vector<std::string> quoted;
    quoted.reserve(fields.size());
    for (const auto& field : fields)
    {
        quoted.push_back(CsvField(field));
    }
    return Join(quoted, ",") + "\n";
}

} // namespace

void
PrintTable(std::ostream& out, const Matrix& matrix, const std::vector<Json>& results, bool colour)
{
    const Paint paint(colour);
    const auto cells = SummariseAll(results);
    out << paint.Strong(matrix.title) << "\n\n";
    const bool hasPairs = std::any_of(
        cells.begin(), cells.end(), [](const CellSummary& cell) { return !cell.pair.empty(); });
    const std::size_t width = hasPairs ? PAIR_CELL_WIDTH : CELL_WIDTH;
    PrintHeading(out, matrix, width, paint);
    for (std::size_t row = 0; row < matrix.rows.size(); ++row)
    {
        const auto first = cells.begin() + static_cast<std::ptrdiff_t>(matrix.IndexOf(row, 0));
        PrintRow(out,
                 matrix.rows[row],
                 {first, first + static_cast<std::ptrdiff_t>(matrix.columns.size())},
                 width,
                 paint);
    }
    PrintTotals(out, matrix, cells, width, paint);
    out << (hasPairs ? "\nIn a cell: the pair of candidates that carried the media, or the rule "
                       "that decided. Of "
                       "a relayed one, what\nthe caller / the callee sends over to its TURN "
                       "server; - is none. "
                       "Else registration / call set-up in\nsimulated milliseconds.\n"
                     : "\nIn a cell: registration / call set-up in simulated milliseconds, or the "
                       "rule that decided.\n")
        << "The nine types are this test bed's reading; see firewall-models/doc.\n";
}

std::string
ToCsv(const Matrix& matrix, const std::vector<Json>& results)
{
    const auto cells = SummariseAll(results);
    std::string csv =
        "type,policy,transport,suite,control,media_udp,registration_ms,call_setup_ms,"
        "failed_element,failed_rule,reason,failed_at_ms,callee,media_pair,media_tcp\n";
    for (std::size_t row = 0; row < matrix.rows.size(); ++row)
    {
        for (std::size_t column = 0; column < matrix.columns.size(); ++column)
        {
            const CellSummary& cell = cells[matrix.IndexOf(row, column)];
            csv += CsvLine({matrix.rows[row].label,
                            matrix.rows[row].id,
                            matrix.columns[column].transport,
                            matrix.columns[column].suite,
                            cell.control,
                            cell.mediaUdp,
                            cell.registrationMs,
                            cell.callSetupMs,
                            cell.failedElement,
                            cell.failedRule,
                            cell.reason,
                            cell.failedAtMs,
                            matrix.columns[column].callee,
                            cell.pair,
                            cell.mediaTcp});
        }
    }
    return csv;
}

std::string
ToJson(const Matrix& matrix, const std::vector<Json>& results)
{
    Json cells = Json::array();
    for (std::size_t row = 0; row < matrix.rows.size(); ++row)
    {
        for (std::size_t column = 0; column < matrix.columns.size(); ++column)
        {
            cells.push_back({
                {"type", matrix.rows[row].label},
                {"policy", matrix.rows[row].id},
                {"callee", matrix.columns[column].callee},
                {"transport", matrix.columns[column].transport},
                {"suite", matrix.columns[column].suite},
                {"result", results[matrix.IndexOf(row, column)]},
            });
        }
    }
    return Json{{"title", matrix.title}, {"cells", cells}}.dump(2) + "\n";
}

} // namespace imsfw::scenario
