// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SRTP as the applications' attributes ask for it: each party's key comes from a random stream of its own, and is given to
/// the other as SDP would.
#ifndef IMS_MEDIA_SRTP_KEYS_H
#define IMS_MEDIA_SRTP_KEYS_H

#include "ims-media-srtp-pair.h"

#include <memory>
#include <string>

namespace ns3
{
namespace imsmedia
{

/// @param profile "none", or a crypto suite's name; another word ends the program
/// @param sender, receiver the names of both parties' streams
/// @return null for "none".
std::unique_ptr<imsfw::rtp::SrtpPair> MakeSrtp(const std::string& profile,
                                               const std::string& sender,
                                               const std::string& receiver);

/// @return the keys that MakeSrtp takes; nothing for "none".
std::optional<imsfw::rtp::SrtpKeys> MakeSrtpKeys(const std::string& profile,
                                                 const std::string& sender,
                                                 const std::string& receiver);

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_SRTP_KEYS_H
