// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-srtp-pair.h"

#include <utility>

namespace imsfw::rtp
{

namespace
{

std::optional<Bytes>
Kept(Result<Bytes, SrtpError> made)
{
    return made ? std::optional(std::move(*made)) : std::nullopt;
}

} // namespace

SrtpPair::SrtpPair(SrtpProfile profile, std::unique_ptr<SrtpSession> protect)
    : m_profile(profile), m_protect(std::move(protect))
{
}

Result<std::unique_ptr<SrtpPair>, SrtpError>
SrtpPair::Create(const SrtpKeys& keys)
{
    auto out = SrtpSession::Create(keys.profile, SrtpSession::Direction::OUTBOUND, keys.sendKey);
    if (!out)
    {
        return Failure{out.Error()};
    }
    std::unique_ptr<SrtpPair> pair(new SrtpPair(keys.profile, std::move(*out)));
    const auto error =
        keys.receiveKey.empty() ? std::nullopt : pair->SetReceiveKey(keys.receiveKey);
    if (error)
    {
        return Failure{*error};
    }
    return pair;
}

std::optional<SrtpError>
SrtpPair::SetReceiveKey(ByteView key)
{
    auto in = SrtpSession::Create(m_profile, SrtpSession::Direction::INBOUND, key);
    if (!in)
    {
        return in.Error();
    }
    m_before = GetStatistics().received;
    m_unprotect = std::move(*in);
    return std::nullopt;
}

std::optional<Bytes>
SrtpPair::Protect(ByteView plain, bool isRtcp)
{
    return Kept(isRtcp ? m_protect->ProtectRtcp(plain) : m_protect->Protect(plain));
}

std::optional<Bytes>
SrtpPair::Unprotect(ByteView secured, bool isRtcp)
{
    if (!m_unprotect)
    {
        ++m_before.refused;
        return std::nullopt;
    }
    return Kept(isRtcp ? m_unprotect->UnprotectRtcp(secured) : m_unprotect->Unprotect(secured));
}

SrtpPairStatistics
SrtpPair::GetStatistics() const
{
    SrtpStatistics received = m_before;
    if (m_unprotect)
    {
        const SrtpStatistics& now = m_unprotect->GetStatistics();
        received.packets += now.packets;
        received.plainBytes += now.plainBytes;
        received.protectedBytes += now.protectedBytes;
        received.refused += now.refused;
    }
    return {m_protect->GetStatistics(), received};
}

} // namespace imsfw::rtp
