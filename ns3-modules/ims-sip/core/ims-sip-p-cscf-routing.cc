// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where a request goes next: RFC 3261 16.4 to 16.6, RFC 5626 5.3.
#include "ims-sip-p-cscf.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::sip
{

bool
PCscf::IsOurs(const SipUri& uri) const
{
    const auto numeric = uri.Numeric();
    if (numeric)
    {
        const auto& others = m_config.otherAddresses;
        return numeric->address == m_config.address.address ||
               std::find(others.begin(), others.end(), numeric->address) != others.end();
    }
    return EqualsIgnoringCase(uri.host, m_config.name) ||
           EqualsIgnoringCase(uri.host, m_config.servingName);
}

bool
PCscf::IsCoreSide(const SipFlow& flow) const
{
    return !flow.isReliable &&
           std::any_of(m_staticRoutes.begin(),
                       m_staticRoutes.end(),
                       [&](const auto& route) { return route.second == flow.remote; });
}

std::string
PCscf::TakeOwnRoutes(SipMessage& request) const
{
    std::string token;
    auto routes = request.Addresses("Route");
    for (auto route = routes.begin(); route != routes.end() && IsOurs(route->uri); ++route)
    {
        token = token.empty() ? route->uri.user : token;
        request.RemoveFirst("Route");
    }
    return token;
}

PCscf::Target
PCscf::FindTarget(TimePoint now,
                  SipMessage& request,
                  const SipFlow& from,
                  const std::string& token) const
{
    const auto routes = request.Addresses("Route");
    if (!routes.empty())
    {
        const auto next = routes[0].uri.Numeric();
        return next ? Target{SipFlow{false, 0, *next}, 0, "", ""}
                    : Target{{}, 404, "unknown-route", ""};
    }
    // The token names a UE by its binding. From another than that UE, the request is for it; from the UE itself, the
    // Request-URI says for whom.
    const Binding* named = token.empty() ? nullptr : m_registrar.ByToken(now, token);
    if (named != nullptr && named->flow != from)
    {
        return {named->flow, 0, "", named->token};
    }
    return FindByUri(now, request, from);
}

PCscf::Target
PCscf::FindByUri(TimePoint now, SipMessage& request, const SipFlow& from) const
{
    const auto uri = SipUri::Parse(request.RequestUri());
    if (!uri)
    {
        return {{}, 404, "unknown-callee", ""};
    }
    if (!uri->opaque.empty() && uri->scheme != "tel")
    {
        return {{}, 416, "unsupported-scheme", ""}; // RFC 3261 16.3 step 2
    }
    const std::string aor = uri->AddressOfRecord();
    if (const Binding* binding = m_registrar.ByAor(now, aor))
    {
        // RFC 7315 4.2: the Contact takes its place, so that this alone says which identity was called.
        request.Set("P-Called-Party-ID", "<" + request.RequestUri() + ">");
        request.SetRequestUri(binding->contact); // RFC 3261 16.5: the location service's answer
        return {binding->flow, 0, "", binding->token};
    }
    if (const Binding* binding = m_registrar.ByContact(now, request.RequestUri()))
    {
        return {binding->flow, 0, "", binding->token};
    }
    const auto route = m_staticRoutes.find(aor);
    if (route != m_staticRoutes.end())
    {
        return {SipFlow{false, 0, route->second}, 0, "", ""};
    }
    if (m_registrar.IsUser(aor))
    {
        return {{}, 480, "callee-not-registered", ""};
    }
    // In a dialog, the Request-URI is the peer's Contact: an address on the core's side.
    const auto numeric = uri->Numeric();
    const bool isInside = !request.To().Tag().empty();
    if (isInside && numeric && IsCoreSide(SipFlow{false, 0, *numeric}) && !IsCoreSide(from))
    {
        return {SipFlow{false, 0, *numeric}, 0, "", ""};
    }
    return {{}, isInside ? 481 : 404, isInside ? "unknown-dialog" : "unknown-callee", ""};
}

void
PCscf::Assert(TimePoint now, SipMessage& request, const SipFlow& from) const
{
    // TS 24.229 5.2.6.3.3: the preferred identity goes, the asserted one (RFC 3325) comes.
    const Binding* sender = m_registrar.ByFlow(now, from);
    const auto preferred = request.Addresses("P-Preferred-Identity");
    request.Remove("P-Preferred-Identity");
    if (sender == nullptr)
    {
        return;
    }
    const std::string wanted = preferred.empty() ? "" : preferred[0].uri.ToString();
    const bool isOwn = m_registrar.IsIdentityOf(*sender, wanted);
    request.Set("P-Asserted-Identity", "<" + (isOwn ? wanted : sender->publicIdentity) + ">");
    request.Remove("P-Charging-Vector"); // what a UE says there is nothing worth
    // RFC 6050 4.2: as with the identity, what the user prefers becomes what the network asserts.
    if (const auto service = request.Header("P-Preferred-Service"))
    {
        request.Remove("P-Preferred-Service");
        request.Set("P-Asserted-Service", *service);
    }
}

void
PCscf::MarkForSide(SipMessage& request, bool isForUe)
{
    const bool isInitial = request.To().Tag().empty();
    if (isForUe)
    {
        // TS 24.229 4.4: a UE is outside the trust domain for where the other is and what it is charged.
        request.Remove("P-Access-Network-Info");
        request.Remove("P-Charging-Vector");
    }
    else if (isInitial && !request.Header("P-Charging-Vector"))
    {
        // RFC 7315 4.6, TS 24.229 5.2.6.3.3: one identifier for the bills of everybody on the way.
        request.Add("P-Charging-Vector",
                    "icid-value=\"" + m_random.Token(32) +
                        "\";icid-generated-at=" + m_config.address.address.ToString());
    }
}

SipVia
PCscf::NewVia(const SipFlow& target)
{
    const auto stream = m_streams.find(target.channel);
    const bool isStream = target.isReliable && stream != m_streams.end();
    SipVia via{isStream ? stream->second.transport : "UDP",
               m_config.address.address.ToString(),
               m_config.address.port,
               {}};
    via.params.Set("branch", NewBranch(m_random));
    return via;
}

std::string
PCscf::OwnUri(const std::string& user, const std::string& host) const
{
    SipUri uri;
    uri.user = user;
    uri.host = host;
    uri.port = m_config.address.port;
    uri.params.Set("lr", std::nullopt);
    return uri.ToString();
}

} // namespace imsfw::sip
