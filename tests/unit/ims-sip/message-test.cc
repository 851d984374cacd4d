// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Parsing whole messages: good ones, bad ones, cut ones.
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

namespace
{

Result<SipMessage, SipParseError>
Parse(const std::string& text)
{
    return SipMessage::Parse(ByteView(text));
}

std::string
Replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return text.replace(place, from.size(), to);
}

} // namespace

TEST(SipMessageParse, ReadsARegister)
{
    const auto message = Parse(REGISTER_SAMPLE);
    ASSERT_TRUE(message) << message.Error().detail;
    EXPECT_TRUE(message->IsRequest());
    EXPECT_EQ(message->Method(), "REGISTER");
    EXPECT_EQ(message->RequestUri(), "sip:ims.test");
    EXPECT_EQ(message->TopVia().transport, "TLS");
    EXPECT_EQ(message->TopVia().port, 50001);
    EXPECT_EQ(message->TopVia().Branch(), "z9hG4bKabc123");
    EXPECT_TRUE(message->TopVia().params.Has("rport"));
    EXPECT_EQ(message->From().Tag(), "1928");
    EXPECT_EQ(message->To().Tag(), "");
    EXPECT_EQ(message->CallId(), "a84b4c76e66710@10.0.0.2");
    EXPECT_EQ(message->CSeq().number, 1U);
    EXPECT_EQ(message->Contact()->params.Value("+sip.instance"),
              "\"<urn:gsma:imei:35145120-840121-0>\"");
    EXPECT_EQ(message->Contact()->params.Value("expires"), "600000");
    EXPECT_TRUE(message->HasToken("supported", "GRUU"));
    EXPECT_FALSE(message->HasToken("Supported", "100rel"));
    EXPECT_EQ(message->Number("Max-Forwards"), 70U);
    // osip drops empty values; a proxy must not.
    EXPECT_NE(message->Header("Authorization")->find("nonce=\"\""), std::string::npos);
}

TEST(SipMessageParse, ReadsCompactNamesListsAndFoldedLines)
{
    const auto message = Parse(INVITE_SAMPLE);
    ASSERT_TRUE(message) << message.Error().detail;
    EXPECT_EQ(message->Headers("Via").size(), 2U);
    EXPECT_EQ(message->TopVia().Branch(), "z9hG4bKproxy");
    ASSERT_EQ(message->Addresses("Route").size(), 2U);
    EXPECT_EQ(message->Addresses("Route")[1].uri.user, "two");
    EXPECT_EQ(message->From().displayName, "Alice, the first");
    EXPECT_EQ(message->CallId(), "call-1@10.0.0.2");
    EXPECT_EQ(message->Header("Subject"), "one  folded line");
    EXPECT_EQ(message->Header("Content-Type"), "application/sdp");
    EXPECT_EQ(message->Body(), SDP_SAMPLE);
}

TEST(SipMessageParse, ReadsAResponse)
{
    const auto message = Parse(OK_SAMPLE);
    ASSERT_TRUE(message) << message.Error().detail;
    EXPECT_FALSE(message->IsRequest());
    EXPECT_EQ(message->Status(), 200);
    EXPECT_EQ(message->Reason(), "OK");
    EXPECT_EQ(message->Method(), "INVITE");
    EXPECT_EQ(message->TopVia().params.Value("rport"), "6000");
    EXPECT_EQ(message->TopVia().params.Value("received"), "192.0.2.1");
}

TEST(SipMessageParse, EveryCutIsAnError)
{
    for (const std::string& sample : {REGISTER_SAMPLE, INVITE_SAMPLE, OK_SAMPLE})
    {
        for (std::size_t size = 0; size < sample.size(); ++size)
        {
            EXPECT_FALSE(Parse(sample.substr(0, size))) << "cut at " << size;
        }
        EXPECT_TRUE(Parse(sample));
    }
}

