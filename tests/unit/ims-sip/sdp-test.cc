// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Session descriptions: reading, refusing, writing, answering.
#include "ims-sip-sdp.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

namespace
{

const std::string SDP_MESSAGES = "m=message 2855 TCP/MSRP *\r\n"
                                 "c=IN IP4 203.0.113.1\r\n"
                                 "a=accept-types:*\r\n"
                                 "a=path:msrp://203.0.113.1:2855/s1;tcp\r\n"
                                 "a=setup:actpass\r\n";

const std::string SDP_VIDEO = "m=video 0 RTP/AVPF 102\r\n"
                              "a=rtpmap:102 H264/90000\r\n"
                              "a=fmtp:102 packetization-mode=1\r\n"
                              "a=rtcp-fb:102 nack pli\r\n"
                              "a=rtcp-mux\r\n"
                              "a=sendrecv\r\n"
                              "a=mid:video\r\n"
                              "a=bundle-only\r\n";

std::string
Replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return text.replace(place, from.size(), to);
}

TEST(Sdp, AStreamOfMessagesIsReadAndWritten)
{
    const auto sdp = SdpSession::Parse(SDP_SAMPLE + SDP_MESSAGES);
    ASSERT_TRUE(sdp);
    ASSERT_TRUE(sdp->messages);
    EXPECT_EQ(sdp->messages->where.ToString(), "203.0.113.1:2855");
    EXPECT_EQ(sdp->messages->path, "msrp://203.0.113.1:2855/s1;tcp");
    EXPECT_EQ(sdp->messages->setup, "actpass");
    const std::string text = sdp->ToString();
    EXPECT_EQ(text.substr(text.find("m=message")), SDP_MESSAGES);
}

TEST(Sdp, MessagesThatOneSideHasNotAreRefused)
{
    const auto with = SdpSession::Parse(SDP_SAMPLE + SDP_MESSAGES);
    const auto without = SdpSession::Parse(SDP_SAMPLE);
    ASSERT_TRUE(with && without);
    const auto refused = SdpSession::Answer(*with, *without);
    ASSERT_TRUE(refused && refused->messages) << "RFC 3264 6: as many streams as the offer";
    EXPECT_EQ(refused->messages->where.port, 0);
    const auto read = SdpSession::Parse(refused->ToString());
    ASSERT_TRUE(read && read->messages);
    EXPECT_EQ(read->messages->where.port, 0);
    EXPECT_FALSE(SdpSession::Answer(*without, *with)->messages) << "nobody offered any";
    EXPECT_TRUE(SdpSession::Answer(*with, *with)->messages);
}

} // namespace

TEST(SdpSession, ReadsAnOffer)
{
    const auto sdp = SdpSession::Parse(SDP_SAMPLE);
    ASSERT_TRUE(sdp) << ToString(sdp.Error());
    EXPECT_EQ(sdp->audio.ToString(), "10.0.0.2:4000");
    EXPECT_EQ(sdp->sessionId, 1U);
    EXPECT_EQ(sdp->version, 2U);
    ASSERT_EQ(sdp->codecs.size(), 2U);
    EXPECT_EQ(sdp->codecs[0].name, "AMR-WB");
    EXPECT_EQ(sdp->codecs[0].clockRate, 16000U);
    EXPECT_EQ(sdp->codecs[0].parameters, "max-red=0");
    EXPECT_EQ(sdp->codecs[1].payloadType, 8);
    EXPECT_EQ(sdp->direction, SdpDirection::SENDRECV);
    EXPECT_EQ(sdp->ToString(), SDP_SAMPLE);
}

TEST(SdpSession, KeepsTheSessionsAttributesApartFromTheStreams)
{
    SdpSession sdp = *SdpSession::Parse(SDP_SAMPLE);
    sdp.sessionAttributes = {{"ice-lite", ""}};
    sdp.attributes = {{"ice-ufrag", "8hhY"}};
    const auto again = SdpSession::Parse(sdp.ToString());
    ASSERT_TRUE(again) << sdp.ToString();
    ASSERT_EQ(again->sessionAttributes.size(), 1U);
    EXPECT_EQ(again->sessionAttributes[0].name, "ice-lite");
    ASSERT_EQ(again->attributes.size(), 1U);
    EXPECT_EQ(again->attributes[0].value, "8hhY");
    EXPECT_LT(sdp.ToString().find("a=ice-lite"), sdp.ToString().find("m=audio"));
}

