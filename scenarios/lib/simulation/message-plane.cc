// SPDX-License-Identifier: GPL-2.0-only
#include "message-plane.h"

#include <string>
#include <utility>

namespace imsfw::scenario
{

using msrp::SetupRole;

MessagePlane::MessagePlane(const Experiment& experiment,
                           const Party& ue,
                           const Party& callee,
                           std::function<void()> onUeSettled,
                           std::function<void()> onCalleeSettled)
    : m_setup(msrp::ParseSetup(experiment.messages.setup).value_or(SetupRole::ACTPASS)),
      m_ue(experiment, ue, callee, std::move(onUeSettled)),
      m_callee(experiment, callee, ue, std::move(onCalleeSettled))
{
}

bool
MessagePlane::Exists() const
{
    return m_ue.Exists();
}

void
MessagePlane::OpenUe(std::size_t way)
{
    if (Exists())
    {
        m_ue.Open(way);
    }
}

void
MessagePlane::OpenCallee()
{
    if (Exists())
    {
        m_callee.Open(0);
    }
}

bool
MessagePlane::IsUeSettled() const
{
    return !Exists() || m_ue.IsSettled();
}

bool
MessagePlane::IsUeReady() const
{
    return Exists() && m_ue.IsSettled() && !m_ue.GetFailure();
}

bool
MessagePlane::IsCalleeSettled() const
{
    return !Exists() || m_callee.IsSettled();
}

void
MessagePlane::Offer(sip::SdpSession& offer) const
{
    offer.messages = m_ue.Exists() ? m_ue.Describe(m_setup) : std::nullopt;
}

void
MessagePlane::Answer(const sip::SdpSession& offer, sip::SdpSession& local)
{
    if (!offer.messages || !Exists())
    {
        return;
    }
    // RFC 6135 4.2.2: of an offer that leaves the choice, the answerer may take either; whoever can be reached waits.
    const SetupRole role =
        msrp::AnswerSetup(msrp::ParseSetup(offer.messages->setup), SetupRole::PASSIVE);
    local.messages = m_callee.Describe(role);
    if (local.messages && role == SetupRole::ACTIVE)
    {
        m_toConnectTo = offer.messages;
    }
    else if (local.messages)
    {
        m_callee.Start(*offer.messages, false);
    }
}

void
MessagePlane::StartCallee()
{
    if (const auto remote = std::exchange(m_toConnectTo, std::nullopt))
    {
        m_callee.Start(*remote, true);
    }
}

void
MessagePlane::HandleAnswer(const sip::SdpSession& answer)
{
    if (!Exists() || m_ue.GetFailure())
    {
        return;
    }
    if (!answer.messages || answer.messages->where.port == 0)
    {
        m_ue.Fail("messages", {"msrp", "refused", "the callee takes no messages"});
        return;
    }
    const auto isActive = msrp::OffererIsActive(m_setup, msrp::ParseSetup(answer.messages->setup));
    if (!isActive)
    {
        m_ue.Fail("messages", {"msrp", "no-setup", "a=setup:" + answer.messages->setup});
        return;
    }
    m_ue.Start(*answer.messages, *isActive);
}

void
MessagePlane::ConnectOutOfBand()
{
    sip::SdpSession offer;
    sip::SdpSession answer;
    Offer(offer);
    Answer(offer, answer);
    m_ue.SetOnReachable([this] { StartCallee(); });
    HandleAnswer(answer);
}

void
MessagePlane::Judge()
{
    if (!Exists())
    {
        return;
    }
    m_isJudged = true;
    JudgeOne(m_callee, m_ue, "from the UE to the callee");
    JudgeOne(m_ue, m_callee, "from the callee to the UE");
}

void
MessagePlane::JudgeOne(MessageSide& receiver, const MessageSide& sender, const char* direction)
{
    const auto received = receiver.GetReceived();
    if (received.whole < received.expected)
    {
        const std::string why = sender.GetRefusal().empty()
                                    ? ", the rest was on its way as the call ended"
                                    : ", the sender was told: " + sender.GetRefusal();
        receiver.Fail("messages",
                      {"msrp",
                       "incomplete",
                       std::to_string(received.whole) + " of " + std::to_string(received.expected) +
                           " messages came " + direction + why});
    }
    receiver.Conclude();
}

void
MessagePlane::Close()
{
    m_ue.Close();
    m_callee.Close();
}

Verdict
MessagePlane::GetVerdict() const
{
    if (!Exists())
    {
        return Verdict::NOT_ATTEMPTED;
    }
    if (GetFailure())
    {
        return Verdict::FAIL;
    }
    return m_isJudged ? Verdict::PASS : Verdict::NOT_ATTEMPTED;
}

std::optional<PlaneFailure>
MessagePlane::GetFailure() const
{
    const bool isAttempted = m_ue.GetAttempt().state != AttemptState::WAITING;
    if (m_ue.GetFailure() || !isAttempted)
    {
        return m_ue.GetFailure(); // the callee alone, without a call, has attempted nothing
    }
    auto failure = m_callee.GetFailure();
    if (failure)
    {
        failure->failure.detail = "at the callee: " + failure->failure.detail;
    }
    return failure;
}

std::optional<MessageResult>
MessagePlane::GetUp() const
{
    return m_isJudged ? std::optional(m_callee.GetReceived()) : std::nullopt;
}

std::optional<MessageResult>
MessagePlane::GetDown() const
{
    return m_isJudged ? std::optional(m_ue.GetReceived()) : std::nullopt;
}

} // namespace imsfw::scenario
