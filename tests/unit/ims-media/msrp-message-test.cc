// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 4975 9 on the wire: the RFC's own examples, round trips, truncation at every byte, bad forms, noise.
#include "base/random.h"
#include "ims-media-msrp-message.h"

#include <gtest/gtest.h>

namespace imsfw::msrp
{
namespace
{

/// RFC 4975 4: the first message of the overview.
const std::string SEND = "MSRP a786hjs2 SEND\r\n"
                         "To-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\n"
                         "From-Path: msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\n"
                         "Message-ID: 87652491\r\n"
                         "Byte-Range: 1-25/25\r\n"
                         "Content-Type: text/plain\r\n"
                         "\r\n"
                         "Hey Bob, are you there?\r\n"
                         "\r\n"
                         "-------a786hjs2$\r\n";

/// RFC 4975 4: and its response.
const std::string OK = "MSRP a786hjs2 200 OK\r\n"
                       "To-Path: msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\n"
                       "From-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\n"
                       "-------a786hjs2$\r\n";

/// RFC 4975 11.4: a success report.
const std::string REPORT = "MSRP dkei38sd REPORT\r\n"
                           "To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp\r\n"
                           "From-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp\r\n"
                           "Message-ID: 12339sdqwer\r\n"
                           "Byte-Range: 1-106/106\r\n"
                           "Status: 000 200 OK\r\n"
                           "-------dkei38sd$\r\n";

/// RFC 4975 11.2: a chunk whose end was not known.
const std::string CHUNK = "MSRP dkei38sd SEND\r\n"
                          "To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp\r\n"
                          "From-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp\r\n"
                          "Message-ID: 4564dpWd\r\n"
                          "Byte-Range: 1-*/8\r\n"
                          "Success-Report: yes\r\n"
                          "Failure-Report: partial\r\n"
                          "Content-Disposition: attachment\r\n"
                          "Content-Type: text/plain;charset=utf-8\r\n"
                          "\r\n"
                          "abcd\r\n"
                          "-------dkei38sd+\r\n";

Result<Message, MessageError>
Parse(const std::string& text)
{
    return ParseMessage(ByteView(text));
}

TEST(MsrpMessage, ReadsTheRequestOfTheOverview)
{
    const auto message = Parse(SEND);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->transactionId, "a786hjs2");
    EXPECT_EQ(message->method, "SEND");
    EXPECT_EQ(ToString(message->toPath), "msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp");
    EXPECT_EQ(message->messageId, "87652491");
    EXPECT_EQ(message->byteRange->start, 1U);
    EXPECT_EQ(message->byteRange->end, 25U);
    EXPECT_EQ(message->byteRange->total, 25U);
    EXPECT_EQ(message->contentType, "text/plain");
    EXPECT_EQ(ByteView(message->body).AsText(), "Hey Bob, are you there?\r\n");
    EXPECT_EQ(message->flag, Flag::LAST);
    EXPECT_FALSE(message->successReport);
    EXPECT_EQ(message->failureReport, FailureReport::YES);
}

TEST(MsrpMessage, ReadsResponsesAndReports)
{
    const auto ok = Parse(OK);
    ASSERT_TRUE(ok);
    EXPECT_FALSE(ok->IsRequest());
    EXPECT_EQ(ok->code, 200);
    EXPECT_EQ(ok->comment, "OK");
    const auto report = Parse(REPORT);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->method, "REPORT");
    EXPECT_EQ(report->status->code, 200);
    EXPECT_EQ(report->status->comment, "OK");
    const auto chunk = Parse(CHUNK);
    ASSERT_TRUE(chunk);
    EXPECT_FALSE(chunk->byteRange->end);
    EXPECT_TRUE(chunk->successReport);
    EXPECT_EQ(chunk->failureReport, FailureReport::PARTIAL);
    EXPECT_EQ(chunk->flag, Flag::MORE);
    ASSERT_EQ(chunk->otherHeaders.size(), 1U);
    EXPECT_EQ(chunk->otherHeaders[0].first, "Content-Disposition");
}

TEST(MsrpMessage, WritesWhatItRead)
{
    for (const std::string& text : {SEND, OK, REPORT, CHUNK})
    {
        EXPECT_EQ(ByteView(WriteMessage(*Parse(text))).AsText(), text);
    }
}

TEST(MsrpMessage, AnswersGoBackTheWayOfTheRequest)
{
    EXPECT_EQ(ByteView(WriteMessage(MakeResponse(*Parse(SEND), 200, "OK"))).AsText(), OK);
}

TEST(MsrpMessage, TruncatedAtEveryByte)
{
    for (const std::string& text : {SEND, OK, REPORT, CHUNK})
    {
        for (std::size_t size = 0; size < text.size(); ++size)
        {
            EXPECT_FALSE(Parse(text.substr(0, size))) << size;
        }
    }
}