TEST(SdpSession, UnderstandsVariants)
{
    const auto statics =
        SdpSession::Parse("v=0\r\no=a 1 1 IN IP4 1.2.3.4\r\ns=x\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\n"
                          "a=sendonly\r\nm=audio 7 RTP/AVP 0 8\r\na=ptime:30\r\n"
                          "a=candidate:1 1 UDP 1 1.2.3.4 7 typ host\r\n");
    ASSERT_TRUE(statics) << ToString(statics.Error());
    EXPECT_EQ(statics->codecs[0].name, "PCMU");
    EXPECT_EQ(statics->codecs[1].name, "PCMA");
    EXPECT_EQ(statics->direction,
              SdpDirection::SENDONLY); // the session's, for want of the stream's
    EXPECT_EQ(statics->ptimeMs, 30U);
    ASSERT_EQ(statics->attributes.size(), 1U);
    EXPECT_EQ(statics->attributes[0].name, "candidate");

    const auto own = SdpSession::Parse(
        Replaced(SDP_SAMPLE, "AVP 104 8\r\n", "AVP 104 8\r\nc=IN IP4 192.0.2.9\r\n"));
    ASSERT_TRUE(own);
    EXPECT_EQ(own->audio.address.ToString(), "192.0.2.9");

    const auto v6 =
        SdpSession::Parse(Replaced(SDP_SAMPLE, "c=IN IP4 10.0.0.2", "c=IN IP6 2001:db8::1"));
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->audio.address.ToString(), "2001:db8::1");
    EXPECT_TRUE(SdpSession::Parse(v6->ToString()));
}

TEST(SdpSession, VideoIsOfferedInTheBundleAndAnsweredAtItsPort)
{
    SdpSession offer = *SdpSession::Parse(SDP_SAMPLE);
    offer.video = SdpVideo{{offer.audio.address, 0}, "RTP/AVPF", {SdpCodec::H264(102)}, true};
    const std::string text = offer.ToString();
    EXPECT_NE(text.find("a=group:BUNDLE audio video\r\n"), std::string::npos);
    EXPECT_LT(text.find("a=group"), text.find("m=audio"));
    EXPECT_NE(text.find(SDP_VIDEO), std::string::npos) << text;
    const auto read = SdpSession::Parse(text);
    ASSERT_TRUE(read) << ToString(read.Error());
    EXPECT_EQ(read->ToString(), text);
    ASSERT_TRUE(read->video);
    EXPECT_TRUE(read->video->IsWanted() && read->video->isBundled);
    EXPECT_TRUE(read->attributes.empty() && read->sessionAttributes.empty());

    SdpSession local = *SdpSession::Parse(SDP_SAMPLE);
    local.audio = {*IpAddress::Parse("192.0.2.1"), 6000};
    local.video = SdpVideo{{local.audio.address, 0}, "RTP/AVPF", {SdpCodec::H264(99)}, true};
    const auto answer = SdpSession::Answer(*read, local);
    ASSERT_TRUE(answer && answer->video);
    EXPECT_EQ(answer->video->where, local.audio);
    EXPECT_EQ(answer->video->codecs.front().payloadType, 102) << "the offer's";
    const std::string told = answer->ToString();
    EXPECT_NE(told.find("m=video 6000 RTP/AVPF 102\r\n"), std::string::npos) << told;
    EXPECT_EQ(told.find("bundle-only"), std::string::npos) << "RFC 9143 7.3: never in an answer";
    EXPECT_EQ(SdpSession::Parse(told)->ToString(), told);

    EXPECT_FALSE(SdpSession::Answer(*SdpSession::Parse(SDP_SAMPLE), local)->video);
}

