// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/schedule.h"

#include "base/text.h"

#include <algorithm>
#include <cstdio>

namespace imsfw::engine
{

namespace
{

constexpr Duration DAY = std::chrono::hours(24);
constexpr Duration WEEK = 7 * DAY;

std::string
Clock(Duration time, bool withSeconds)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    char text[16];
    std::snprintf(text,
                  sizeof(text),
                  withSeconds ? "%02d:%02d:%02d" : "%02d:%02d",
                  static_cast<int>(seconds / 3600 % 100),
                  static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
    return text;
}

} // namespace

bool
Schedule::Holds(Duration weekTime) const
{
    const Duration time = weekTime % WEEK;
    const auto today = static_cast<unsigned>(time / DAY);
    const Duration clock = time % DAY;
    const auto isOn = [this](unsigned day) { return (days >> day % 7 & 1) != 0; };
    if (begin < end)
    {
        return isOn(today) && clock >= begin && clock < end;
    }
    return (isOn(today) && clock >= begin) || (isOn(today + 6) && clock < end);
}

std::string
Schedule::ToString() const
{
    std::string names;
    for (std::size_t day = 0; day < DAYS.size(); ++day)
    {
        const bool isOn = (days >> day & 1) != 0;
        names += isOn ? (names.empty() ? "" : ",") + std::string(DAYS[day]) : "";
    }
    return names + " " + Clock(begin, false) + "-" + Clock(end, false);
}

Result<Duration, std::string>
ParseTimeOfDay(const std::string& text)
{
    const auto parts = Split(text, ':');
    const auto hours = ParseNumber(parts.front(), 0, 24);
    const auto minutes = ParseNumber(parts.back(), 0, 59);
    const bool isWhole = parts.size() == 2 && parts.back().size() == 2 && hours && minutes;
    if (!isWhole || (*hours == 24 && *minutes != 0))
    {
        return Failure{"\"" + text + "\" is no time of day such as 08:30"};
    }
    return Duration(std::chrono::hours(*hours) + std::chrono::minutes(*minutes));
}

Result<Schedule, std::string>
ParseHours(const std::string& text, Schedule schedule)
{
    const auto parts = Split(text, '-');
    const auto begin = ParseTimeOfDay(std::string(parts.front()));
    const auto end = ParseTimeOfDay(std::string(parts.back()));
    if (parts.size() != 2 || !begin || !end || *begin == *end)
    {
        return Failure{"\"" + text + "\" is no span of hours such as 08:00-18:00"};
    }
    schedule.begin = *begin;
    schedule.end = *end;
    return schedule;
}

Result<Duration, std::string>
ParseWeekTime(const std::string& text)
{
    const auto parts = Split(text, ' ');
    const auto day = std::find(DAYS.begin(), DAYS.end(), parts.front());
    const auto clock = ParseTimeOfDay(std::string(parts.back()));
    if (parts.size() != 2 || day == DAYS.end() || !clock || *clock >= DAY)
    {
        return Failure{"\"" + text + "\" is no day and time such as \"mon 08:00\""};
    }
    return Duration((day - DAYS.begin()) * DAY + *clock);
}

std::string
WeekTimeText(Duration weekTime)
{
    const Duration time = weekTime % WEEK;
    return std::string(DAYS.at(static_cast<std::size_t>(time / DAY))) + " " +
           Clock(time % DAY, true);
}

} // namespace imsfw::engine
