// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Digest: the examples printed in the RFCs, the form without qop, and what must not parse.
#include "base/text.h"
#include "ims-web-proxy-auth-params.h"
#include "ims-web-proxy-digest.h"

#include <gtest/gtest.h>

namespace imsfw::http
{
namespace
{

/// One worked example: what both sides know, and the response that the document prints.
struct Vector
{
    const char* name;
    const char* challenge;
    const char* username;
    const char* password;
    const char* method;
    const char* uri;
    const char* cnonce;
    const char* response;
};

const std::vector<Vector> VECTORS = {
    {"RFC 2617 3.5",
     R"(Digest realm="testrealm@host.com", qop="auth,auth-int", )"
     R"(nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41")",
     "Mufasa",
     "Circle Of Life",
     "GET",
     "/dir/index.html",
     "0a4f113b",
     "6629fae49393a05397450978507c4ef1"},
    {"RFC 7616 3.9.1, MD5",
     R"(Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, )"
     R"(nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", )"
     R"(opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")",
     "Mufasa",
     "Circle of Life",
     "GET",
     "/dir/index.html",
     "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
     "8ca523f5e9506fed4657c9700eebdbec"},
    {"RFC 7616 3.9.1, SHA-256",
     R"(Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, )"
     R"(nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", )"
     R"(opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")",
     "Mufasa",
     "Circle of Life",
     "GET",
     "/dir/index.html",
     "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
     "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
    {"RFC 2069 2.4 with its erratum (749), without qop",
     R"(Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", )"
     R"(opaque="5ccc069c403ebaf9f0171e9517f40e41")",
     "Mufasa",
     "CircleOfLife",
     "GET",
     "/dir/index.html",
     "unused",
     "1949323746fe6a43ef61f9606e7febea"},
};

TEST(DigestAuth, WorkedExamples)
{
    for (const Vector& v : VECTORS)
    {
        SCOPED_TRACE(v.name);
        const auto challenge = DigestChallenge::Parse(v.challenge);
        ASSERT_TRUE(challenge);
        const DigestResponse answer =
            AnswerChallenge(*challenge, v.username, v.password, v.method, v.uri, v.cnonce, 1);
        EXPECT_EQ(answer.response, v.response);
        const auto parsed = DigestResponse::Parse(answer.ToHeader());
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->opaque, challenge->opaque);
        EXPECT_EQ(parsed->nonce, challenge->nonce);
        EXPECT_EQ(parsed->nc, challenge->qop.empty() ? 0U : 1U);
        EXPECT_TRUE(VerifyResponse(*parsed, v.method, v.password));
        EXPECT_FALSE(VerifyResponse(*parsed, v.method, std::string(v.password) + "x"));
        EXPECT_FALSE(VerifyResponse(*parsed, "POST", v.password));
    }
}

TEST(DigestAuth, AuthIntCoversTheBody)
{
    struct Row
    {
        const char* algorithm;
        const char* body;
        const char*
            response; ///< computed with another implementation of the hashes, from RFC 7616 3.4
    };

    DigestOptions options;
    options.qop = DigestOptions::Qop::INT_RATHER_THAN;
    for (const Row& row :
         {Row{"MD5", "", "8804a53d3640a40a4f73cea12c5ba451"},
          Row{"MD5", "v=0", "3835b139d1606d821f6f96713d044ded"},
          Row{"SHA-256", "", "8bdf6f15638e260831e905028de5450562816d093c9bfc5c13d3a46adcdde940"},
          Row{"SHA-256",
              "v=0",
              "b3a4a0111e74e28223bac4af55ade12af037f6c8a019923135a0dca0d384407f"}})
    {
        const Vector& v = VECTORS[row.algorithm == std::string("MD5") ? 1 : 2];
        const auto challenge = DigestChallenge::Parse(v.challenge, options);
        ASSERT_TRUE(challenge);
        EXPECT_EQ(challenge->qop, "auth-int");
        const DigestResponse answer = AnswerChallenge(
            *challenge, v.username, v.password, v.method, v.uri, v.cnonce, 1, row.body);
        EXPECT_EQ(answer.response, row.response);
        EXPECT_FALSE(DigestResponse::Parse(answer.ToHeader())) << "not asked for";
        const auto parsed = DigestResponse::Parse(answer.ToHeader(), options);
        ASSERT_TRUE(parsed);
        EXPECT_TRUE(VerifyResponse(*parsed, v.method, v.password, row.body));
        EXPECT_FALSE(VerifyResponse(*parsed, v.method, v.password, "another body"));
    }
}

