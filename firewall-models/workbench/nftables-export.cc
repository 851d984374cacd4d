// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/nftables-export.h"

#include <algorithm>

namespace imsfw::workbench
{

namespace
{

using engine::Action;
using engine::Rule;
using engine::Zone;

/// A TLS record of type handshake whose first message is a ClientHello (RFC 8446 5.1, 4).
constexpr const char* CLIENT_HELLO = "@ih,0,16 0x1603 @ih,40,8 0x01";
/// Any payload at all: packets without one do not match.
constexpr const char* PAYLOAD = "@ih,0,8 0-255";
/// The first four bytes of the methods of RFC 9110 9.3 and 5789, and of an HTTP/2 preface.
constexpr const char* HTTP_METHODS =
    "@ih,0,32 { 0x47455420, 0x48454144, 0x504f5354, 0x50555420, 0x44454c45, 0x434f4e4e, "
    "0x4f505449, 0x54524143, 0x50415443, 0x50524920 }";
/// NULL suites as they stand in a ServerHello, behind a session id of 0 or of 32 bytes.
constexpr const char* NULL_SUITES =
    "{ 0x0001, 0x0002, 0x002c, 0x002d, 0x002e, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010, 0xc015 }";

std::string
InterfaceOf(Zone zone)
{
    return "$" + ToString(zone);
}

std::string
Ports(const std::vector<engine::PortRange>& ports)
{
    std::string text;
    for (const auto& range : ports)
    {
        text += (text.empty() ? "" : ", ") + std::to_string(range.low) +
                (range.low == range.high ? "" : "-" + std::to_string(range.high));
    }
    return "{ " + text + " }";
}

std::string
Addresses(const std::vector<IpPrefix>& prefixes, const std::string& end, bool isV4)
{
    std::string text;
    for (const auto& prefix : prefixes)
    {
        if (prefix.address.IsV4() == isV4)
        {
            text += (text.empty() ? "" : ", ") + prefix.ToString();
        }
    }
    return text.empty() ? "" : (isV4 ? "ip " : "ip6 ") + end + " { " + text + " } ";
}

std::string
PortMatch(const Rule& rule, const std::string& end, const std::vector<engine::PortRange>& ports)
{
    const std::string protocol = rule.protocol ? ToString(*rule.protocol) : "th";
    return ports.empty() ? "" : protocol + " " + end + " " + Ports(ports) + " ";
}

/// What a rule says of addresses and ports, for the direction in which flows are opened.
std::string
Match(const Rule& rule)
{
    std::string text;
    text += rule.from ? "iifname " + InterfaceOf(*rule.from) + " " : "";
    text += rule.to ? "oifname " + InterfaceOf(*rule.to) + " " : "";
    for (const bool isV4 : {true, false})
    {
        text += Addresses(rule.addresses, "daddr", isV4);
        text += Addresses(rule.source.addresses, "saddr", isV4);
    }
    if (!rule.ports.empty() || !rule.source.ports.empty()) // which only rules for tcp and udp have
    {
        return text + PortMatch(rule, "sport", rule.source.ports) +
               PortMatch(rule, "dport", rule.ports);
    }
    return text + (rule.protocol ? "meta l4proto " + ToString(*rule.protocol) + " " : "");
}

/// The same for packets of the way back.
std::string
MatchReplies(const Rule& rule)
{
    std::string text;
    text += rule.to ? "iifname " + InterfaceOf(*rule.to) + " " : "";
    text += rule.from ? "oifname " + InterfaceOf(*rule.from) + " " : "";
    return text + "tcp sport " + (rule.ports.empty() ? "0-65535" : Ports(rule.ports)) + " ";
}

std::string
Verdict(const engine::Policy& policy, const Rule& rule)
{
    const Action action = rule.action == Action::REFUSE ? policy.refusal : rule.action;
    switch (action)
    {
    case Action::ALLOW:
        return "accept";
    case Action::RESET:
    case Action::HTTP_403:
        return "reject with tcp reset";
    case Action::ICMP:
        return "reject with icmpx admin-prohibited";
    case Action::DROP:
    case Action::REFUSE:
    case Action::TAG:
        return "drop";
    }
    return "drop";
}

/// @return true where the state of the connection is all that @p rule asks beyond addresses.
bool
IsOfStateAlone(const Rule& rule)
{
    Rule rest = rule;
    rest.meter.state.reset();
    return rule.meter.state && !rest.NeedsInspection();
}

/// @return @p prefixes of one family.
std::vector<IpPrefix>
OfFamily(std::vector<IpPrefix> prefixes, bool isV4)
{
    const auto isOther = [&](const IpPrefix& prefix) { return prefix.address.IsV4() != isV4; };
    prefixes.erase(std::remove_if(prefixes.begin(), prefixes.end(), isOther), prefixes.end());
    return prefixes;
}

/// A line of nftables that names addresses of both families is for no packet at all. @return the rule for each family whose
/// packets it can concern; as it is, where it names no address.
std::vector<Rule>
ByFamily(const Rule& rule)
{
    if (rule.addresses.empty() && rule.source.addresses.empty())
    {
        return {rule};
    }
    std::vector<Rule> rules;
    for (const bool isV4 : {true, false})
    {
        Rule one = rule;
        one.addresses = OfFamily(rule.addresses, isV4);
        one.source.addresses = OfFamily(rule.source.addresses, isV4);
        if (one.addresses.empty() == rule.addresses.empty() &&
            one.source.addresses.empty() == rule.source.addresses.empty())
        {
            rules.push_back(std::move(one));
        }
    }
    return rules;
}

class Exporter
{
  public:
    explicit Exporter(const engine::Policy& policy) : m_policy(policy)
    {
    }

