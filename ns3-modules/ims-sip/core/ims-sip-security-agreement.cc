// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-security-agreement.h"

#include "base/text.h"
#include "ims-sip-grammar.h"

#include <algorithm>
#include <set>
#include <utility>

namespace imsfw::sip
{

namespace
{

constexpr std::string_view OPTION = "sec-agree";

/// RFC 3261 25.1 qvalue: "0" or "1" with up to three decimals. @return thousandths.
std::optional<uint32_t>
ParseQ(std::string_view text)
{
    const std::size_t point = text.find('.');
    const auto whole = ParseNumber(text.substr(0, point), 0, 1);
    std::string decimals(point == std::string_view::npos ? "" : text.substr(point + 1));
    if (!whole || decimals.size() > 3)
    {
        return std::nullopt;
    }
    decimals.resize(3, '0');
    const auto fraction = ParseNumber(decimals, 0, *whole == 1 ? 0 : 999);
    return fraction ? std::optional(static_cast<uint32_t>(*whole * 1000 + *fraction))
                    : std::nullopt;
}

/// @return the entries in one spelling, so that lists compare by what they say.
std::vector<std::string>
Canonical(const SecurityMechanisms& mechanisms)
{
    std::vector<std::string> texts;
    texts.reserve(mechanisms.size());
    for (const SecurityMechanism& mechanism : mechanisms)
    {
        texts.push_back(ToLower(mechanism.ToString()));
    }
    return texts;
}

} // namespace

uint32_t
SecurityMechanism::Preference() const
{
    return ParseQ(params.Value("q").value_or("0")).value_or(0);
}

std::string
SecurityMechanism::ToString() const
{
    return name + params.ToString();
}

std::optional<SecurityMechanism>
SecurityMechanism::Parse(std::string_view text)
{
    text = Trim(text);
    const std::size_t end = std::min(text.find(';'), text.size());
    const auto params = SipParams::Parse(text.substr(end));
    SecurityMechanism mechanism{std::string(Trim(text.substr(0, end))),
                                params.value_or(SipParams())};
    const bool isGoodQ = !params || !params->Has("q") || ParseQ(params->Value("q").value_or(""));
    return params && IsToken(mechanism.name) && isGoodQ ? std::optional(std::move(mechanism))
                                                        : std::nullopt;
}

std::optional<SecurityMechanisms>
ParseMechanisms(const SipMessage& message, std::string_view header)
{
    SecurityMechanisms mechanisms;
    std::set<uint32_t> preferences;
    for (const std::string& value : message.Headers(header))
    {
        auto mechanism = SecurityMechanism::Parse(value);
        if (!mechanism ||
            (mechanism->params.Has("q") && !preferences.insert(mechanism->Preference()).second))
        {
            return std::nullopt;
        }
        mechanisms.push_back(std::move(*mechanism));
    }
    return mechanisms;
}

SecurityClient::SecurityClient(const std::vector<std::string>& own) : m_own(own)
{
}

void
SecurityClient::AddTo(SipMessage& request) const
{
    if (m_own.empty())
    {
        return;
    }
    // RFC 3329 2.3.1: "The client MUST add both a Require and Proxy-Require header field with the value "sec-agree"".
    request.Add("Require", OPTION);
    request.Add("Proxy-Require", OPTION);
    for (const std::string& mechanism : m_own)
    {
        request.Add("Security-Client", mechanism);
    }
    for (const std::string& mechanism : m_server)
    {
        request.Add("Security-Verify", mechanism);
    }
}

bool
SecurityClient::Take(const SipMessage& response)
{
    if (m_own.empty())
    {
        return true;
    }
    const auto offered = ParseMechanisms(response, "Security-Server");
    m_chosen.clear();
    uint32_t best = 0;
    for (const SecurityMechanism& mechanism : offered.value_or(SecurityMechanisms()))
    {
        const bool isKnown =
            std::any_of(m_own.begin(),
                        m_own.end(),
                        [&](const std::string& text)
                        {
                            const auto own = SecurityMechanism::Parse(text);
                            return own && EqualsIgnoringCase(own->name, mechanism.name);
                        });
        if (isKnown && (m_chosen.empty() || mechanism.Preference() > best))
        {
            m_chosen = mechanism.name;
            best = mechanism.Preference();
        }
    }
    m_server = response.Headers("Security-Server");
    return !m_chosen.empty();
}

AgreementVerdict
CheckAgreement(const SipMessage& request,
               const std::vector<std::string>& own,
               bool isRequired,
               bool hasAnswer)
{
    const bool isSought =
        request.HasToken("Require", OPTION) || request.HasToken("Proxy-Require", OPTION);
    if (own.empty())
    {
        return AgreementVerdict::GO_ON;
    }
    if (!isSought)
    {
        // RFC 3329 2.3.2: 421 without the option tag, 494 where it is in Supported.
        const bool isKnown = request.HasToken("Supported", OPTION);
        const auto refusal = isKnown ? AgreementVerdict::REFUSED : AgreementVerdict::REQUIRED;
        return isRequired ? refusal : AgreementVerdict::GO_ON;
    }
    if (!request.Header("Security-Verify"))
    {
        return hasAnswer ? AgreementVerdict::REFUSED : AgreementVerdict::CHALLENGE;
    }
    SipMessage ours = SipMessage::Request("REGISTER", request.RequestUri());
    for (const std::string& mechanism : own)
    {
        ours.Add("Security-Verify", mechanism);
    }
    const auto expected = ParseMechanisms(ours, "Security-Verify");
    const auto repeated = ParseMechanisms(request, "Security-Verify");
    const bool isSame = expected && repeated && Canonical(*expected) == Canonical(*repeated);
    return isSame ? AgreementVerdict::GO_ON : AgreementVerdict::REFUSED;
}

} // namespace imsfw::sip
