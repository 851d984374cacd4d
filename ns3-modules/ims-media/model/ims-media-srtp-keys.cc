// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-srtp-keys.h"

#include "base/random.h"
#include "base/text.h"

#include "ns3/abort.h"
#include "ns3/rng-seed-manager.h"

namespace ns3
{
namespace imsmedia
{

std::optional<SrtpOwnKey>
MakeSrtpKey(const std::string& profile, const std::string& stream)
{
    if (profile == "none")
    {
        return std::nullopt;
    }
    const auto found = imsfw::rtp::FindSrtpProfile(profile);
    NS_ABORT_MSG_IF(!found,
                    "Srtp is none or one of " << imsfw::Join(imsfw::rtp::SrtpProfileNames(), ", ")
                                              << ", not " << profile);
    imsfw::SeededRandom random(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), "srtp/" + stream);
    return SrtpOwnKey{*found, random.Draw(imsfw::rtp::SrtpKeyLength(*found))};
}

bool
IsPeerKey(const std::optional<SrtpOwnKey>& own, imsfw::ByteView key)
{
    return own && key.Size() == imsfw::rtp::SrtpKeyLength(own->profile);
}

} // namespace imsmedia
} // namespace ns3