TEST(SipMessageParse, EveryBrokenByteIsAnErrorOrAMessage)
{
    for (const std::string& sample : {REGISTER_SAMPLE, INVITE_SAMPLE, OK_SAMPLE})
    {
        for (std::size_t i = 0; i < sample.size(); ++i)
        {
            for (const char byte : {'\0', '\r', '\n', ' ', ',', '<', '"', '\xff'})
            {
                std::string broken = sample;
                broken[i] = byte;
                const auto message = Parse(broken);
                if (message)
                {
                    // What was understood must survive a round trip.
                    EXPECT_TRUE(SipMessage::Parse(message->Serialize())) << i << " " << int(byte);
                }
            }
        }
    }
}

TEST(SipMessageParse, RefusesByName)
{
    struct Row
    {
        const char* name;
        std::string text;
        SipError error;
    };

    const std::string s = REGISTER_SAMPLE;
    const Row rows[] = {
        {"nothing", "", SipError::INCOMPLETE},
        {"keep-alive", "\r\n\r\n", SipError::MALFORMED},
        {"http", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", SipError::MALFORMED},
        {"too large", std::string(MAX_SIP_MESSAGE + 1, 'a'), SipError::TOO_LARGE},
        {"bare line feeds", Replaced(s, "70\r\n", "70\n"), SipError::MALFORMED},
        {"nul", Replaced(s, "70", std::string("7\0", 2)), SipError::MALFORMED},
        {"version", Replaced(s, "SIP/2.0", "SIP/3.0"), SipError::MALFORMED},
        {"two spaces", Replaced(s, "REGISTER sip", "REGISTER  sip"), SipError::MALFORMED},
        {"no method", Replaced(s, "REGISTER sip", " sip"), SipError::MALFORMED},
        {"no uri", Replaced(s, "sip:ims.test SIP", "SIP"), SipError::MALFORMED},
        {"status 99", Replaced(OK_SAMPLE, "200 OK", "99 OK"), SipError::MALFORMED},
        {"status 700", Replaced(OK_SAMPLE, "200 OK", "700 OK"), SipError::MALFORMED},
        {"status text", Replaced(OK_SAMPLE, "200 OK", "2x0 OK"), SipError::MALFORMED},
        {"no colon", Replaced(s, "Max-Forwards: 70", "Max-Forwards 70"), SipError::MALFORMED},
        {"space in name", Replaced(s, "Max-Forwards", "Max Forwards"), SipError::MALFORMED},
        {"no Via", Replaced(s, "Via:", "X-Via:"), SipError::MISSING_HEADER},
        {"no From", Replaced(s, "From:", "X-From:"), SipError::MISSING_HEADER},
        {"no To", Replaced(s, "\r\nTo:", "\r\nX-To:"), SipError::MISSING_HEADER},
        {"no Call-ID", Replaced(s, "Call-ID:", "X-Call-ID:"), SipError::MISSING_HEADER},
        {"no CSeq", Replaced(s, "CSeq:", "X-CSeq:"), SipError::MISSING_HEADER},
        {"other method in CSeq", Replaced(s, "1 REGISTER", "1 INVITE"), SipError::METHOD_MISMATCH},
        {"CSeq too large", Replaced(s, "1 REGISTER", "2147483648 REGISTER"), SipError::BAD_HEADER},
        {"length no number",
         Replaced(s, "Content-Length: 0", "Content-Length: 0x"),
         SipError::BAD_HEADER},
        {"length negative",
         Replaced(s, "Content-Length: 0", "Content-Length: -1"),
         SipError::BAD_HEADER},
        {"two lengths",
         Replaced(s, "Content-Length: 0", "l: 0\r\nContent-Length: 0"),
         SipError::BAD_HEADER},
        {"length too long",
         Replaced(s, "Content-Length: 0", "Content-Length: 1"),
         SipError::INCOMPLETE},
        {"bytes behind", s + "x", SipError::TRAILING_BYTES},
        {"empty list entry",
         Replaced(INVITE_SAMPLE, ";lr>,<sip:two", ";lr>,,<sip:two"),
         SipError::BAD_HEADER},
        {"bad route",
         Replaced(INVITE_SAMPLE, "<sip:two@192.0.2.8;lr>", "<sip:two@:x>"),
         SipError::BAD_HEADER},
    };
    for (const Row& row : rows)
    {
        const auto message = Parse(row.text);
        ASSERT_FALSE(message) << row.name;
        EXPECT_EQ(ToString(message.Error().error), ToString(row.error))
            << row.name << ": " << message.Error().detail;
    }
}

TEST(SipMessageParse, RefusesSecondSingleHeaders)
{
    for (const char* line :
         {"From: <sip:x@y>;tag=1", "To: <sip:x@y>", "Call-ID: b", "CSeq: 1 REGISTER"})
    {
        EXPECT_FALSE(Parse(Replaced(REGISTER_SAMPLE, "Max-Forwards: 70", line))) << line;
    }
}

TEST(SipMessageParse, ADatagramWithoutLengthEndsWithItsBody)
{
    const std::string text = Replaced(REGISTER_SAMPLE, "Content-Length: 0\r\n", "") + "body";
    const auto message = Parse(text);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->Body(), "body");
}