TEST(DigestAuth, TakesTheProtectionThatIsWanted)
{
    using Qop = DigestOptions::Qop;

    struct Row
    {
        const char* offer;
        Qop wanted;
        const char* taken; ///< null: no use
    };

    for (const Row& row : {Row{"auth", Qop::AUTH, "auth"},
                           Row{"auth-int", Qop::AUTH, nullptr},
                           Row{"auth, auth-int", Qop::AUTH, "auth"},
                           Row{"auth-int", Qop::AUTH_OR_INT, "auth-int"},
                           Row{"auth-int,auth", Qop::AUTH_OR_INT, "auth"},
                           Row{"auth", Qop::INT_RATHER_THAN, "auth"},
                           Row{"auth,AUTH-INT", Qop::INT_RATHER_THAN, "auth-int"},
                           Row{"other", Qop::INT_RATHER_THAN, nullptr}})
    {
        const std::string header =
            std::string("Digest realm=\"r\", nonce=\"n\", qop=\"") + row.offer + "\"";
        const auto challenge = DigestChallenge::Parse(header, {row.wanted, false});
        ASSERT_EQ(challenge.has_value(), row.taken != nullptr) << row.offer;
        EXPECT_TRUE(!challenge || challenge->qop == row.taken) << row.offer;
    }
}

TEST(DigestAuth, TheServerAnswersInKind)
{
    const Vector& v = VECTORS[1];
    const auto challenge = DigestChallenge::Parse(v.challenge);
    const auto answer =
        AnswerChallenge(*challenge, v.username, v.password, v.method, v.uri, v.cnonce, 1);
    EXPECT_EQ(ServerResponse(answer, v.password), "9b712497bc9f91499fbcca1dfc5f09a5");
    EXPECT_NE(ServerResponse(answer, "another"), ServerResponse(answer, v.password));
}

TEST(DigestAuth, AkaIsForThoseWhoAskForIt)
{
    const std::string aka =
        "Digest realm=\"r\", nonce=\"bm9uY2U=\", algorithm=AKAv1-MD5, qop=\"auth\"";
    const DigestOptions options{DigestOptions::Qop::AUTH, true};
    EXPECT_FALSE(DigestChallenge::Parse(aka));
    EXPECT_FALSE(DigestChallenge::Parse("Digest realm=\"r\", nonce=\"n\"", options));
    const auto challenge = DigestChallenge::Parse(aka, options);
    ASSERT_TRUE(challenge);
    // RFC 3310 3.3: RES is the password, as it is, with any byte in it.
    const std::string res("\x00\xff:\"", 4);
    DigestResponse answer = AnswerChallenge(*challenge, "u", res, "REGISTER", "sip:r", "c", 1);
    answer.auts = "YXV0cw==";
    const auto parsed = DigestResponse::Parse(answer.ToHeader(), options);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->auts, answer.auts);
    EXPECT_EQ(parsed->algorithm, "AKAv1-MD5");
    EXPECT_TRUE(VerifyResponse(*parsed, "REGISTER", res));
    EXPECT_FALSE(DigestResponse::Parse(answer.ToHeader()));
}

TEST(DigestAuth, EveryFieldIsBoundByTheResponse)
{
    const auto challenge = DigestChallenge::Parse(VECTORS[1].challenge);
    const DigestResponse good =
        AnswerChallenge(*challenge, "alice", "secret", "CONNECT", "a:443", "c", 7);
    ASSERT_TRUE(VerifyResponse(good, "CONNECT", "secret"));
    const auto failsWith = [&](auto change)
    {
        DigestResponse bad = good;
        change(bad);
        EXPECT_FALSE(VerifyResponse(bad, "CONNECT", "secret"));
    };
    failsWith([](DigestResponse& r) { r.username += "x"; });
    failsWith([](DigestResponse& r) { r.realm += "x"; });
    failsWith([](DigestResponse& r) { r.nonce += "x"; });
    failsWith([](DigestResponse& r) { r.uri += "x"; });
    failsWith([](DigestResponse& r) { r.cnonce += "x"; });
    failsWith([](DigestResponse& r) { r.nc += 1; });
    failsWith([](DigestResponse& r) { r.qop = ""; });
    failsWith([](DigestResponse& r) { r.algorithm = "SHA-256"; });
    failsWith([](DigestResponse& r) { r.response.back() ^= 1; });
    failsWith([](DigestResponse& r) { r.response.clear(); });
}

TEST(DigestAuth, ChallengesGoThroughTheHeader)
{
    DigestChallenge challenge;
    challenge.realm = "a \"quoted\" realm, with \\";
    challenge.nonce = "abc=";
    challenge.opaque = "o";
    challenge.algorithm = "SHA-256";
    challenge.qop = "auth";
    challenge.stale = true;
    EXPECT_EQ(challenge.ToHeader(),
              R"(Digest realm="a \"quoted\" realm, with \\", qop="auth", algorithm=SHA-256, )"
              R"(nonce="abc=", opaque="o", stale=true)");
    const auto parsed = DigestChallenge::Parse(challenge.ToHeader());
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->ToHeader(), challenge.ToHeader());
}