    NftablesExport
    Run()
    {
        for (const auto& rule : m_policy.rules)
        {
            for (const Rule& one : ByFamily(rule))
            {
                one.NeedsInspection() ? AddLook(one) : AddHeader(one);
            }
        }
        NoteNat();
        NoteProxy();
        return {Compose(), m_left};
    }

  private:
    /// A rule that takes a line for each family has its notes once.
    void
    Note(const std::string& text)
    {
        if (std::find(m_left.begin(), m_left.end(), text) == m_left.end())
        {
            m_left.push_back(text);
        }
    }

    void
    AddHeader(const Rule& rule)
    {
        m_headers += Line(rule, Match(rule) + Verdict(m_policy, rule));
        NoteActions(rule);
    }

    /// A look at bytes stands in front of the line that lets established connections through.
    void
    AddLook(const Rule& rule)
    {
        const bool isPlain =
            rule.content.IsEmpty() && !rule.tls.IsAsked() && !rule.http.IsAsked() &&
            rule.payload.empty() && !rule.meter.IsAsked() && !rule.recognised.IsAsked() &&
            !rule.schedule.IsAsked() && !rule.tagged.IsAsked() && rule.action != Action::TAG;
        if (IsOfStateAlone(rule))
        {
            AddOfState(rule);
        }
        else if (isPlain && rule.nullSuite && !rule.firstBytes && !rule.source.IsAsked())
        {
            AddNullSuite(rule);
        }
        else if (isPlain && rule.firstBytes && rule.firstBytesNegated && !rule.nullSuite &&
                 rule.action != Action::ALLOW)
        {
            AddFirstBytes(rule);
        }
        else
        {
            Note("rule " + rule.id + ": nftables has no such look at a flow");
        }
    }

    /// What is new comes as far as the lines behind the one for established connections.
    void
    AddOfState(const Rule& rule)
    {
        if (*rule.meter.state == engine::FlowState::NEW)
        {
            AddHeader(rule);
            return;
        }
        const std::string established = "ct state established ct direction original ";
        m_looks += Line(rule, Match(rule) + established + Verdict(m_policy, rule));
        Note("rule " + rule.id + ": holds for what the opener sends, not for answers");
        NoteActions(rule);
    }