TEST(SipMessage, KeepsOrderAndSpellingThroughARoundTrip)
{
    const auto message = Parse(REGISTER_SAMPLE);
    ASSERT_TRUE(message);
    EXPECT_EQ(ByteView(message->Serialize()).AsText(), REGISTER_SAMPLE);
    const auto ok = Parse(OK_SAMPLE);
    ASSERT_TRUE(ok);
    EXPECT_EQ(ByteView(ok->Serialize()).AsText(), OK_SAMPLE);
}

TEST(SipMessage, ChangesHeaderLines)
{
    SipMessage message = SipMessage::Request("OPTIONS", "sip:a@b");
    message.Add("Route", "<sip:1@a>");
    message.Add("Route", "<sip:2@a>");
    message.Prepend("route", "<sip:0@a>");
    EXPECT_EQ(message.Headers("ROUTE"),
              (std::vector<std::string>{"<sip:0@a>", "<sip:1@a>", "<sip:2@a>"}));
    message.RemoveFirst("Route");
    EXPECT_EQ(message.Headers("Route").front(), "<sip:1@a>");
    message.Set("Route", "<sip:9@a>");
    EXPECT_EQ(message.Headers("Route"), std::vector<std::string>{"<sip:9@a>"});
    message.Remove("Route");
    EXPECT_FALSE(message.Header("Route"));
    message.RemoveFirst("Route");
    message.SetBody("text/plain", "x");
    EXPECT_EQ(message.Header("Content-Type"), "text/plain");
    message.SetBody("text/plain", "");
    EXPECT_FALSE(message.Header("Content-Type"));
}

TEST(SipMessage, AResponseCopiesWhatItMust)
{
    const auto request = Parse(INVITE_SAMPLE);
    ASSERT_TRUE(request);
    const SipMessage response = SipMessage::Response(*request, 180, "tag1");
    EXPECT_EQ(response.Headers("Via"), request->Headers("Via"));
    EXPECT_EQ(response.Header("From"), request->Header("From"));
    EXPECT_EQ(response.To().Tag(), "tag1");
    EXPECT_EQ(response.CSeq().method, "INVITE");
    EXPECT_EQ(response.Reason(), "Ringing");
    EXPECT_EQ(SipMessage::Response(*request, 100).To().Tag(), "");
    EXPECT_TRUE(SipMessage::Parse(response.Serialize()));
}

TEST(SipMessage, EveryErrorHasAName)
{
    for (int i = 0; i <= static_cast<int>(SipError::METHOD_MISMATCH); ++i)
    {
        EXPECT_NE(ToString(static_cast<SipError>(i)), "unknown");
    }
    EXPECT_EQ(ReasonPhrase(404), "Not Found");
    EXPECT_EQ(ReasonPhrase(299), "OK");
    EXPECT_EQ(ReasonPhrase(499), "Failed");
}

} // namespace imsfw::sip::test
