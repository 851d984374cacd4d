// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The phases that the user agent application measures.
#include "ims-sip-ua-application.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace imssip
{

using Type = imsfw::sip::UserAgentEvent::Type;

const std::vector<SipPhase>&
SipUaApplication::GetPhases() const
{
    return m_phases;
}

const std::vector<imsfw::Endpoint>&
SipUaApplication::GetLocalEndpoints() const
{
    return m_locals;
}

void
SipUaApplication::NotePhases(const imsfw::sip::UserAgentEvent& event)
{
    switch (event.type)
    {
    case Type::REGISTERED:
        EndPhase("register");
        return;
    case Type::RINGING:
        EndPhase("invite-to-ringing");
        return;
    case Type::CALL_ANSWERED:
        EndPhase("invite-to-answer");
        return;
    case Type::REGISTRATION_FAILED:
        DropPhase("register");
        return;
    case Type::CALL_FAILED:
        DropPhase("invite-to-ringing");
        DropPhase("invite-to-answer");
        return;
    case Type::FLOW_FAILED:
        m_running.clear();
        return;
    case Type::INCOMING_CALL:
    case Type::CALL_ESTABLISHED:
    case Type::SESSION_CHANGED:
    case Type::CALL_ENDED:
    case Type::DEREGISTERED:
    case Type::OPTIONS_ANSWERED:
    case Type::REQUEST_TIMED_OUT:
        return;
    }
}

void
SipUaApplication::BeginPhase(const std::string& name)
{
    m_running.push_back({name, Simulator::Now(), Time()});
}

void
SipUaApplication::EndPhase(const std::string& name)
{
    for (auto phase = m_running.begin(); phase != m_running.end(); ++phase)
    {
        if (phase->name == name)
        {
            phase->end = Simulator::Now();
            m_phases.push_back(*phase);
            m_running.erase(phase);
            return;
        }
    }
}

void
SipUaApplication::DropPhase(const std::string& name)
{
    m_running.erase(std::remove_if(m_running.begin(),
                                   m_running.end(),
                                   [&](const SipPhase& phase) { return phase.name == name; }),
                    m_running.end());
}

} // namespace imssip
} // namespace ns3