std::string
Replaced(std::string text, const std::string& what, const std::string& by)
{
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

TEST(MsrpMessage, BadFormsByName)
{
    struct Row
    {
        const char* name;
        std::string text;
        MessageError error;
    };

    const std::string toPath = "To-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\n";
    const std::vector<Row> rows = {
        {"another protocol", Replaced(SEND, "MSRP ", "MSRQ "), MessageError::BAD_START_LINE},
        {"id too short", Replaced(SEND, "a786hjs2 S", "a78 S"), MessageError::BAD_START_LINE},
        {"id too long",
         Replaced(SEND, "a786hjs2 S", std::string(33, 'a') + " S"),
         MessageError::BAD_START_LINE},
        {"id begins with a dot",
         Replaced(SEND, "a786hjs2 S", ".786hjs2 S"),
         MessageError::BAD_START_LINE},
        {"method in lower case", Replaced(SEND, "SEND", "send"), MessageError::BAD_START_LINE},
        {"no method", Replaced(SEND, "SEND", ""), MessageError::BAD_START_LINE},
        {"code of two digits", Replaced(OK, "200 OK", "20 OK"), MessageError::BAD_START_LINE},
        {"code of four digits", Replaced(OK, "200 OK", "2000 OK"), MessageError::BAD_START_LINE},
        {"code 000", Replaced(OK, "200 OK", "000 OK"), MessageError::BAD_START_LINE},
        {"other id at the end",
         Replaced(SEND, "-------a786hjs2", "-------a786hjs3"),
         MessageError::BAD_END_LINE},
        {"six dashes", Replaced(SEND, "-------a", "------a"), MessageError::BAD_END_LINE},
        {"another flag", Replaced(SEND, "hjs2$", "hjs2!"), MessageError::BAD_END_LINE},
        {"no To-Path", Replaced(SEND, toPath, ""), MessageError::BAD_PATH},
        {"no paths", "MSRP a786hjs2 SEND\r\n-------a786hjs2$\r\n", MessageError::BAD_PATH},
        {"To-Path without a URI", Replaced(SEND, toPath, "To-Path: \r\n"), MessageError::BAD_PATH},
        {"To-Path of another scheme",
         Replaced(SEND, "msrp://b", "sip://b"),
         MessageError::BAD_PATH},
        {"two To-Paths",
         Replaced(SEND, "Message-ID: 87652491\r\n", toPath),
         MessageError::DUPLICATE_HEADER},
        {"two Byte-Ranges",
         Replaced(SEND, "Message-ID: 87652491", "byte-range: 1-1/1"),
         MessageError::DUPLICATE_HEADER},
        {"header without a colon",
         Replaced(SEND, "Message-ID: 8", "Message-ID 8"),
         MessageError::BAD_HEADER},
        {"header without a space",
         Replaced(SEND, "Message-ID: 8", "Message-ID:8"),
         MessageError::BAD_HEADER},
        {"range from 0", Replaced(SEND, "1-25/25", "0-25/25"), MessageError::BAD_HEADER},
        {"range backwards", Replaced(SEND, "1-25/25", "9-7/25"), MessageError::BAD_HEADER},
        {"range beyond the total", Replaced(SEND, "1-25/25", "1-26/25"), MessageError::BAD_HEADER},
        {"range too large",
         Replaced(SEND, "1-25/25", "1-99999999999999999999/*"),
         MessageError::BAD_HEADER},
        {"range without a total", Replaced(SEND, "1-25/25", "1-25"), MessageError::BAD_HEADER},
        {"bad success report",
         Replaced(CHUNK, "Report: yes", "Report: maybe"),
         MessageError::BAD_HEADER},
        {"bad failure report",
         Replaced(CHUNK, "Report: partial", "Report: maybe"),
         MessageError::BAD_HEADER},
        {"another status namespace",
         Replaced(REPORT, "000 200", "001 200"),
         MessageError::BAD_HEADER},
        {"a control character",
         Replaced(CHUNK, "attachment", "attach\x01ment"),
         MessageError::BAD_HEADER},
        {"media type without a subtype",
         Replaced(SEND, "text/plain", "text"),
         MessageError::BAD_HEADER},
        {"bad Message-ID", Replaced(SEND, "87652491", "a b"), MessageError::BAD_HEADER},
        {"body without a type",
         Replaced(SEND, "Content-Type: text/plain\r\n", ""),
         MessageError::BAD_BODY},
        {"type without a body",
         Replaced(OK, "-------", "Content-Type: text/plain\r\n-------"),
         MessageError::BAD_BODY},
        {"body in a response",
         Replaced(OK, "-------", "Content-Type: a/b\r\n\r\nx\r\n-------"),
         MessageError::BAD_BODY},
        {"one CRLF for two",
         Replaced(OK, "-------", "Content-Type: a/b\r\n\r\n-------"),
         MessageError::BAD_BODY},
    };
    for (const Row& row : rows)
    {
        const auto message = Parse(row.text);
        ASSERT_FALSE(message) << row.name;
        EXPECT_STREQ(ToString(message.Error()), ToString(row.error)) << row.name;
    }
}

TEST(MsrpMessage, GoodFormsThatLookOdd)
{
    for (const std::string& text :
         {Replaced(SEND, "Message-ID", "MESSAGE-id"),
          Replaced(SEND, "SEND", "NICKNAME"),
          Replaced(SEND, "1-25/25", "1-*/*"),
          Replaced(SEND, "1-25/25", "1-0/0"),
          Replaced(SEND, "Hey Bob, are you there?\r\n", ""),
          Replaced(SEND, "Hey Bob", std::string("\0\xff-------a786hjs", 17)),
          Replaced(OK, "200 OK", "481"),
          Replaced(OK, "200 OK", "200 ")})
    {
        EXPECT_TRUE(Parse(text)) << text;
    }
}

TEST(MsrpMessage, NoiseIsRefusedOrSurvivesARoundTrip)
{
    SeededRandom random(1, 1, "msrp-noise");
    unsigned understood = 0;
    for (int i = 0; i < 40'000; ++i)
    {
        const std::string& good = i % 2 == 0 ? SEND : CHUNK;
        Bytes noise = ByteView(good).ToBytes();
        for (uint32_t change = 0; change <= random.Below(2); ++change)
        {
            noise[random.Below(static_cast<uint32_t>(noise.size()))] = random.Draw(1)[0];
        }
        const auto message = ParseMessage(noise);
        if (message)
        {
            ++understood;
            const Bytes again = WriteMessage(*message);
            const auto second = ParseMessage(again);
            ASSERT_TRUE(second) << ByteView(noise).AsText();
            EXPECT_EQ(WriteMessage(*second), again);
        }
        ParseMessage(random.Draw(random.Below(100))).IsOk();
    }
    EXPECT_GT(understood, 4000U);
}

TEST(MsrpUri, FormsTable)
{
    struct Row
    {
        const char* text;
        bool isGood;
    };

    for (const Row& row : {Row{"msrp://host.example.com:8493/asfd34;tcp", true},
                           {"msrps://host.example.com/asfd34;tcp", true},
                           {"msrp://alice@10.0.0.1:9/s;tcp", true},
                           {"msrp://[2001:db8::1]:2855/s;tcp", true},
                           {"msrp://[2001:db8::1]/s;tcp", true},
                           {"msrp://host;tcp", true},
                           {"msrp://host/s;tcp;a=b;c", true},
                           {"msrp://host/s;sctp", true},
                           {"msrp://host/a/b=c+d;tcp", true},
                           {"", false},
                           {"msrp://", false},
                           {"msrp:host/s;tcp", false},
                           {"http://host/s;tcp", false},
                           {"msrp://host/s", false}, // the transport is not optional
                           {"msrp://host/s;", false},
                           {"msrp://host/;tcp", false},
                           {"msrp:///s;tcp", false},
                           {"msrp://host:0/s;tcp", false},
                           {"msrp://host:65536/s;tcp", false},
                           {"msrp://host:x/s;tcp", false},
                           {"msrp://@host/s;tcp", false},
                           {"msrp://ho st/s;tcp", false},
                           {"msrp://host/s;tcp;", false},
                           {"msrp://host/s;tcp;a=", false},
                           {"msrp://host/s;tcp;=b", false},
                           {"msrp://host/s\r\n;tcp", false}})
    {
        const auto uri = ParseUri(row.text);
        EXPECT_EQ(uri.has_value(), row.isGood) << row.text;
        if (uri)
        {
            EXPECT_EQ(uri->ToString(), row.text);
        }
    }
    EXPECT_EQ(ParseUri("MSRP://a:5/s;tcp")->port, 5);
    EXPECT_TRUE(ParseUri("MSRPS://a:5/s;tcp")->isSecure);
    EXPECT_EQ(ParsePath("msrp://a/b;tcp msrp://c/d;tcp")->size(), 2U);
    EXPECT_FALSE(ParsePath("msrp://a/b;tcp  msrp://c/d;tcp"));
}

TEST(MsrpUri, ComparedAfter61)
{
    const MsrpUri uri = *ParseUri("msrp://Host:8000/AbC;tcp");
    for (const char* same : {"MSRP://host:8000/AbC;TCP", "msrp://bob@host:8000/AbC;tcp;p=1"})
    {
        EXPECT_TRUE(uri.IsSameAs(*ParseUri(same))) << same;
    }
    for (const char* other : {"msrps://host:8000/AbC;tcp",
                              "msrp://host:8000/abc;tcp",
                              "msrp://host/AbC;tcp",
                              "msrp://host:8000;tcp",
                              "msrp://host:8000/AbC;sctp",
                              "msrp://hosts:8000/AbC;tcp"})
    {
        EXPECT_FALSE(uri.IsSameAs(*ParseUri(other))) << other;
    }
}

} // namespace
} // namespace imsfw::msrp
