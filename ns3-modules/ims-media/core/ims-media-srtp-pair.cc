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

SrtpPair::SrtpPair(std::unique_ptr<SrtpSession> protect, std::unique_ptr<SrtpSession> unprotect)
    : m_protect(std::move(protect)), m_unprotect(std::move(unprotect))
{
}

Result<std::unique_ptr<SrtpPair>, SrtpError>
SrtpPair::Create(const SrtpKeys& keys)
{
    using Direction = SrtpSession::Direction;
    auto out = SrtpSession::Create(keys.profile, Direction::OUTBOUND, keys.sendKey);
    auto in = SrtpSession::Create(keys.profile, Direction::INBOUND, keys.receiveKey);
    if (!out || !in)
    {
        return Failure{out ? in.Error() : out.Error()};
    }
    return std::unique_ptr<SrtpPair>(new SrtpPair(std::move(*out), std::move(*in)));
}

std::optional<Bytes>
SrtpPair::Protect(ByteView plain, bool isRtcp)
{
    return Kept(isRtcp ? m_protect->ProtectRtcp(plain) : m_protect->Protect(plain));
}

std::optional<Bytes>
SrtpPair::Unprotect(ByteView secured, bool isRtcp)
{
    return Kept(isRtcp ? m_unprotect->UnprotectRtcp(secured) : m_unprotect->Unprotect(secured));
}

SrtpPairStatistics
SrtpPair::GetStatistics() const
{
    return {m_protect->GetStatistics(), m_unprotect->GetStatistics()};
}

} // namespace imsfw::rtp
