// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-srtp-keys.h"

#include "base/random.h"
#include "base/text.h"

#include "ns3/abort.h"
#include "ns3/rng-seed-manager.h"

#include <utility>

namespace ns3
{
namespace imsmedia
{

namespace
{

imsfw::Bytes
DrawKey(const std::string& stream, std::size_t size)
{
    imsfw::SeededRandom random(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), "srtp/" + stream);
    return random.Draw(size);
}

} // namespace

std::optional<imsfw::rtp::SrtpKeys>
MakeSrtpKeys(const std::string& profile, const std::string& sender, const std::string& receiver)
{
    if (profile == "none")
    {
        return std::nullopt;
    }
    const auto found = imsfw::rtp::FindSrtpProfile(profile);
    NS_ABORT_MSG_IF(!found,
                    "Srtp is none or one of " << imsfw::Join(imsfw::rtp::SrtpProfileNames(), ", ")
                                              << ", not " << profile);
    const std::size_t size = imsfw::rtp::SrtpKeyLength(*found);
    return imsfw::rtp::SrtpKeys{*found, DrawKey(sender, size), DrawKey(receiver, size)};
}

std::unique_ptr<imsfw::rtp::SrtpPair>
MakeSrtp(const std::string& profile, const std::string& sender, const std::string& receiver)
{
    const auto keys = MakeSrtpKeys(profile, sender, receiver);
    if (!keys)
    {
        return nullptr;
    }
    auto made = imsfw::rtp::SrtpPair::Create(*keys);
    NS_ABORT_MSG_IF(!made, "SRTP failed: " << ToString(made.Error()));
    return std::move(*made);
}

} // namespace imsmedia
} // namespace ns3
