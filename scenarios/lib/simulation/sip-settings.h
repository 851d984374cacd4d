// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an experiment's `sip` section means for the applications that speak it.
#pragma once

#include "base/result.h"
#include "experiment.h"
#include "party.h"

#include "ims-sip-p-cscf-application.h"
#include "ims-sip-ua-application.h"

#include <memory>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// What every user agent of the experiment has: also the callee at the core's side, which does not register.
void ConfigureAgent(const Experiment& experiment, ns3::imssip::SipUaApplication& agent);

/// What a UE has on top: how it is authenticated, how long it is registered, what keeps its flow alive.
void ConfigureUe(const Experiment& experiment,
                 const Party& party,
                 ns3::imssip::SipUaApplication& agent);

void ConfigurePCscf(const Experiment& experiment, ns3::imssip::PCscfApplication& pCscf);

/// Whom the home network knows, with passwords and keys for AKA: the subscribers of sip.subscribers in their order, else
/// one by the name of each that takes part.
class Subscribers
{
  public:
    /// @param experiment outlives this. @return an error where the file of sip.subscribers cannot be used.
    static Result<Subscribers, std::string> Load(const Experiment& experiment);

    /// @param number of those that take part, as SubscribersNeeded counts them. @param name of the person
    std::shared_ptr<const sip::SipUser> Of(std::size_t number, const std::string& name) const;

  private:
    Subscribers(const Experiment& experiment, std::vector<sip::SipUser> users);

    const Experiment& m_experiment;
    std::vector<sip::SipUser> m_users; ///< of the file
};

/// @return what a reader must know of these settings, a sentence each.
std::vector<std::string> SipNotes(const Experiment& experiment);

} // namespace imsfw::scenario
