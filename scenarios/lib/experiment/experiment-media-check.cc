// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-media-check.h"

#include "base/text.h"
#include "experiment-names.h"
#include "ims-media-codec.h"

#include <algorithm>

namespace imsfw::scenario
{

void
CheckVideo(const Experiment& e, Findings& findings)
{
    if (!e.media.video.enabled)
    {
        return;
    }
    if (!e.HasMedia())
    {
        findings.Add("media",
                     "video",
                     "enabled, but there is no media (media.path, call.enabled) to go with");
    }
    const auto* codec = rtp::FindCodec(e.media.codec);
    if (codec != nullptr && codec->payloadType == e.media.video.payloadType)
    {
        findings.Add("media",
                     "video",
                     "payload_type: " + std::to_string(e.media.video.payloadType) +
                         " is that of the codec \"" + e.media.codec +
                         "\"; on one transport they must differ");
    }
}

void
CheckIce(const Experiment& e, Findings& findings)
{
    if (e.IceServers().size() != e.media.ice.servers.size())
    {
        std::vector<std::string> words;
        for (const auto& [transport, word] : Words<MediaTransport>::ALL)
        {
            words.emplace_back(word);
        }
        findings.Add("media",
                     "ice",
                     "servers: each is TRANSPORT:PORT, such as tls:443, with one of these "
                     "transports: " +
                         Join(words, ", "));
    }
    const auto ways = e.Ways();
    const auto isIce = [](const Way& way) { return way.path == MediaPathKind::ICE; };
    if (std::any_of(ways.begin(), ways.end(), isIce) &&
        !std::all_of(ways.begin(), ways.end(), isIce))
    {
        findings.Add("attempts",
                     "transports",
                     "some have media.path ice and some not; the callee can do one of the two");
    }
}

} // namespace imsfw::scenario
