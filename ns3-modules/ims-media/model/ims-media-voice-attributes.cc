// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The attributes and trace sources of VoiceApplication.
#include "ims-media-voice-application.h"

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsmedia
{

NS_OBJECT_ENSURE_REGISTERED(VoiceApplication);

TypeId
VoiceApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsmedia::VoiceApplication")
            .SetParent<Application>()
            .SetGroupName("ImsMedia")
            .AddConstructor<VoiceApplication>()
            .AddAttribute("Codec",
                          "Packet size and interval: " + imsfw::rtp::CodecNames() + ".",
                          StringValue("g711"),
                          MakeStringAccessor(&VoiceApplication::m_codecName),
                          MakeStringChecker())
            .AddAttribute("Dtx",
                          "Discontinuous transmission: comfort noise instead of speech in pauses.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&VoiceApplication::m_hasDtx),
                          MakeBooleanChecker())
            .AddAttribute("TalkspurtMean",
                          "With Dtx: mean of the exponential length of talkspurts (ITU-T P.59).",
                          TimeValue(MilliSeconds(1004)),
                          MakeTimeAccessor(&VoiceApplication::m_talkspurtMean),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("PauseMean",
                          "With Dtx: mean of the exponential length of pauses (ITU-T P.59).",
                          TimeValue(MilliSeconds(1587)),
                          MakeTimeAccessor(&VoiceApplication::m_pauseMean),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute(
                "Playout",
                "The jitter buffer: none, fixed or adaptive. It changes figures, no packet.",
                StringValue("fixed"),
                MakeStringAccessor(&VoiceApplication::m_playout),
                MakeStringChecker())
            .AddAttribute("PlayoutDelay",
                          "How long the first packet waits in the buffer; with fixed every one.",
                          TimeValue(MilliSeconds(60)),
                          MakeTimeAccessor(&VoiceApplication::m_playoutDelay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("PlayoutLeast",
                          "Adaptive: the shortest wait of the quickest packet.",
                          TimeValue(MilliSeconds(20)),
                          MakeTimeAccessor(&VoiceApplication::m_playoutLeast),
                          MakeTimeChecker(Time(0)))
            .AddAttribute(
                "PlayoutMost",
                "Adaptive: the longest wait of the quickest packet; not below PlayoutLeast.",
                TimeValue(MilliSeconds(400)),
                MakeTimeAccessor(&VoiceApplication::m_playoutMost),
                MakeTimeChecker(Time(0)))
            .AddAttribute("PlayoutPercentile",
                          "Adaptive: percent of packets that the buffer wants to be in time.",
                          UintegerValue(98),
                          MakeUintegerAccessor(&VoiceApplication::m_playoutPercentile),
                          MakeUintegerChecker<uint32_t>(1, 100))
            .AddAttribute("Rtcp",
                          "Send and expect RTCP on the port of the stream (RFC 5761).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&VoiceApplication::m_hasRtcp),
                          MakeBooleanChecker())
            .AddAttribute("RtcpInterval",
                          "The minimum of RFC 3550 6.2 between two reports.",
                          TimeValue(Seconds(5)),
                          MakeTimeAccessor(&VoiceApplication::m_rtcpInterval),
                          MakeTimeChecker(MilliSeconds(100)))
            .AddAttribute(
                "Srtp",
                "none, or the crypto suite: AES_CM_128_HMAC_SHA1_80, AEAD_AES_128_GCM, ...",
                StringValue("none"),
                MakeStringAccessor(&VoiceApplication::m_srtpProfile),
                MakeStringChecker())
            .AddTraceSource("Tx",
                            "A packet of RTP or RTCP leaves, as it goes on the wire.",
                            MakeTraceSourceAccessor(&VoiceApplication::m_txTrace),
                            "ns3::imsmedia::VoiceApplication::BytesCallback")
            .AddTraceSource("Rx",
                            "A packet came, as it was on the wire.",
                            MakeTraceSourceAccessor(&VoiceApplication::m_rxTrace),
                            "ns3::imsmedia::VoiceApplication::BytesCallback")
            .AddTraceSource(
                "RtcpEvent",
                "A report of the peer, with the round-trip time, its goodbye, or its silence.",
                MakeTraceSourceAccessor(&VoiceApplication::m_rtcpTrace),
                "ns3::imsmedia::VoiceApplication::RtcpEventCallback");
    return tid;
}

} // namespace imsmedia
} // namespace ns3
