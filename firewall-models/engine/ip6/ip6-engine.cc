// SPDX-License-Identifier: GPL-2.0-only
#include "engine/ip6/ip6-engine.h"

#include "engine/output/counter-sum.h"
#include "engine/packet/packet-fields.h"

namespace imsfw::engine
{

namespace
{

/// No packet has it: what is for this prefix is for nothing.
const IpPrefix NOWHERE{IpAddress(), 32};

std::vector<IpPrefix>
PrefixesIn(const Policy& policy, const Ip6Config& config)
{
    std::vector<IpPrefix> prefixes = config.engine.inside;
    prefixes.insert(prefixes.end(), config.engine.dmz.begin(), config.engine.dmz.end());
    for (const Rule& rule : policy.rules)
    {
        prefixes.insert(prefixes.end(), rule.addresses.begin(), rule.addresses.end());
        const auto& sources = rule.source.addresses;
        prefixes.insert(prefixes.end(), sources.begin(), sources.end());
    }
    return prefixes;
}

std::vector<IpPrefix>
AsStandIns(const std::vector<IpPrefix>& prefixes, const StandIns& standIns)
{
    std::vector<IpPrefix> list;
    for (const IpPrefix& prefix : prefixes)
    {
        if (!prefix.address.IsV4())
        {
            const auto mine = standIns.PrefixesOf(prefix);
            list.insert(list.end(), mine.begin(), mine.end());
        }
    }
    return list;
}

/// What @p prefixes say of addresses behind the translation prefix.
std::vector<IpPrefix>
AsTranslated(const std::vector<IpPrefix>& prefixes, const IpPrefix& translation)
{
    std::vector<IpPrefix> list;
    for (const IpPrefix& prefix : prefixes)
    {
        const auto inner = Extract(translation, prefix.address);
        if (prefix.address.IsV4())
        {
            list.push_back(prefix);
        }
        else if (prefix.length >= translation.length && inner)
        {
            const auto length = static_cast<uint8_t>(prefix.length - translation.length);
            list.push_back({IpAddress::V4(*inner), length});
        }
        else if (prefix.length < translation.length && prefix.Contains(translation.address))
        {
            list.push_back({IpAddress(), 0});
        }
    }
    return list;
}

/// A list that says nothing of this family's addresses is for none of them; an empty one is for all.
template <typename Translate>
void
TranslateList(std::vector<IpPrefix>& list, Translate translate)
{
    if (list.empty())
    {
        return;
    }
    list = translate(list);
    if (list.empty())
    {
        list = {NOWHERE};
    }
}

template <typename Translate, typename TranslateSource>
Policy
WithAddresses(Policy policy, bool hasNat, Translate translate, TranslateSource translateSource)
{
    policy.nat.enabled = policy.nat.enabled && hasNat;
    for (Rule& rule : policy.rules)
    {
        TranslateList(rule.addresses, translate);
        TranslateList(rule.source.addresses, translateSource);
    }
    return policy;
}

EngineConfig
WithZones(EngineConfig config, const StandIns& standIns)
{
    config.inside = AsStandIns(config.inside, standIns);
    config.dmz = AsStandIns(config.dmz, standIns);
    return config;
}

/// The firewall's own address, for the ICMP errors of the engine without NAT.
EngineConfig
NativeConfig(const Ip6Config& config, StandIns& standIns)
{
    EngineConfig native = WithZones(config.engine, standIns);
    native.externalAddress = IpAddress::V4(standIns.For(config.ownAddress).value_or(0));
    return native;
}

} // namespace

Ip6Engine::Ip6Engine(const Policy& policy, Ip6Config config, RandomSource& random)
    : m_config(std::move(config)),
      m_standIns(PrefixesIn(policy, m_config)),
      m_native(WithAddresses(
                   policy,
                   false,
                   [this](const auto& list) { return AsStandIns(list, m_standIns); },
                   [this](const auto& list) { return AsStandIns(list, m_standIns); }),
               NativeConfig(m_config, m_standIns),
               random)
{
    if (m_config.translates)
    {
        m_translating = std::make_unique<Engine>(
            WithAddresses(
                policy,
                true,
                [this](const auto& list) { return AsTranslated(list, m_config.translation); },
                [this](const auto& list) { return AsStandIns(list, m_standIns); }),
            WithZones(m_config.engine, m_standIns),
            random);
    }
}

void
Ip6Engine::HandlePacket(TimePoint now, Zone from, Bytes packet)
{
    const bool isIp4 = !packet.empty() && packet[0] >> 4 == 4;
    if (!isIp4)
    {
        Handle6(now, from, packet);
    }
    else if (m_translating && from == Zone::OUTSIDE)
    {
        m_translating->HandlePacket(now, from, std::move(packet));
        DrainTranslated();
    }
    else
    {
        ++m_malformed;
    }
}

void
Ip6Engine::Handle6(TimePoint now, Zone from, const Bytes& bytes)
{
    const auto packet = ParseIp6(bytes);
    if (!packet)
    {
        ++m_malformed;
        return;
    }
    const bool isToTranslate = m_translating && from != Zone::OUTSIDE &&
                               m_config.translation.Contains(packet->destination);
    isToTranslate ? HandleToTranslate(now, from, bytes, *packet)
                  : HandleNative(now, from, bytes, *packet);
}

std::optional<Ends4>
Ip6Engine::NativeEnds(const Ip6Packet& packet)
{
    const auto source = m_standIns.For(packet.source);
    const auto destination = m_standIns.For(packet.destination);
    return source && destination ? std::optional(Ends4{*source, *destination}) : std::nullopt;
}

std::optional<Ends4>
Ip6Engine::TranslatedEnds(const Ip6Packet& packet)
{
    // One end is a host here, the other behind the prefix: in a quoted packet, the other way round.
    const auto end = [this](const IpAddress& address)
    {
        const auto inner = Extract(m_config.translation, address);
        return inner ? inner : m_standIns.For(address);
    };
    const auto source = end(packet.source);
    const auto destination = end(packet.destination);
    return source && destination ? std::optional(Ends4{*source, *destination}) : std::nullopt;
}

void
Ip6Engine::HandleNative(TimePoint now, Zone from, const Bytes& bytes, const Ip6Packet& packet)
{
    const auto ends = NativeEnds(packet);
    auto asIp4 = ends ? ToIp4(bytes,
                              packet,
                              *ends,
                              [this](const Ip6Packet& quoted) { return NativeEnds(quoted); })
                      : std::nullopt;
    if (!asIp4)
    {
        ++m_malformed;
        return;
    }
    m_native.HandlePacket(now, from, *asIp4);
    DrainNative(bytes, *asIp4);
}

void
Ip6Engine::DrainNative(const Bytes& original, const Bytes& asIp4)
{
    while (auto out = m_native.PollTransmit())
    {
        if (out->packet == asIp4)
        {
            out->packet = original; // with the headers that its stand-in lacks
        }
        else
        {
            const auto toEnds = [this](const Ends4& ends) { return Ends6Of(ends); };
            const auto ends = Ends6Of({Get32(out->packet, 12), Get32(out->packet, 16)});
            auto asIp6 = ends ? ToIp6(out->packet, *ends, toEnds) : std::nullopt;
            if (!asIp6)
            {
                continue; // an error about a packet without addresses of its own: nobody could use it
            }
            out->packet = std::move(*asIp6);
        }
        m_transmits.Push(std::move(*out));
    }
    while (auto event = m_native.PollEvent())
    {
        Report(std::move(*event));
    }
}

void
Ip6Engine::HandleToTranslate(TimePoint now, Zone from, const Bytes& bytes, const Ip6Packet& packet)
{
    const auto ends = TranslatedEnds(packet);
    auto asIp4 = ends ? ToIp4(bytes,
                              packet,
                              *ends,
                              [this](const Ip6Packet& quoted) { return TranslatedEnds(quoted); })
                      : std::nullopt;
    if (!asIp4)
    {
        ++m_malformed;
        return;
    }
    m_translating->HandlePacket(now, from, std::move(*asIp4));
    DrainTranslated();
}

void
Ip6Engine::DrainTranslated()
{
    while (auto out = m_translating->PollTransmit())
    {
        if (out->to != Zone::OUTSIDE)
        {
            const auto toEnds = [this](const Ends4& ends) { return Ends6Of(ends); };
            const auto ends = Ends6Of({Get32(out->packet, 12), Get32(out->packet, 16)});
            auto asIp6 = ends ? ToIp6(out->packet, *ends, toEnds) : std::nullopt;
            if (!asIp6)
            {
                ++m_malformed;
                continue;
            }
            out->packet = std::move(*asIp6);
        }
        m_transmits.Push(std::move(*out));
    }
    while (auto event = m_translating->PollEvent())
    {
        Report(std::move(*event));
    }
}

std::optional<IpAddress>
Ip6Engine::AddressOf(uint32_t address) const
{
    constexpr uint32_t STAND_INS = 0xf0000000;
    if (address >= STAND_INS)
    {
        return m_standIns.Of(address);
    }
    return m_config.translates ? std::optional(Embed(m_config.translation, address)) : std::nullopt;
}

std::optional<Ends6>
Ip6Engine::Ends6Of(const Ends4& ends) const
{
    const auto source = AddressOf(ends.source);
    const auto destination = AddressOf(ends.destination);
    return source && destination ? std::optional(Ends6{*source, *destination}) : std::nullopt;
}

void
Ip6Engine::Report(VerdictEvent event)
{
    for (Endpoint* end : {&event.flow.source, &event.flow.destination})
    {
        end->address = AddressOf(end->address.ToV4()).value_or(end->address);
    }
    if (event.flow.protocol == IpProtocol::ICMP)
    {
        event.flow.protocol = IpProtocol::ICMPV6;
    }
    m_events.Push(std::move(event));
}

void
Ip6Engine::HandleTimeout(TimePoint now)
{
    m_native.HandleTimeout(now);
    if (m_translating)
    {
        m_translating->HandleTimeout(now);
    }
}

std::optional<TimePoint>
Ip6Engine::NextTimeout() const
{
    return Earlier(m_native.NextTimeout(),
                   m_translating ? m_translating->NextTimeout() : std::nullopt);
}

std::optional<OutPacket>
Ip6Engine::PollTransmit()
{
    return m_transmits.Pop();
}

std::optional<VerdictEvent>
Ip6Engine::PollEvent()
{
    return m_events.Pop();
}

Counters
Ip6Engine::GetCounters() const
{
    Counters sum = m_native.GetCounters();
    sum += m_translating ? m_translating->GetCounters() : Counters{};
    sum.malformed += m_malformed;
    return sum;
}

std::size_t
Ip6Engine::GetFlowCount() const
{
    return m_native.GetFlowCount() + (m_translating ? m_translating->GetFlowCount() : 0);
}

} // namespace imsfw::engine
