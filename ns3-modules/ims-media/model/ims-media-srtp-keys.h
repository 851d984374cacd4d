// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SRTP as the applications' attributes ask for it: each party's own key comes from a random stream of its own.
#ifndef IMS_MEDIA_SRTP_KEYS_H
#define IMS_MEDIA_SRTP_KEYS_H

#include "ims-media-srtp-session.h"

#include <optional>
#include <string>

namespace ns3
{
namespace imsmedia
{

/// What a party protects what it sends with, and tells its peer (RFC 4568 6.1).
struct SrtpOwnKey
{
    imsfw::rtp::SrtpProfile profile;
    imsfw::Bytes key; ///< master key, then master salt
};

/// @param profile "none", or a crypto suite's name; another word ends the program
/// @param stream the party's name. Its streams have one key, as those of one transport do: RFC 8859 has a=crypto in the
/// category TRANSPORT
/// @return nothing for "none".
std::optional<SrtpOwnKey> MakeSrtpKey(const std::string& profile, const std::string& stream);

/// @return whether @p key can be that of a peer of @p own.
bool IsPeerKey(const std::optional<SrtpOwnKey>& own, imsfw::ByteView key);

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_SRTP_KEYS_H
