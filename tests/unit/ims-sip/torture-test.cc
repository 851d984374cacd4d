// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The torture messages of RFC 4475 (tests/vectors/rfc4475, in a form that is readable and exact).
#include "base/text.h"
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

#include <fstream>

namespace imsfw::sip::test
{

namespace
{

/// Each line of the file is one of the message; `\xHH` is a byte; `\` at the end takes the line end away.
std::string
Load(const std::string& name)
{
    std::ifstream file(IMSFW_SOURCE_DIR "/tests/vectors/rfc4475/" + name + ".txt");
    EXPECT_TRUE(file) << name;
    std::string message;
    for (std::string line; std::getline(file, line);)
    {
        const bool hasEnd = line.empty() || line.back() != '\\';
        line = hasEnd ? line : line.substr(0, line.size() - 1);
        for (std::size_t at = line.find("\\x"); at != std::string::npos;
             at = line.find("\\x", at + 1))
        {
            const auto byte = FromHex(line.substr(at + 2, 2));
            line.replace(at, 4, 1, static_cast<char>(byte->front()));
        }
        message += line + (hasEnd ? "\r\n" : "");
    }
    return message;
}

} // namespace

namespace
{

/// What the parser makes of a message: an error, or none.
struct Row
{
    const char* name;
    std::optional<SipError> error;
    const char* why; ///< where the outcome is not the one that RFC 4475 describes first
};

const Row ROWS[] = {
    // 3.1.1: valid messages
    {"wsinv", {}, ""},
    {"intmeth",
     SipError::MALFORMED,
     "control characters are refused even where a backslash is before them"},
    {"esc01", {}, ""},
    {"escnull", SipError::BAD_HEADER, "an escaped NUL is refused: no user here is called that"},
    {"esc02", {}, ""},
    {"lwsdisp", {}, ""},
    {"longreq", {}, ""},
    {"dblreq", {}, ""},
    {"semiuri", {}, ""},
    {"transports", {}, ""},
    {"mpart01", {}, ""},
    {"unreason", {}, ""},
    {"noreason", {}, ""},
    // 3.1.2: invalid messages
    {"badinv01", SipError::BAD_HEADER, ""},
    {"clerr", SipError::INCOMPLETE, ""},
    {"ncl", SipError::BAD_HEADER, ""},
    {"scalar02", SipError::BAD_HEADER, ""},
    {"scalarlg", SipError::BAD_HEADER, ""},
    {"quotbal", SipError::MALFORMED, ""},
    {"ltgtruri", SipError::MALFORMED, ""},
    {"lwsruri", SipError::MALFORMED, ""},
    {"lwsstart", SipError::MALFORMED, ""},
    {"trws", SipError::MALFORMED, ""},
    {"escruri", SipError::MALFORMED, ""},
    {"baddate", {}, "nothing here reads Date"},
    {"regbadct", {}, "the registrar refuses the Contact, see below"},
    {"badaspec", SipError::MALFORMED, ""},
    {"baddn", SipError::INCOMPLETE, "the archive's message lacks its empty line, see below"},
    {"badvers", SipError::MALFORMED, "without the 505"},
    {"mismatch01", SipError::METHOD_MISMATCH, ""},
    {"mismatch02", SipError::METHOD_MISMATCH, ""},
    {"bigcode", SipError::MALFORMED, ""},
    // 3.2 and 3.3: what layers above have to deal with
    {"badbranch", {}, ""},
    {"insuf", SipError::MISSING_HEADER, ""},
    {"unkscm", {}, ""},
    {"novelsc", SipError::MALFORMED, "osip knows no scheme with a dot, without the 416"},
    {"unksm2", {}, ""},
    {"bext01", {}, ""},
    {"invut", {}, ""},
    {"regaut01", {}, ""},
    {"multi01", SipError::MALFORMED, ""},
    {"mcl01", SipError::BAD_HEADER, ""},
    {"bcast", {}, ""},
    {"zeromf", {}, ""},
    {"cparam01", {}, ""},
    {"cparam02", {}, ""},
    {"regescrt", {}, ""},
    {"sdp01", {}, "nothing here reads Accept"},
    // 3.4
    {"inv2543", {}, ""},
};

Result<SipMessage, SipParseError>
ParseTorture(const std::string& name)
{
    return SipMessage::ParseDatagram(ByteView(Load(name)));
}

/// A P-CSCF with alice registered from there, and the callee's route.
struct Bench
{
    Bench() : ue(net.AddUe("alice", "10.0.0.2", false))
    {
        net.Schedule(0ms, [this] { ue.ua.Register(net.now); });
        net.RunUntil(1s);
    }

    /// @return the status of the answer to the message from alice's address; 0 for none.
    int
    StatusFor(const std::string& name)
    {
        net.pcscf.HandleDatagram(net.now, 0, ue.address, ByteView(Load(name)));
        std::optional<SipTransmit> last;
        while (auto out = net.pcscf.PollTransmit())
        {
            last = out;
        }
        return last ? SipMessage::Parse(last->bytes)->Status() : 0;
    }