TEST(DigestAuth, ChallengeTable)
{
    struct Row
    {
        const char* header;
        bool isGood;
    };

    const std::vector<Row> rows = {
        {R"(Digest realm="r", nonce="n")", true},
        {R"(digest REALM="r", NONCE="n", algorithm=md5)", true},
        {R"(Digest realm="r",nonce="n",algorithm="sha-256")", true},
        {"Digest realm=\"r\",\r\n  nonce=\"n\"", true},
        {R"(Digest realm="r", nonce="n", qop="auth-int,auth")", true},
        {R"(Digest realm="r", nonce="n", domain="/", charset=UTF-8, future="x")", true},
        {R"(Digest realm="r", nonce="n", qop="auth-int")", false},
        {R"(Digest realm="r", nonce="n", qop="")", false},
        {R"(Digest realm="r", nonce="n", algorithm=MD5-sess)", false},
        {R"(Digest realm="r", nonce="n", algorithm=SHA-512-256)", false},
        {R"(Digest realm="r", nonce="n", algorithm=)", false},
        {R"(Digest nonce="n")", false},
        {R"(Digest realm="r")", false},
        {R"(Digest realm="r", nonce="n", nonce="m")", false},
        {R"(Digest realm="r" nonce="n")", false},
        {R"(Digest realm="r", nonce="n)", false},
        {R"(Digestrealm="r", nonce="n")", false},
        {R"(Basic realm="r", nonce="n")", false},
        {"Digest realm=\"r\n\", nonce=\"n\"", false},
        {"", false},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(DigestChallenge::Parse(row.header).has_value(), row.isGood) << row.header;
    }
    EXPECT_EQ(DigestChallenge::Parse(rows[0].header)->algorithm, "MD5");
    EXPECT_EQ(DigestChallenge::Parse(rows[0].header)->qop, "");
    EXPECT_FALSE(DigestChallenge::Parse(R"(Digest realm="r", nonce="n", stale=maybe)")->stale);
    EXPECT_TRUE(DigestChallenge::Parse(R"(Digest realm="r", nonce="n", stale=TRUE)")->stale);
}

TEST(DigestAuth, ResponseTable)
{
    struct Row
    {
        const char* name;
        std::string tail; ///< what follows the parameters that every row shares
        bool isGood;
    };

    const std::string shared = R"(Digest username="u", realm="r", nonce="n", uri="a:443")";
    const std::vector<Row> rows = {
        {"without qop", R"(, response="ab")", true},
        {"upper case", R"(, response="AB")", true},
        {"with qop", R"(, response="ab", qop=auth, nc=00000001, cnonce="c")", true},
        {"quoted by an old client",
         R"(, response="ab", qop="auth", nc="00000001", cnonce="c")",
         true},
        {"no response", "", false},
        {"response is no hexadecimal", R"(, response="xy")", false},
        {"odd number of digits", R"(, response="abc")", false},
        {"qop without nc", R"(, response="ab", qop=auth, cnonce="c")", false},
        {"qop without cnonce", R"(, response="ab", qop=auth, nc=00000001)", false},
        {"nc of seven digits", R"(, response="ab", qop=auth, nc=0000001, cnonce="c")", false},
        {"nc of nine digits", R"(, response="ab", qop=auth, nc=000000001, cnonce="c")", false},
        {"auth-int", R"(, response="ab", qop=auth-int, nc=00000001, cnonce="c")", false},
        {"a list", R"(, response="ab", qop="auth,auth-int", nc=00000001, cnonce="c")", false},
        {"unknown algorithm", R"(, response="ab", algorithm=SHA-1)", false},
        {"second username", R"(, response="ab", username="v")", false},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(DigestResponse::Parse(shared + row.tail).has_value(), row.isGood) << row.name;
    }
    for (const char* missing : {"username", "realm", "nonce", "uri"})
    {
        std::string header = shared + R"(, response="ab")";
        header.replace(header.find(missing), 1, "x");
        EXPECT_FALSE(DigestResponse::Parse(header)) << missing;
    }
}

TEST(DigestAuth, TruncatedHeadersAreRefusedOrComplete)
{
    const auto challenge = DigestChallenge::Parse(VECTORS[2].challenge);
    const std::string header =
        AnswerChallenge(*challenge, "u", "p", "CONNECT", "a:443", "c", 1).ToHeader();
    ASSERT_TRUE(VerifyResponse(*DigestResponse::Parse(header), "CONNECT", "p"));
    for (std::size_t size = 0; size < header.size(); ++size)
    {
        const auto parsed = DigestResponse::Parse(std::string_view(header).substr(0, size));
        // A cut between two parameters may still be a response, but never one that verifies.
        EXPECT_FALSE(parsed && VerifyResponse(*parsed, "CONNECT", "p")) << size;
    }
}

} // namespace
} // namespace imsfw::http
