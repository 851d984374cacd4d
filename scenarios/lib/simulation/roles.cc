// SPDX-License-Identifier: GPL-2.0-only
#include "roles.h"

#include "person-applications.h"

#include "identities.h"
#include "network-services.h"
#include "server-roles.h"
#include "sip-settings.h"
#include "site-roles.h"
#include "tls-contexts.h"
#include "ue-roles.h"

namespace imsfw::scenario
{

namespace
{

/// The callee of UE number @p index: in a network of its own where there is one more than the UEs have.
Party
MakeCallee(const Experiment& experiment,
           const TlsContexts& tls,
           const std::vector<engine::Policy>& policies,
           const Topology& topology,
           const Subscribers& subscribers,
           unsigned index,
           unsigned ueSite)
{
    if (experiment.callee.policy.empty())
    {
        return InstallCallee(experiment, topology.callee, index, PCscfOf(experiment, ueSite));
    }
    const UeInstaller installer(experiment, tls, policies.back(), topology.sites.back());
    const std::string name = identities::Numbered("callee", index);
    return installer.Install(index, name, subscribers.Of(experiment.ues.count + index, name));
}

std::vector<Couple>
MakeCouples(const Experiment& experiment,
            const TlsContexts& tls,
            const std::vector<engine::Policy>& policies,
            const Topology& topology,
            const Subscribers& subscribers)
{
    std::vector<Couple> couples;
    for (unsigned i = 0; i < experiment.ues.count; ++i)
    {
        const unsigned site = i % experiment.ues.firewalls;
        const UeInstaller installer(experiment, tls, policies[site], topology.sites[site]);
        Couple couple;
        const std::string name = identities::Numbered("ue", i);
        couple.ue = installer.Install(i / experiment.ues.firewalls, name, subscribers.Of(i, name));
        if (experiment.call.enabled)
        {
            couple.callee = MakeCallee(experiment, tls, policies, topology, subscribers, i, site);
            for (const auto& end : couple.callee.medias)
            {
                if (end.ice)
                {
                    end.ice->SetControlling(false); // RFC 8445 6.1.1: the caller makes the offer
                }
            }
            Introduce(couple.ue, couple.callee);
        }
        couples.push_back(couple);
    }
    return couples;
}

} // namespace

Result<Roles, std::string>
InstallRoles(const Experiment& experiment,
             const std::vector<engine::Policy>& policies,
             const Topology& topology)
{
    const auto tls = TlsContexts::Make(experiment);
    if (!tls)
    {
        return Failure{tls.Error()};
    }
    const auto subscribers = Subscribers::Load(experiment);
    if (!subscribers)
    {
        return Failure{subscribers.Error()};
    }
    Roles roles;
    for (const auto& site : topology.sites)
    {
        const auto installed = InstallSite(experiment, policies[site.number], site);
        if (!installed)
        {
            return Failure{installed.Error()};
        }
        roles.sites.push_back(*installed);
        InstallNetworkServices(
            experiment, policies[site.number], site, *installed, PCscfOf(experiment, site.number));
    }
    roles.couples = MakeCouples(experiment, *tls, policies, topology, *subscribers);
    InstallPCscfs(experiment, *tls, topology, roles.couples);
    InstallTurnServer(experiment, *tls, topology);
    return roles;
}

} // namespace imsfw::scenario
