// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-ice-description.h.
#include "ims-turn-ice-description.h"

#include "base/text.h"

namespace imsfw::ice
{

namespace
{

constexpr std::size_t MAX_CANDIDATES = 64;

void
TakeCredential(Description& description, const std::string& name, const std::string& value)
{
    if (name == "ice-ufrag")
    {
        description.ufrag = value;
    }
    else if (name == "ice-pwd")
    {
        description.password = value;
    }
    else if (name == "ice-options")
    {
        description.options.clear();
        for (const auto option : Split(value, ' '))
        {
            description.options.emplace_back(option);
        }
    }
}

std::optional<DescriptionError>
TakeCandidate(Description& description, const std::string& value)
{
    auto candidate = Candidate::Parse(value);
    if (!candidate)
    {
        return candidate.Error() == CandidateError::UNSUPPORTED
                   ? std::nullopt
                   : std::optional(DescriptionError::BAD_CANDIDATE);
    }
    if (description.candidates.size() == MAX_CANDIDATES)
    {
        return DescriptionError::TOO_MANY_CANDIDATES;
    }
    description.candidates.push_back(std::move(*candidate));
    return std::nullopt;
}

} // namespace

std::string_view
ToString(DescriptionError error)
{
    switch (error)
    {
    case DescriptionError::NO_ICE:
        return "no-ice";
    case DescriptionError::BAD_UFRAG:
        return "bad-ufrag";
    case DescriptionError::BAD_PASSWORD:
        return "bad-password";
    case DescriptionError::BAD_CANDIDATE:
        return "bad-candidate";
    case DescriptionError::TOO_MANY_CANDIDATES:
        return "too-many-candidates";
    }
    return "unknown";
}

Attributes
Description::ToStreamAttributes() const
{
    Attributes attributes{{"ice-pwd", password}, {"ice-ufrag", ufrag}};
    if (!options.empty())
    {
        attributes.emplace_back("ice-options", Join(options, " "));
    }
    for (const auto& candidate : candidates)
    {
        attributes.emplace_back("candidate", candidate.ToSdp());
    }
    return attributes;
}

Attributes
Description::ToSessionAttributes() const
{
    return isLite ? Attributes{{"ice-lite", ""}} : Attributes{};
}

Result<Description, DescriptionError>
Description::Parse(const Attributes& session, const Attributes& stream)
{
    Description description;
    for (const auto& [name, value] : session)
    {
        description.isLite = description.isLite || name == "ice-lite";
        TakeCredential(description, name, value);
    }
    bool hasCandidates = false;
    for (const auto& [name, value] : stream)
    {
        TakeCredential(description, name, value);
        if (name == "candidate")
        {
            hasCandidates = true;
            if (const auto error = TakeCandidate(description, value))
            {
                return Failure{*error};
            }
        }
    }
    if (description.ufrag.empty() && description.password.empty() && !hasCandidates)
    {
        return Failure{DescriptionError::NO_ICE};
    }
    if (!IsIceText(description.ufrag, 4, 256))
    {
        return Failure{DescriptionError::BAD_UFRAG};
    }
    if (!IsIceText(description.password, 22, 256))
    {
        return Failure{DescriptionError::BAD_PASSWORD};
    }
    return description;
}

} // namespace imsfw::ice
