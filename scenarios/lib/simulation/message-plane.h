// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The plane "media over TCP": messages (MSRP) between two parties, in both directions, negotiated in the offer and
/// answer of their call (RFC 4975 8, RFC 6135).
#pragma once

#include "message-side.h"

#include <functional>
#include <optional>

namespace imsfw::scenario
{

class MessagePlane
{
  public:
    /// @param ue, callee outlive this
    /// @param onUeSettled, onCalleeSettled that side has an address, or will get none
    MessagePlane(const Experiment& experiment,
                 const Party& ue,
                 const Party& callee,
                 std::function<void()> onUeSettled,
                 std::function<void()> onCalleeSettled);

    /// @return whether the experiment has messages.
    bool Exists() const;
    void OpenUe(std::size_t way);
    void OpenCallee();
    /// @return true too where there are no messages.
    bool IsUeSettled() const;
    bool IsCalleeSettled() const;
    /// @return whether the UE has messages and an address for them.
    bool IsUeReady() const;

    /// Puts the UE's stream of messages into @p offer.
    void Offer(sip::SdpSession& offer) const;
    /// At the callee: takes the one of @p offer, and puts the callee's into @p local, of which the answer is made. As the
    /// active side it connects when StartCallee says so.
    void Answer(const sip::SdpSession& offer, sip::SdpSession& local);
    /// At the callee: the UE has the answer, and has had the time to let the callee in.
    void StartCallee();
    /// At the UE.
    void HandleAnswer(const sip::SdpSession& answer);
    /// As if offer and answer had come by some other way.
    void ConnectOutOfBand();
    /// What has not come by now does not count.
    void Judge();
    void Close();

    Verdict GetVerdict() const;
    std::optional<PlaneFailure> GetFailure() const;
    /// @return what the callee got of the UE; nothing before Judge.
    std::optional<MessageResult> GetUp() const;
    std::optional<MessageResult> GetDown() const;

    const MessageSide&
    GetUe() const
    {
        return m_ue;
    }

    const MessageSide&
    GetCallee() const
    {
        return m_callee;
    }

  private:
    void JudgeOne(MessageSide& receiver, const MessageSide& sender, const char* direction);

    msrp::SetupRole m_setup;
    MessageSide m_ue;
    MessageSide m_callee;
    std::optional<sip::SdpMessages> m_toConnectTo; ///< the UE's, where the callee is active
    bool m_isJudged{false};
};

} // namespace imsfw::scenario
