// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/parse-duration.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <limits>

namespace imsfw::config
{

namespace
{

struct Unit
{
    std::string_view name;
    uint64_t nanoseconds;
};

constexpr std::array<Unit, 7> UNITS{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"min", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

constexpr uint64_t LONGEST = std::numeric_limits<Duration::rep>::max();

/// @return the nanoseconds in the fraction @p digits (what stands after the point) of a unit; digits finer than
/// a nanosecond are cut.
uint64_t
Fraction(std::string_view digits, uint64_t unit)
{
    uint64_t total = 0;
    for (const char digit : digits)
    {
        unit /= 10;
        total += unit * static_cast<uint64_t>(digit - '0');
    }
    return total;
}

Failure<std::string>
Wrong(std::string_view text, const std::string& why)
{
    return Failure{"\"" + std::string(text) + "\" is not a duration: " + why};
}

} // namespace

Result<Duration, std::string>
ParseDuration(std::string_view text)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto numberEnd =
        std::find_if_not(text.begin(), text.end(), [&](char c) { return isDigit(c) || c == '.'; });
    const auto split = static_cast<std::size_t>(numberEnd - text.begin());
    const auto unit =
        std::find_if(UNITS.begin(),
                     UNITS.end(),
                     [&](const Unit& candidate) { return candidate.name == text.substr(split); });
    if (split == 0)
    {
        return Wrong(text, "it must begin with a number, as in 200ms, 30s or 2h");
    }
    if (unit == UNITS.end())
    {
        return Wrong(text, "it must end with a unit: ns, us, ms, s, min, h or d");
    }
    const std::string_view number = text.substr(0, split);
    const auto point = std::min(number.find('.'), number.size());
    const auto whole = ParseNumber(number.substr(0, point));
    const auto fraction = number.substr(std::min(point + 1, number.size()));
    const bool fractionIsGood =
        point == number.size() ||
        (!fraction.empty() && std::all_of(fraction.begin(), fraction.end(), isDigit));
    if (!whole || !fractionIsGood)
    {
        return Wrong(text, "its number cannot be read");
    }
    const uint64_t rest = Fraction(fraction, unit->nanoseconds);
    if (*whole > (LONGEST - rest) / unit->nanoseconds)
    {
        return Wrong(text, "it is too long (at most about 292 years)");
    }
    return Duration(static_cast<Duration::rep>(*whole * unit->nanoseconds + rest));
}

std::string
FormatDuration(Duration duration)
{
    const auto count = static_cast<uint64_t>(duration.count());
    const auto unit = std::find_if(UNITS.begin(),
                                   UNITS.end(),
                                   [&](const Unit& candidate)
                                   { return count != 0 && count % candidate.nanoseconds == 0; });
    if (unit == UNITS.end())
    {
        return "0s";
    }
    return std::to_string(count / unit->nanoseconds) + std::string(unit->name);
}

} // namespace imsfw::config
