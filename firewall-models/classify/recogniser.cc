// SPDX-License-Identifier: GPL-2.0-only
#include "classify/recogniser.h"

#include <algorithm>
#include <array>
#include <utility>

namespace imsfw::classify
{

namespace
{

constexpr std::array<std::pair<Confidence, std::string_view>, 5> NAMES{{
    {Confidence::NONE, "none"},
    {Confidence::PORT, "port"},
    {Confidence::ADDRESS, "address"},
    {Confidence::CACHE, "cache"},
    {Confidence::BYTES, "bytes"},
}};

} // namespace

std::string
ToString(Confidence confidence)
{
    return std::string(NAMES[static_cast<std::size_t>(confidence)].second);
}

std::optional<Confidence>
FindConfidence(std::string_view name)
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

bool
RecogniserVerdict::Is(std::string_view name) const
{
    return !name.empty() && (name == application || name == carrier);
}

bool
RecogniserVerdict::HasRisk(std::string_view risk) const
{
    return std::binary_search(risks.begin(), risks.end(), risk, std::less<>());
}

} // namespace imsfw::classify
