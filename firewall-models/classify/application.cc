// SPDX-License-Identifier: GPL-2.0-only
#include "classify/application.h"

#include "base/text.h"

#include <array>
#include <utility>

namespace imsfw::classify
{

namespace
{

constexpr std::array<std::pair<Application, std::string_view>, 11> NAMES{{
    {Application::UNKNOWN, "unknown"},
    {Application::TLS, "tls"},
    {Application::HTTP, "http"},
    {Application::SIP, "sip"},
    {Application::STUN, "stun"},
    {Application::TURN_CHANNEL, "turn-channel"},
    {Application::RTP, "rtp"},
    {Application::RTCP, "rtcp"},
    {Application::MSRP, "msrp"},
    {Application::DNS, "dns"},
    {Application::DTLS, "dtls"},
}};

} // namespace

std::string
ToString(Application application)
{
    for (const auto& [value, name] : NAMES)
    {
        if (value == application)
        {
            return std::string(name);
        }
    }
    return "unknown";
}

std::optional<Application>
FindApplication(std::string_view name)
{
    for (const auto& [value, known] : NAMES)
    {
        if (known == name)
        {
            return value;
        }
    }
    return std::nullopt;
}

std::vector<std::string>
ApplicationNames()
{
    std::vector<std::string> names;
    for (const auto& [value, name] : NAMES)
    {
        if (value != Application::UNKNOWN)
        {
            names.emplace_back(name);
        }
    }
    return names;
}

std::string
ApplicationSet::ToString() const
{
    std::vector<std::string> members;
    for (const auto& [value, name] : NAMES)
    {
        if (Has(value))
        {
            members.emplace_back(name);
        }
    }
    return members.empty() ? "none" : Join(members, ",");
}

} // namespace imsfw::classify
