// SPDX-License-Identifier: GPL-2.0-only
#include "person-applications.h"

#include "experiment-names.h"
#include "tls-contexts.h"

#include "ims-tls-core-driver.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using namespace ns3;

void
Place(Ptr<Node> node, Ptr<Application> application)
{
    node->AddApplication(application);
    application->SetStartTime(Seconds(0));
}

void
InstallVideo(const Experiment& experiment, Party& party, Ptr<Node> node)
{
    const auto& video = experiment.media.video;
    if (!video.enabled)
    {
        return;
    }
    party.video = CreateObject<imsmedia::VideoApplication>();
    party.video->SetAttribute("BitRate", StringValue(video.bitRate));
    party.video->SetAttribute("FrameRate", DoubleValue(video.frameRate));
    party.video->SetAttribute("KeyInterval", UintegerValue(video.keyInterval));
    party.video->SetAttribute("KeyRatio", DoubleValue(video.keyRatio));
    party.video->SetAttribute("Variation", DoubleValue(video.variation));
    party.video->SetAttribute("LargestPayload", UintegerValue(video.packetSize));
    party.video->SetAttribute("PayloadType", UintegerValue(video.payloadType));
    party.video->SetAttribute("PictureLossIndication", BooleanValue(video.keyFrameRequests));
    party.video->SetAttribute("Srtp", StringValue(experiment.media.srtp));
    party.video->SetRandomStream(party.name);
    Place(node, party.video);
}

} // namespace

void
InstallVoice(const Experiment& experiment, Party& party, Ptr<Node> node)
{
    party.voice = CreateObject<imsmedia::VoiceApplication>();
    const auto& media = experiment.media;
    party.voice->SetAttribute("Codec", StringValue(media.codec));
    party.voice->SetAttribute("Dtx", BooleanValue(media.dtx));
    party.voice->SetAttribute("TalkspurtMean", TimeValue(imstls::ToNs3Time(media.talkspurt)));
    party.voice->SetAttribute("PauseMean", TimeValue(imstls::ToNs3Time(media.pause)));
    party.voice->SetAttribute("Playout", StringValue(ToString(media.playout)));
    party.voice->SetAttribute("PlayoutDelay", TimeValue(imstls::ToNs3Time(media.playoutDelay)));
    party.voice->SetAttribute("Rtcp", BooleanValue(media.rtcp));
    party.voice->SetAttribute("Srtp", StringValue(media.srtp));
    party.voice->SetRandomStream(party.name);
    Place(node, party.voice);
    InstallVideo(experiment, party, node);
}

void
InstallMessages(const Experiment& experiment, Party& party, Ptr<Node> node)
{
    party.msrp = CreateObject<imsmedia::MsrpApplication>();
    const auto& messages = experiment.messages;
    party.msrp->SetAttribute("ChunkSize", UintegerValue(messages.chunk));
    party.msrp->SetAttribute("MostUnanswered", UintegerValue(messages.unanswered));
    party.msrp->SetAttribute("KeepAlive", TimeValue(imstls::ToNs3Time(messages.keepAlive)));
    party.msrp->SetAttribute("LargestMessage",
                             UintegerValue(std::max(messages.size, messages.file)));
    party.msrp->SetRandomStream(party.name);
    // RFC 4975 14.1: whoever knows the session-id may speak, so it is not to be guessed.
    party.msrpSession = StreamOf(experiment, party.name + "/msrp-session")->Token(16);
    Place(node, party.msrp);
}

namespace
{

/// @param one, other voice or video of both, or null
template <typename Stream>
void
IntroduceStreams(const Ptr<Stream>& one, const Ptr<Stream>& other)
{
    if (!one || !other)
    {
        return;
    }
    one->SetPeer(other);
    other->SetPeer(one);
}

} // namespace

void
Introduce(Party& ue, Party& callee)
{
    IntroduceStreams(ue.voice, callee.voice);
    IntroduceStreams(ue.video, callee.video);
}

} // namespace imsfw::scenario
