// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an experiment's `sip` section means for the applications that speak it.
#pragma once

#include "experiment.h"
#include "party.h"

#include "ims-sip-p-cscf-application.h"
#include "ims-sip-ua-application.h"

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

/// @return what the home network knows of a UE: its password, and its keys for AKA.
sip::SipUser SubscriberOf(const Experiment& experiment, const Party& party);

/// @return what a reader must know of these settings, a sentence each.
std::vector<std::string> SipNotes(const Experiment& experiment);

} // namespace imsfw::scenario
