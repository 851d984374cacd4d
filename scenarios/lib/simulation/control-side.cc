// SPDX-License-Identifier: GPL-2.0-only
#include "control-side.h"

#include "choice-order.h"

#include <utility>

namespace imsfw::scenario
{

using sip::UserAgentEvent;

StreamFailure
FailureOf(const ns3::imssip::SipUaApplication& agent, const UserAgentEvent& event)
{
    return agent.GetFlowFailure().value_or(StreamFailure{"sip", event.reason, event.detail});
}

ControlSide::ControlSide(const Experiment& experiment, const Party& party, Handlers handlers)
    : m_party(party),
      m_handlers(std::move(handlers)),
      m_race(SettingsOf(experiment,
                        party.controls.size(),
                        [this](std::size_t index)
                        { return IsNextChoice(m_party.controls, GetAttempts(), index); }),
             {[this](std::size_t index) { StartAttempt(index); },
              [this](std::size_t index)
              {
                  if (const auto& sip = m_party.controls[index].sip)
                  {
                      sip->Close();
                  }
              },
              [this](std::size_t index)
              {
                  m_taken = index;
                  m_handlers.onReady();
              },
              [this](const StreamFailure& failure) { m_handlers.onFailed(failure); }})
{
    for (std::size_t i = 0; i < party.controls.size(); ++i)
    {
        if (const auto& sip = party.controls[i].sip)
        {
            sip->SetEventHandler([this, i](const UserAgentEvent& event) { HandleEvent(i, event); });
        }
    }
}

bool
ControlSide::Exists() const
{
    return !m_party.controls.empty();
}

void
ControlSide::Start()
{
    m_race.Start();
}

void
ControlSide::StartAttempt(std::size_t index)
{
    const ControlEnd& end = m_party.controls[index];
    if (!end.isPossible)
    {
        m_race.Fail(index, {"user", "no-proxy", "this network configures no web proxy"});
        return;
    }
    if (!end.sip)
    {
        m_race.Fail(index, {"user", "no-sip", "this transport has no SIP"});
        return;
    }
    if (m_party.site)
    {
        WithAddress(index, end.nameToResolve, [&end] { end.sip->Register(); });
        return;
    }
    end.sip->Connect();
    m_race.Succeed(index); // at the core's side it is called by its address
}

void
ControlSide::WithAddress(std::size_t index, const std::string& name, std::function<void()> begin)
{
    if (name.empty())
    {
        begin();
        return;
    }
    m_party.resolver->Resolve(
        name,
        [this, index, begin = std::move(begin)](const dns::ResolverEvent& told)
        {
            if (GetAttempts()[index].state != AttemptState::RUNNING)
            {
                return; // given up meanwhile
            }
            told.address ? begin() : m_race.Fail(index, told.failure);
        });
}

void
ControlSide::HandleEvent(std::size_t index, const UserAgentEvent& event)
{
    if (m_taken)
    {
        if (*m_taken == index)
        {
            m_handlers.onEvent(event);
        }
        return;
    }
    if (event.type == UserAgentEvent::Type::REGISTERED)
    {
        m_race.Succeed(index);
    }
    if (event.type == UserAgentEvent::Type::REGISTRATION_FAILED ||
        event.type == UserAgentEvent::Type::FLOW_FAILED)
    {
        m_race.Fail(index, FailureOf(*m_party.controls[index].sip, event));
    }
}

void
ControlSide::Close()
{
    for (const auto& end : m_party.controls)
    {
        if (end.sip && m_party.site)
        {
            end.sip->Close();
        }
    }
}

bool
ControlSide::IsReady() const
{
    return m_taken.has_value();
}

std::size_t
ControlSide::TakenIndex() const
{
    return *m_taken;
}

const ControlEnd&
ControlSide::Taken() const
{
    return m_party.controls[*m_taken];
}

ns3::imssip::SipUaApplication&
ControlSide::Agent() const
{
    return *Taken().sip;
}

const std::vector<Attempt>&
ControlSide::GetAttempts() const
{
    return m_race.GetAttempts();
}

} // namespace imsfw::scenario
