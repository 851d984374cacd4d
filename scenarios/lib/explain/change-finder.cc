// SPDX-License-Identifier: GPL-2.0-only
#include "change-finder.h"

#include "base/text.h"
#include "data-files.h"
#include "engine/rules/compiled-policy.h"
#include "experiment-loader.h"
#include "experiment-names.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using engine::Zone;

/// One connection that a way makes through the firewall.
struct Leg
{
    engine::Ip4Tuple flow;
    Zone from;
    Zone to;
};

Leg
MakeLeg(Zone from, const IpAddress& source, Zone to, const Endpoint& target, bool isUdp)
{
    constexpr uint16_t ANY_PORT = 50000;
    const auto protocol = isUdp ? IpProtocol::UDP : IpProtocol::TCP;
    return {{source.ToV4(), target.address.ToV4(), ANY_PORT, target.port, protocol}, from, to};
}

/// The legs of one plane: straight, or by the web proxy where there is one and the plane is over TCP.
void
AddLegs(const Way& way,
        const engine::Policy& policy,
        const Places& places,
        const Endpoint& server,
        bool isUdp,
        std::vector<Leg>& legs)
{
    if (isUdp || way.proxy == ProxyUse::NEVER || !policy.proxy)
    {
        legs.push_back(MakeLeg(Zone::INSIDE, places.ue, Zone::OUTSIDE, server, isUdp));
        return;
    }
    const Endpoint proxy{places.webProxy, policy.proxy->port};
    legs.push_back(MakeLeg(Zone::INSIDE, places.ue, Zone::DMZ, proxy, false));
    legs.push_back(MakeLeg(Zone::DMZ, places.webProxy, Zone::OUTSIDE, server, false));
}

std::vector<Leg>
LegsOf(const Way& way, const engine::Policy& policy, const Places& places)
{
    std::vector<Leg> legs;
    if (way.control != ControlTransport::NONE)
    {
        const bool isUdp = way.control == ControlTransport::UDP;
        AddLegs(way, policy, places, {places.pCscf, way.controlPort}, isUdp, legs);
    }
    if (way.path == MediaPathKind::RELAY)
    {
        const bool isUdp = IsOverUdp(way.media);
        AddLegs(way, policy, places, {places.turnServer, way.mediaPort}, isUdp, legs);
    }
    return legs;
}

/// @return why the first packet of one of the way's flows is refused already; empty where none is.
std::string
RuledOut(const Way& way, const engine::Policy& policy, const Places& places)
{
    if (way.proxy == ProxyUse::ALWAYS && !policy.proxy)
    {
        return "this network configures no web proxy";
    }
    const engine::CompiledPolicy compiled(policy);
    for (const auto& leg : LegsOf(way, policy, places))
    {
        const auto base = compiled.Open(leg.flow, leg.from, leg.to).base;
        if (base.action != engine::Action::ALLOW)
        {
            return "rule " + std::string(compiled.NameOf(base.rule)) + " refuses " +
                   leg.flow.ToFiveTuple().ToString();
        }
    }
    return {};
}

template <typename T>
std::string
Word(const T& value)
{
    if constexpr (std::is_integral_v<T>)
    {
        return std::to_string(value);
    }
    else
    {
        return ToString(value);
    }
}

/// @return the settings that turn one way into another, as far as they differ.
std::vector<std::string>
Difference(const Way& from, const Way& to)
{
    std::vector<std::string> settings;
    const auto add = [&](const char* key, const auto& before, const auto& after)
    {
        if (before != after)
        {
            settings.push_back(std::string(key) + "=" + Word(after));
        }
    };
    add("control.transport", from.control, to.control);
    add("control.port", from.controlPort, to.controlPort);
    add("media.path", from.path, to.path);
    if (to.path == MediaPathKind::RELAY)
    {
        add("media.transport", from.media, to.media);
        add("media.port", from.mediaPort, to.mediaPort);
    }
    add("proxy.use", from.proxy, to.proxy);
    return settings;
}

/// Where several transports are tried, one more of them; otherwise the values in which the two differ.
Change
ChangeTo(const FinishedRun& run, const std::string& name, const Way& way)
{
    const Experiment& e = run.experiment;
    Change change{ChangeKind::TRANSPORT, "go by transport " + name, {}, 1, {}};
    if (e.attempts.order != AttemptOrder::FIXED)
    {
        auto names = e.attempts.transports;
        names.push_back(name);
        change.title = "try transport " + name + " too";
        change.settings = {"attempts.transports=[" + Join(names, ", ") + "]"};
        return change;
    }
    change.settings = Difference(e.Ways().front(), way);
    change.size = change.settings.size();
    return change;
}

/// @return whether the two differ in the use of the web proxy at most, which is a change of its own.
bool
DiffersByProxyOnly(const Way& a, const Way& b)
{
    auto same = a;
    same.proxy = b.proxy;
    return Difference(same, b).empty();
}

} // namespace

std::vector<Change>
TransportChanges(const FinishedRun& run, const engine::Policy& policy, const Places& places)
{
    const Experiment& e = run.experiment;
    const bool isFixed = e.attempts.order == AttemptOrder::FIXED;
    std::vector<Change> changes;
    for (const auto& name : YamlNames(TransportDirectory()))
    {
        const auto& tried = e.attempts.transports;
        const auto other = LoadExperiment("", {"transport=" + name});
        if (!other || (!isFixed && std::count(tried.begin(), tried.end(), name) > 0))
        {
            continue;
        }
        const Way way = other->Ways().front();
        if (isFixed && DiffersByProxyOnly(e.Ways().front(), way))
        {
            continue;
        }
        Change change = ChangeTo(run, name, way);
        change.ruledOut = RuledOut(way, policy, places);
        change.withoutTls = isFixed && !other->UsesTls();
        changes.push_back(std::move(change));
    }
    return changes;
}

std::vector<Change>
ProxyChanges(const FinishedRun& run, const engine::Policy& policy, const Places& places)
{
    const Experiment& e = run.experiment;
    std::vector<Change> changes;
    if (!policy.proxy)
    {
        return changes;
    }
    if (e.attempts.order == AttemptOrder::FIXED && e.proxy.use == ProxyUse::NEVER)
    {
        changes.push_back(
            {ChangeKind::PROXY, "use the web proxy", {"proxy.use=if-configured"}, 1, {}});
    }
    std::vector<std::string> credentials;
    if (e.proxy.user != places.proxyUser)
    {
        credentials.push_back("proxy.user=\"" + places.proxyUser + "\"");
    }
    if (e.proxy.password != places.proxyPassword)
    {
        credentials.push_back("proxy.password=\"" + places.proxyPassword + "\"");
    }
    if (policy.proxy->authentication != "none" && !credentials.empty())
    {
        changes.push_back({ChangeKind::PROXY,
                           "give the web proxy credentials that it knows",
                           credentials,
                           credentials.size(),
                           {}});
    }
    return changes;
}

} // namespace imsfw::scenario