TEST(SdpSession, VideoThatCannotBeIsRefused)
{
    const SdpSession local = *SdpSession::Parse(SDP_SAMPLE);
    SdpSession filming = local;
    filming.video = SdpVideo{{local.audio.address, 0}, "RTP/AVPF", {SdpCodec::H264(102)}, true};
    SdpSession foreign = filming;
    foreign.video->audioMid = "0";
    foreign.video->mid = "1";
    const std::string offered = foreign.ToString();

    struct Row
    {
        const char* name;
        std::string offer;
        SdpSession local;
        bool isTaken;
    };

    for (const Row& row : std::vector<Row>{
             {"other identifiers", offered, filming, true},
             {"no camera", offered, local, false},
             {"no group", Replaced(offered, "a=group:BUNDLE 0 1\r\n", ""), filming, false},
             {"another group", Replaced(offered, "BUNDLE 0 1", "BUNDLE 1 2"), filming, false},
             {"a group for something else", Replaced(offered, "BUNDLE", "LS"), filming, false},
             {"a transport of its own",
              Replaced(Replaced(offered, "a=group:BUNDLE 0 1\r\n", ""), "video 0", "video 6"),
              filming,
              false},
             {"another codec", Replaced(offered, "H264", "VP8"), filming, false},
             {"refused", Replaced(offered, "a=bundle-only\r\n", ""), filming, false},
         })
    {
        const auto offer = SdpSession::Parse(row.offer);
        ASSERT_TRUE(offer && offer->video) << row.name;
        const auto answer = SdpSession::Answer(*offer, row.local);
        ASSERT_TRUE(answer && answer->video) << row.name;
        EXPECT_EQ(answer->video->IsWanted(), row.isTaken) << row.name;
        const auto again = SdpSession::Parse(answer->ToString());
        ASSERT_TRUE(again && again->video) << row.name << answer->ToString();
        EXPECT_EQ(again->video->IsWanted(), row.isTaken) << row.name;
    }
}

TEST(SdpSession, RefusesByName)
{
    struct Row
    {
        const char* name;
        std::string text;
        SdpError error;
    };

    const std::string& s = SDP_SAMPLE;
    const Row rows[] = {
        {"nothing", "", SdpError::MALFORMED},
        {"not sdp", "hello\r\n", SdpError::MALFORMED},
        {"no end of line", s.substr(0, s.size() - 2), SdpError::MALFORMED},
        {"version", Replaced(s, "v=0", "v=1"), SdpError::MALFORMED},
        {"session id", Replaced(s, "o=- 1 2", "o=- x 2"), SdpError::MALFORMED},
        {"too long", s + "a=" + std::string(4000, 'x') + "\r\n", SdpError::MALFORMED},
        {"no media", s.substr(0, s.find("m=")), SdpError::NO_AUDIO},
        {"video", Replaced(s, "m=audio", "m=video"), SdpError::NO_AUDIO},
        {"other profile", Replaced(s, "RTP/AVP", "RTP/AVPF"), SdpError::NO_AUDIO},
        {"secure without a key", Replaced(s, "RTP/AVP", "RTP/SAVP"), SdpError::BAD_CRYPTO},
        {"two voices", s + "m=audio 6 RTP/AVP 0\r\n", SdpError::TOO_MANY_MEDIA},
        {"two videos", s + SDP_VIDEO + SDP_VIDEO, SdpError::TOO_MANY_MEDIA},
        {"video behind messages", s + SDP_MESSAGES + SDP_VIDEO, SdpError::TOO_MANY_MEDIA},
        {"video over SRTP", s + Replaced(SDP_VIDEO, "AVPF", "SAVPF"), SdpError::BAD_VIDEO},
        {"a port of video that is none",
         s + Replaced(SDP_VIDEO, "video 0", "video 70000"),
         SdpError::BAD_VIDEO},
        {"several ports of video",
         s + Replaced(SDP_VIDEO, "video 0", "video 6/2"),
         SdpError::BAD_VIDEO},
        {"video without a codec", s + Replaced(SDP_VIDEO, "AVPF 102", "AVPF"), SdpError::BAD_VIDEO},
        {"video of a codec without a name",
         s + Replaced(SDP_VIDEO, "a=rtpmap:102 H264/90000\r\n", ""),
         SdpError::BAD_VIDEO},
        {"three streams",
         s + SDP_MESSAGES + "m=message 1 TCP/MSRP *\r\n",
         SdpError::TOO_MANY_MEDIA},
        {"messages without a path", s + "m=message 2855 TCP/MSRP *\r\n", SdpError::BAD_MESSAGES},
        {"messages over UDP",
         s + Replaced(SDP_MESSAGES, "TCP/MSRP", "UDP/MSRP"),
         SdpError::BAD_MESSAGES},
        {"a port of messages that is none",
         s + Replaced(SDP_MESSAGES, "2855 TCP", "70000 TCP"),
         SdpError::BAD_MESSAGES},
        {"no address", Replaced(s, "c=IN IP4 10.0.0.2\r\n", ""), SdpError::BAD_ADDRESS},
        {"a name", Replaced(s, "c=IN IP4 10.0.0.2", "c=IN IP4 host.test"), SdpError::BAD_ADDRESS},
        {"wrong family",
         Replaced(s, "c=IN IP4 10.0.0.2", "c=IN IP6 10.0.0.2"),
         SdpError::BAD_ADDRESS},
        {"multicast",
         Replaced(s, "c=IN IP4 10.0.0.2", "c=IN IP4 224.0.0.1/127"),
         SdpError::BAD_ADDRESS},
        {"port", Replaced(s, "audio 4000", "audio 70000"), SdpError::BAD_PORT},
        {"port range", Replaced(s, "audio 4000", "audio 4000/2"), SdpError::BAD_PORT},
        {"payload type", Replaced(s, "AVP 104 8", "AVP 104 128"), SdpError::BAD_CODEC},
        {"dynamic, unnamed", Replaced(s, "AVP 104 8", "AVP 104 105"), SdpError::BAD_CODEC},
        {"rtpmap",
         Replaced(s, "rtpmap:104 AMR-WB/16000", "rtpmap:104 AMR-WB"),
         SdpError::BAD_CODEC},
    };
    for (const Row& row : rows)
    {
        const auto sdp = SdpSession::Parse(row.text);
        ASSERT_FALSE(sdp) << row.name;
        EXPECT_EQ(ToString(sdp.Error()), ToString(row.error)) << row.name;
    }
}

