// SPDX-License-Identifier: GPL-2.0-only
#include "engine/rules/rule-index.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

uint32_t
MaskOf(uint8_t length)
{
    return length == 0 ? 0 : UINT32_MAX << (32 - length);
}

/// @return the IPv4 prefixes that a rule is for; none where it can concern no IPv4 flow.
std::vector<IpPrefix>
PrefixesOf(const Rule& rule)
{
    if (rule.addresses.empty())
    {
        return {IpPrefix{}};
    }
    std::vector<IpPrefix> prefixes;
    std::copy_if(rule.addresses.begin(),
                 rule.addresses.end(),
                 std::back_inserter(prefixes),
                 [](const IpPrefix& prefix) { return prefix.address.IsV4(); });
    return prefixes;
}

std::vector<PortClaim>
ClaimsOf(const Rule& rule, RuleNumber number)
{
    if (rule.ports.empty())
    {
        return {{0, UINT16_MAX, number}};
    }
    std::vector<PortClaim> claims;
    for (const PortRange& range : rule.ports)
    {
        claims.push_back({range.low, range.high, number});
    }
    return claims;
}

bool
HasPort(const std::vector<PortRange>& ranges, uint16_t port)
{
    const auto hasIt = [&](const PortRange& range)
    { return port >= range.low && port <= range.high; };
    return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), hasIt);
}

bool
HasAddress(const std::vector<IpPrefix>& prefixes, uint32_t address)
{
    const auto hasIt = [&](const IpPrefix& prefix)
    { return prefix.Contains(IpAddress::V4(address)); };
    return prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(), hasIt);
}

/// What a rule says of both ends' ports and addresses.
Condition
FindEndObstacle(const Rule& rule, const Ip4Tuple& flow)
{
    if (!HasPort(rule.ports, flow.destinationPort))
    {
        return Condition::PORTS;
    }
    if (!HasAddress(rule.addresses, flow.destination))
    {
        return Condition::ADDRESSES;
    }
    if (!HasPort(rule.source.ports, flow.sourcePort))
    {
        return Condition::SOURCE_PORTS;
    }
    const bool isHere = HasAddress(rule.source.addresses, flow.source);
    return isHere ? Condition::NONE : Condition::SOURCE_ADDRESSES;
}

} // namespace

Condition
FindHeaderObstacle(const Rule& rule, const Ip4Tuple& flow, Zone from, Zone to)
{
    if (rule.from && *rule.from != from)
    {
        return Condition::FROM;
    }
    if (rule.to && *rule.to != to)
    {
        return Condition::TO;
    }
    if (rule.protocol && *rule.protocol != flow.protocol)
    {
        return Condition::PROTOCOL;
    }
    return FindEndObstacle(rule, flow);
}

/// Collects what rules claim, prefix by prefix, before anything is made of it.
struct RuleIndex::Builder
{
    RuleIndex& index;
    uint16_t classes{1};

    using Prefixes = std::map<uint32_t, std::vector<PortClaim>>;
    /// By bucket, then by prefix length.
    std::map<std::size_t, std::map<uint8_t, Prefixes>> claims{};

    void
    AddProtocol(const Rule& rule)
    {
        if (rule.protocol && index.m_classes[static_cast<uint8_t>(*rule.protocol)] == 0)
        {
            index.m_classes[static_cast<uint8_t>(*rule.protocol)] = classes++;
        }
    }

    void
    Add(const Rule& rule, RuleNumber number)
    {
        for (unsigned kind = 0; kind < classes; ++kind)
        {
            if (rule.protocol && index.m_classes[static_cast<uint8_t>(*rule.protocol)] != kind)
            {
                continue;
            }
            for (std::size_t zones = 0; zones < ZONES * ZONES; ++zones)
            {
                const auto from = static_cast<Zone>(zones / ZONES);
                const auto to = static_cast<Zone>(zones % ZONES);
                if ((!rule.from || *rule.from == from) && (!rule.to || *rule.to == to))
                {
                    AddTo(kind * ZONES * ZONES + zones, rule, number);
                }
            }
        }
    }

    void
    AddTo(std::size_t bucket, const Rule& rule, RuleNumber number)
    {
        for (const IpPrefix& prefix : PrefixesOf(rule))
        {
            const uint32_t address = prefix.address.ToV4() & MaskOf(prefix.length);
            auto& list = claims[bucket][prefix.length][address];
            for (const PortClaim& claim : ClaimsOf(rule, number))
            {
                list.push_back(claim);
            }
        }
    }

    void
    Finish()
    {
        index.m_buckets.resize(classes * ZONES * ZONES);
        for (const auto& [bucket, lengths] : claims)
        {
            for (const auto& [length, prefixes] : lengths)
            {
                Level level{MaskOf(length), {}};
                for (const auto& [address, list] : prefixes)
                {
                    level.prefixes.emplace(address, PortMap(list));
                }
                index.m_buckets[bucket].push_back(std::move(level));
            }
        }
    }
};

RuleIndex::RuleIndex(const std::vector<Rule>& rules, const std::vector<RuleNumber>& numbers)
{
    Builder builder{*this};
    for (const RuleNumber number : numbers)
    {
        builder.AddProtocol(rules[number]);
    }
    for (const RuleNumber number : numbers)
    {
        builder.Add(rules[number], number);
    }
    builder.Finish();
}

RuleNumber
RuleIndex::Find(const Ip4Tuple& flow, Zone from, Zone to) const
{
    const std::size_t kind = m_classes[static_cast<uint8_t>(flow.protocol)];
    const std::size_t zones = static_cast<std::size_t>(from) * ZONES + static_cast<std::size_t>(to);
    RuleNumber first = NO_RULE;
    for (const Level& level : m_buckets[kind * ZONES * ZONES + zones])
    {
        const auto ports = level.prefixes.find(flow.destination & level.mask);
        if (ports != level.prefixes.end())
        {
            first = std::min(first, ports->second.Find(flow.destinationPort));
        }
    }
    return first;
}

} // namespace imsfw::engine
