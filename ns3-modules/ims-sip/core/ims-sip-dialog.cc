// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Dialog state and the requests inside it.
#include "ims-sip-dialog.h"

#include <algorithm>

namespace imsfw::sip
{

std::optional<SipDialog>
SipDialog::OfCaller(const SipMessage& invite, const SipMessage& response)
{
    const auto contact = response.Contact();
    SipDialog dialog;
    dialog.m_callId = invite.CallId();
    dialog.m_local = invite.From();
    dialog.m_remote = response.To();
    if (!contact || dialog.m_remote.Tag().empty())
    {
        return std::nullopt;
    }
    dialog.m_remoteTarget = contact->uri.ToString();
    // RFC 3261 12.1.2: "taken in reverse order".
    dialog.m_routeSet = response.Headers("Record-Route");
    std::reverse(dialog.m_routeSet.begin(), dialog.m_routeSet.end());
    dialog.m_localInvite = invite.CSeq().number;
    dialog.m_localNumber = dialog.m_localInvite;
    return dialog;
}

std::optional<SipDialog>
SipDialog::OfCallee(const SipMessage& invite, const std::string& localTag)
{
    const auto contact = invite.Contact();
    SipDialog dialog;
    dialog.m_callId = invite.CallId();
    dialog.m_local = invite.To();
    dialog.m_local.params.Set("tag", localTag);
    dialog.m_remote = invite.From();
    if (!contact || dialog.m_remote.Tag().empty())
    {
        return std::nullopt;
    }
    dialog.m_remoteTarget = contact->uri.ToString();
    dialog.m_routeSet = invite.Headers("Record-Route");
    dialog.m_remoteInvite = invite.CSeq().number;
    dialog.m_remoteNumber = dialog.m_remoteInvite;
    return dialog;
}

bool
SipDialog::Confirm(const SipMessage& response)
{
    const auto contact = response.Contact();
    if (!contact || response.To().Tag() != m_remote.Tag())
    {
        return false;
    }
    m_remoteTarget = contact->uri.ToString();
    m_routeSet = response.Headers("Record-Route");
    std::reverse(m_routeSet.begin(), m_routeSet.end());
    return true;
}

void
SipDialog::RefreshTarget(const SipMessage& message)
{
    if (const auto contact = message.Contact())
    {
        m_remoteTarget = contact->uri.ToString();
    }
}

SipMessage
SipDialog::MakeRequest(const std::string& method)
{
    // RFC 3261 13.2.2.4: the ACK's "sequence number of the CSeq header field MUST be the same as the INVITE being
    // acknowledged".
    const bool isAck = method == "ACK";
    const uint32_t number = isAck ? m_localInvite : ++m_localNumber;
    m_localInvite = method == "INVITE" ? number : m_localInvite;
    SipMessage request = SipMessage::Request(method, m_remoteTarget);
    for (const std::string& route : m_routeSet)
    {
        request.Add("Route", route);
    }
    request.Add("Max-Forwards", "70");
    request.Add("From", m_local.ToString());
    request.Add("To", m_remote.ToString());
    request.Add("Call-ID", m_callId);
    request.Add("CSeq", SipCSeq{number, method}.ToString());
    return request;
}

bool
SipDialog::Matches(const SipMessage& request) const
{
    return request.CallId() == m_callId && request.To().Tag() == m_local.Tag() &&
           request.From().Tag() == m_remote.Tag();
}

bool
SipDialog::TakeSequence(const SipMessage& request)
{
    const uint32_t number = request.CSeq().number;
    if (request.Method() == "ACK")
    {
        return number == m_remoteInvite;
    }
    if (m_remoteNumber && number < *m_remoteNumber)
    {
        return false;
    }
    m_remoteNumber = number;
    m_remoteInvite = request.Method() == "INVITE" ? number : m_remoteInvite;
    return true;
}

} // namespace imsfw::sip