TEST(SdpSession, EveryCutIsReadOrRefused)
{
    for (std::size_t size = 0; size < SDP_SAMPLE.size(); ++size)
    {
        const auto sdp = SdpSession::Parse(std::string_view(SDP_SAMPLE).substr(0, size));
        // Only where a line ends after the stream's codecs is the rest a (shorter) description.
        const bool isLineEnd =
            size > SDP_SAMPLE.find("16000\r\n") && SDP_SAMPLE.substr(size - 2, 2) == "\r\n";
        EXPECT_EQ(sdp.IsOk(), isLineEnd) << size;
    }
}

TEST(SdpAnswer, TakesTheCommonCodecsInTheOffersOrder)
{
    SdpSession offer;
    offer.codecs = {SdpCodec::AmrWb(97), SdpCodec::Pcma(), SdpCodec::Pcmu()};
    offer.direction = SdpDirection::SENDONLY;
    SdpSession local;
    local.audio = *Endpoint::Parse("192.0.2.1:9000");
    local.codecs = {SdpCodec::Pcmu(), SdpCodec::AmrWb(104)};
    const auto answer = SdpSession::Answer(offer, local);
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->codecs.size(), 2U);
    EXPECT_EQ(answer->codecs[0].payloadType, 97); // RFC 3264 6.1: the offer's numbers
    EXPECT_EQ(answer->codecs[1].name, "PCMU");
    EXPECT_EQ(answer->audio.ToString(), "192.0.2.1:9000");
    EXPECT_EQ(answer->direction, SdpDirection::RECVONLY);
    local.codecs = {};
    EXPECT_EQ(SdpSession::Answer(offer, local).Error(), SdpError::NO_COMMON_CODEC);
}

TEST(SdpAnswer, MirrorsEachDirection)
{
    struct Row
    {
        SdpDirection offer;
        SdpDirection answer;
    };

    for (const Row& row : {Row{SdpDirection::SENDRECV, SdpDirection::SENDRECV},
                           Row{SdpDirection::SENDONLY, SdpDirection::RECVONLY},
                           Row{SdpDirection::RECVONLY, SdpDirection::SENDONLY},
                           Row{SdpDirection::INACTIVE, SdpDirection::INACTIVE}})
    {
        SdpSession session;
        session.codecs = {SdpCodec::Pcma()};
        SdpSession offer = session;
        offer.direction = row.offer;
        EXPECT_EQ(SdpSession::Answer(offer, session)->direction, row.answer);
    }
}

} // namespace imsfw::sip::test