    /// The first payload of a connection must be the protocol's; what follows is not looked at.
    void
    AddFirstBytes(const Rule& rule)
    {
        const bool isTls = *rule.firstBytes == engine::FirstBytes::TLS;
        const std::string first = Match(rule) + "ct direction original ct mark 0 ";
        m_looks += Line(rule, first + (isTls ? CLIENT_HELLO : HTTP_METHODS) + " ct mark set 1");
        m_looks += Line(rule, first + PAYLOAD + " " + Verdict(m_policy, rule));
    }

    void
    AddNullSuite(const Rule& rule)
    {
        const std::string hello = MatchReplies(rule) + "@ih,0,16 0x1603 @ih,40,8 0x02 ";
        const std::string verdict = Verdict(m_policy, rule);
        m_looks += Line(rule, hello + "@ih,344,8 0 @ih,352,16 " + NULL_SUITES + " " + verdict);
        m_looks += Line(rule, hello + "@ih,344,8 32 @ih,608,16 " + NULL_SUITES + " " + verdict);
        Note("rule " + rule.id +
             ": only a ServerHello that begins a segment is seen, and the reset goes to "
             "the server alone");
    }

    void
    NoteActions(const Rule& rule)
    {
        if (rule.action == Action::HTTP_403)
        {
            Note("rule " + rule.id + ": nftables shows no page, it resets");
        }
        if (rule.delay != Duration(0) || rule.bitsPerSecond)
        {
            Note("rule " + rule.id + ": delay and throttle are traffic control's (tc)");
        }
    }

    void
    NoteNat()
    {
        using engine::NatBehaviour;
        const auto& nat = m_policy.nat;
        if (!nat.enabled)
        {
            return;
        }
        if (nat.mapping != NatBehaviour::ADDRESS_AND_PORT_DEPENDENT)
        {
            Note("nat.mapping " + ToString(nat.mapping) +
                 ": Linux maps by address and port (symmetric), though it keeps the port "
                 "where it can");
        }
        if (nat.filtering != NatBehaviour::ADDRESS_AND_PORT_DEPENDENT)
        {
            Note("nat.filtering " + ToString(nat.filtering) +
                 ": Linux lets in what belongs to a connection, nothing else");
        }
    }

    void
    NoteProxy()
    {
        if (m_policy.proxy)
        {
            Note("proxy: CONNECT ports, authentication and limits are the web proxy's, "
                 "for example Squid's");
        }
    }

    static std::string
    Line(const Rule& rule, const std::string& text)
    {
        return "    " + text + " comment \"" + rule.id + "\"\n";
    }

    std::string
    Compose() const
    {
        const Action byDefault =
            m_policy.defaultAction == Action::REFUSE ? m_policy.refusal : m_policy.defaultAction;
        std::string text = "#!/usr/sbin/nft -f\n# " + m_policy.id + ": " + m_policy.title +
                           "\n# Name your interfaces here.\n";
        text += "define inside = \"lan0\"\ndefine dmz = \"dmz0\"\ndefine outside = \"wan0\"\n\n";
        text += "table inet imsfw {\n  chain forward {\n";
        text += "    type filter hook forward priority filter; policy drop;\n" + m_looks;
        text += "    ct state established,related accept\n    ct state invalid drop\n" + m_headers;
        if (byDefault != Action::DROP)
        {
            Rule last;
            last.id = "default";
            last.action = byDefault;
            text += Line(last,
                         (byDefault == Action::RESET ? "meta l4proto tcp " : "") +
                             Verdict(m_policy, last));
        }
        text += "  }\n";
        if (m_policy.nat.enabled)
        {
            const bool isRandom = m_policy.nat.portAssignment == engine::PortAssignment::RANDOM;
            text += "  chain postrouting {\n    type nat hook postrouting priority srcnat;\n";
            text += std::string("    oifname $outside masquerade") + (isRandom ? " random" : "") +
                    "\n  }\n";
        }
        return text + "}\n";
    }

    const engine::Policy& m_policy;
    std::string m_looks;
    std::string m_headers;
    std::vector<std::string> m_left;
};

} // namespace

NftablesExport
ExportToNftables(const engine::Policy& policy)
{
    return Exporter(policy).Run();
}

} // namespace imsfw::workbench