    SipNetwork net;
    SipNetwork::Agent& ue;
};

} // namespace

TEST(Torture, EveryMessageHasItsOutcome)
{
    EXPECT_EQ(std::size(ROWS), 49U);
    for (const Row& row : ROWS)
    {
        const auto message = ParseTorture(row.name);
        EXPECT_EQ(message.IsOk(), !row.error) << row.name << " " << row.why;
        if (!message && row.error)
        {
            EXPECT_EQ(ToString(message.Error().error), ToString(*row.error))
                << row.name << ": " << message.Error().detail;
        }
    }
}

TEST(Torture, WhatIsUnderstoodSurvivesARoundTrip)
{
    for (const Row& row : ROWS)
    {
        const auto message = ParseTorture(row.name);
        if (message)
        {
            const Bytes written = message->Serialize();
            const auto again = SipMessage::Parse(written);
            ASSERT_TRUE(again) << row.name;
            EXPECT_EQ(again->Serialize(), written) << row.name;
            EXPECT_EQ(again->Body(), message->Body()) << row.name;
        }
    }
}

TEST(Torture, ReadsWhatTheTortuousOnesSay)
{
    const auto wsinv = ParseTorture("wsinv");
    ASSERT_TRUE(wsinv);
    EXPECT_EQ(wsinv->To().Tag(), "1918181833n");
    EXPECT_EQ(wsinv->From().displayName, "J Rosenberg \\\\\\\"");
    EXPECT_EQ(wsinv->From().Tag(), "98asjd8");
    EXPECT_EQ(wsinv->Number("Max-Forwards"), 68U);
    EXPECT_EQ(wsinv->CSeq().ToString(), "9 INVITE");
    ASSERT_EQ(wsinv->Headers("Via").size(), 3U);
    EXPECT_EQ(wsinv->TopVia().host, "192.0.2.2");
    EXPECT_EQ(SipVia::Parse(wsinv->Headers("Via")[1])->Branch(), "z9hG4bK9ikj8");
    EXPECT_EQ(SipVia::Parse(wsinv->Headers("Via")[2])->Branch(), "z9hG4bK30239");
    EXPECT_EQ(wsinv->Contact()->params.Value("newparam"), "newvalue");
    EXPECT_EQ(wsinv->Contact()->params.Value("q"), "0.33");
    EXPECT_EQ(wsinv->Body().size(), 150U);

    const auto esc01 = ParseTorture("esc01");
    ASSERT_TRUE(esc01);
    EXPECT_EQ(esc01->RequestUri(), "sip:sips%3Auser%40example.com@example.net");
    EXPECT_EQ(SipUri::Parse(esc01->RequestUri())->user, "sips:user@example.com");

    EXPECT_EQ(ParseTorture("esc02")->Method(), "RE%47IST%45R")
        << "a method of its own, not REGISTER";
    EXPECT_EQ(ParseTorture("lwsdisp")->From().displayName, "caller");
    EXPECT_EQ(ParseTorture("semiuri")->RequestUri(), "sip:user;par=u%40example.net@example.com");
    EXPECT_EQ(ParseTorture("transports")->Headers("Via").size(), 5U);
    EXPECT_EQ(ParseTorture("noreason")->Status(), 100);
    EXPECT_EQ(ParseTorture("dblreq")->Method(), "REGISTER");
    // The parameters of cparam01 are the header's, those of cparam02 the URI's.
    EXPECT_TRUE(ParseTorture("cparam01")->Contact()->params.Has("unknownparam"));
    EXPECT_TRUE(ParseTorture("cparam02")->Contact()->uri.params.Has("unknownparam"));
}

TEST(Torture, ADisplayNameWithACommaIsRefusedWhenTheMessageIsWhole)
{
    EXPECT_FALSE(SipMessage::ParseDatagram(ByteView(Load("baddn") + "\r\n")));
}

TEST(Torture, TheProxyAnswersAsItShould)
{
    struct Case
    {
        const char* name;
        int status;
    };

    for (const Case& row : {Case{"badbranch", 0}, // as from an RFC 2543 peer, which we do not serve
                            Case{"inv2543", 0},
                            Case{"unkscm", 416},
                            Case{"bext01", 420},
                            Case{"zeromf", 483},
                            Case{"regaut01", 401},
                            Case{"bcast", 0}})
    {
        Bench bench;
        EXPECT_EQ(bench.StatusFor(row.name), row.status) << row.name;
    }
}

TEST(Torture, TheRegistrarRefusesABadContact)
{
    EXPECT_FALSE(ParseTorture("regbadct")->Contact());
    // With credentials it would get as far as the binding.
    SipMessage request = ParseTorture("regbadct").Value();
    SeededRandom random(1, 1, "registrar");
    Registrar registrar(RegistrarConfig{}, random);
    registrar.AddUser({"user", "sip:user@example.com", "secret"});
    const SipFlow flow{false, 0, *Endpoint::Parse("192.0.2.1:5060")};
    const auto first = registrar.HandleRegister(At(0s), request, flow);
    const auto challenge = http::DigestChallenge::Parse(*first.response.Header("WWW-Authenticate"));
    request.Add("Authorization",
                http::AnswerChallenge(
                    *challenge, "user", "secret", "REGISTER", request.RequestUri(), "c", 1)
                    .ToHeader());
    const auto second = registrar.HandleRegister(At(0s), request, flow);
    EXPECT_EQ(second.response.Status(), 400);
}

TEST(Torture, TheUserAgentRefusesABodyItDoesNotKnow)
{
    SeededRandom random(1, 1, "ue");
    UserAgent ua(SipNetwork::UeConfig("user", "10.0.0.2", false), random);
    ua.HandleInput(At(0s), ByteView(Load("invut")));
    const auto response = SipMessage::Parse(*ua.PollTransmit());
    ASSERT_TRUE(response);
    EXPECT_EQ(response->Status(), 415);
    EXPECT_EQ(response->Header("Accept"), "application/sdp");
}

} // namespace imsfw::sip::test
