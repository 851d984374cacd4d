// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Candidates and descriptions of ICE as text (RFC 8839 5, RFC 6544 4.5) and as numbers (RFC 8445 5.1.2, 6.1.2.3).
#include "ims-turn-ice-candidate.h"
#include "ims-turn-ice-description.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace imsfw::ice
{
namespace
{

using turntest::At;

TEST(IceCandidateTest, LinesThatAreGoodComeBackAsTheyWere)
{
    for (const char* line : {
             // RFC 8839 5.1 and its appendix
             "1 1 UDP 2130706431 203.0.113.141 8998 typ host",
             "2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998",
             "1 1 UDP 2130706431 2001:db8::1 8998 typ host",
             "4 2 UDP 16777215 192.0.2.9 50000 typ relay raddr 0.0.0.0 rport 9",
             "p+/9 256 UDP 1 192.0.2.9 1 typ prflx raddr 10.0.0.1 rport 5000",
             // RFC 6544, appendix C
             "1 1 TCP 2128609279 10.0.1.1 9 typ host tcptype active",
             "2 1 TCP 2124414975 10.0.1.1 8998 typ host tcptype passive",
             "3 1 TCP 2120220671 10.0.1.1 8999 typ host tcptype so",
             "4 1 TCP 1688207359 192.0.2.3 9 typ srflx raddr 10.0.1.1 rport 9 tcptype active",
         })
    {
        const auto candidate = Candidate::Parse(line);
        ASSERT_TRUE(candidate) << line << ": " << ToString(candidate.Error());
        EXPECT_EQ(candidate->ToSdp(), line);
        EXPECT_EQ(*Candidate::Parse(candidate->ToSdp()), *candidate);
    }
}

TEST(IceCandidateTest, BadLinesTable)
{
    struct Row
    {
        const char* line;
        CandidateError error;
    };

    const std::vector<Row> rows = {
        {"", CandidateError::TOO_SHORT},
        {"1 1 UDP 1 192.0.2.1 1 typ", CandidateError::TOO_SHORT},
        {"a_b 1 UDP 1 192.0.2.1 1 typ host", CandidateError::BAD_FOUNDATION},
        {" 1 UDP 1 192.0.2.1 1 typ host", CandidateError::BAD_FOUNDATION},
        {"123456789012345678901234567890123 1 UDP 1 192.0.2.1 1 typ host",
         CandidateError::BAD_FOUNDATION},
        {"1 0 UDP 1 192.0.2.1 1 typ host", CandidateError::BAD_COMPONENT},
        {"1 257 UDP 1 192.0.2.1 1 typ host", CandidateError::BAD_COMPONENT},
        {"1 1 U_P 1 192.0.2.1 1 typ host", CandidateError::BAD_TRANSPORT},
        {"1 1 UDP 0 192.0.2.1 1 typ host", CandidateError::BAD_PRIORITY},
        {"1 1 UDP 2147483648 192.0.2.1 1 typ host", CandidateError::BAD_PRIORITY},
        {"1 1 UDP -1 192.0.2.1 1 typ host", CandidateError::BAD_PRIORITY},
        {"1 1 UDP 1 19:2 1 typ host", CandidateError::BAD_ADDRESS},
        {"1 1 UDP 1 192.0.2.1 65536 typ host", CandidateError::BAD_PORT},
        {"1 1 UDP 1 192.0.2.1 1 type host", CandidateError::BAD_TYPE},
        {"1 1 UDP 1 192.0.2.1 1 typ srflx", CandidateError::BAD_RELATED},
        {"1 1 UDP 1 192.0.2.1 1 typ srflx raddr 10.0.0.1", CandidateError::BAD_RELATED},
        {"1 1 UDP 1 192.0.2.1 1 typ srflx raddr x rport 1", CandidateError::BAD_RELATED},
        {"1 1 UDP 1 192.0.2.1 1 typ srflx raddr 10.0.0.1 rport x", CandidateError::BAD_RELATED},
        {"1 1 UDP 1 192.0.2.1 1 typ host generation", CandidateError::BAD_EXTENSION},
        {"1 1 UDP 1 192.0.2.1 1 typ host ", CandidateError::BAD_EXTENSION},
        {"1 1 SCTP 1 192.0.2.1 1 typ host", CandidateError::UNSUPPORTED},
        {"1 1 TCP 1 192.0.2.1 1 typ host", CandidateError::UNSUPPORTED},
        {"1 1 TCP 1 192.0.2.1 1 typ host tcptype maybe", CandidateError::UNSUPPORTED},
        {"1 1 UDP 1 a1b2.local 1 typ host", CandidateError::UNSUPPORTED},
        {"1 1 UDP 1 192.0.2.1 1 typ strange", CandidateError::UNSUPPORTED},
    };
    for (const Row& row : rows)
    {
        const auto candidate = Candidate::Parse(row.line);
        ASSERT_FALSE(candidate) << row.line;
        EXPECT_EQ(candidate.Error(), row.error) << row.line << ": " << ToString(candidate.Error());
    }
}

TEST(IceCandidateTest, UnknownExtensionsAndCaseAreIgnored)
{
    const auto candidate =
        Candidate::Parse("1 1 udp 5 192.0.2.1 7 typ host generation 0 network-cost 50");
    ASSERT_TRUE(candidate);
    EXPECT_EQ(candidate->ToSdp(), "1 1 UDP 5 192.0.2.1 7 typ host");
}

TEST(IceCandidateTest, EveryCutIsAnErrorOrAnotherCandidate)
{
    const std::string line =
        "4 1 TCP 1688207359 192.0.2.3 9 typ srflx raddr 10.0.1.1 rport 9 tcptype active";
    for (std::size_t size = 0; size < line.size(); ++size)
    {
        EXPECT_FALSE(Candidate::Parse(line.substr(0, size))) << size;
    }
}

TEST(IceCandidateTest, PrioritiesAreThoseOfTheStandard)
{
    const TypePreferences preferences;
    const auto udp = CandidateTransport::UDP;
    EXPECT_EQ(ComputePriority(preferences.Of(CandidateType::HOST, udp), 65535, 1), 2130706431U);
    EXPECT_EQ(ComputePriority(preferences.Of(CandidateType::HOST, udp), 65535, 2), 2130706430U);
    EXPECT_EQ(ComputePriority(preferences.Of(CandidateType::SERVER_REFLEXIVE, udp), 65535, 1),
              1694498815U);
    EXPECT_EQ(ComputePriority(preferences.Of(CandidateType::PEER_REFLEXIVE, udp), 65535, 1),
              1862270975U);
    EXPECT_EQ(ComputePriority(preferences.Of(CandidateType::RELAYED, udp), 65535, 1), 16777215U);
    // RFC 8445 6.1.2.3: 2^32 * MIN + 2 * MAX + (G > D)
    EXPECT_EQ(PairPriority(5, 3), (uint64_t{3} << 32) + 10 + 1);
    EXPECT_EQ(PairPriority(3, 5), (uint64_t{3} << 32) + 10);
}

TEST(IceCandidateTest, DirectionsOfTcpArePreferredAsRfc6544Says)
{
    using T = CandidateTransport;
    using Type = CandidateType;

    struct Row
    {
        T transport;
        Type type;
        unsigned direction;
    };

    for (const Row& row : std::vector<Row>{{T::TCP_ACTIVE, Type::HOST, 6},
                                           {T::TCP_PASSIVE, Type::HOST, 4},
                                           {T::TCP_SIMULTANEOUS_OPEN, Type::HOST, 2},
                                           {T::TCP_ACTIVE, Type::RELAYED, 6},
                                           {T::TCP_ACTIVE, Type::SERVER_REFLEXIVE, 4},
                                           {T::TCP_PASSIVE, Type::SERVER_REFLEXIVE, 2},
                                           {T::TCP_SIMULTANEOUS_OPEN, Type::PEER_REFLEXIVE, 6}})
    {
        EXPECT_EQ(TcpLocalPreference(row.transport, row.type, 0xFFFF),
                  (row.direction << 13) + 0x1FFF);
    }
    EXPECT_EQ(TcpLocalPreference(T::UDP, Type::HOST, 1234), 1234);
    // The lines of RFC 6544's appendix C have type preference 126 for TCP too.
    EXPECT_EQ(ComputePriority(126, TcpLocalPreference(T::TCP_ACTIVE, Type::HOST, 8191), 1),
              2128609279U);
}

TEST(IceCandidateTest, WhoPairsWithWhom)
{
    using T = CandidateTransport;
    const std::vector<T> all = {T::UDP, T::TCP_ACTIVE, T::TCP_PASSIVE, T::TCP_SIMULTANEOUS_OPEN};
    const std::set<std::pair<T, T>> wanted = {{T::UDP, T::UDP},
                                              {T::TCP_ACTIVE, T::TCP_PASSIVE},
                                              {T::TCP_PASSIVE, T::TCP_ACTIVE},
                                              {T::TCP_SIMULTANEOUS_OPEN, T::TCP_SIMULTANEOUS_OPEN}};
    for (const T a : all)
    {
        for (const T b : all)
        {
            EXPECT_EQ(CanPair(a, b), wanted.count({a, b}) != 0);
        }
    }
}

const std::string PASSWORD = "asd88fgpdd777uzjYhagZg";

TEST(IceDescriptionTest, ComesBackAsItWas)
{
    Description description;
    description.ufrag = "8hhY";
    description.password = PASSWORD;
    description.options = {"ice2", "rtp+ecn"};
    description.isLite = true;
    description.candidates = {*Candidate::Parse("1 1 UDP 2130706431 203.0.113.141 8998 typ host")};
    const Attributes stream = description.ToStreamAttributes();
    EXPECT_EQ(stream,
              (Attributes{{"ice-pwd", PASSWORD},
                          {"ice-ufrag", "8hhY"},
                          {"ice-options", "ice2 rtp+ecn"},
                          {"candidate", "1 1 UDP 2130706431 203.0.113.141 8998 typ host"}}));
    const auto parsed = Description::Parse(description.ToSessionAttributes(), stream);
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->isLite);
    EXPECT_EQ(parsed->options, description.options);
    EXPECT_EQ(parsed->candidates, description.candidates);
}

TEST(IceDescriptionTest, TheStreamsCredentialsWinOverTheSessions)
{
    const auto parsed =
        Description::Parse({{"ice-ufrag", "aaaa"}, {"ice-pwd", PASSWORD}}, {{"ice-ufrag", "bbbb"}});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->ufrag, "bbbb");
    EXPECT_EQ(parsed->password, PASSWORD);
    EXPECT_FALSE(parsed->isLite);
}

TEST(IceDescriptionTest, BadOnesTable)
{
    const std::pair<std::string, std::string> ufrag{"ice-ufrag", "8hhY"};
    const std::pair<std::string, std::string> password{"ice-pwd", PASSWORD};
    const Attributes flood(65, {"candidate", "1 1 UDP 1 192.0.2.1 1 typ host"});
    Attributes tooMany{ufrag, password};
    tooMany.insert(tooMany.end(), flood.begin(), flood.end());

    struct Row
    {
        Attributes stream;
        DescriptionError error;
    };

    for (const Row& row : std::vector<Row>{
             {{}, DescriptionError::NO_ICE},
             {{{"rtcp-mux", ""}}, DescriptionError::NO_ICE},
             {{password}, DescriptionError::BAD_UFRAG},
             {{{"ice-ufrag", "abc"}, password}, DescriptionError::BAD_UFRAG},
             {{{"ice-ufrag", "ab:cd"}, password}, DescriptionError::BAD_UFRAG},
             {{{"ice-ufrag", std::string(257, 'a')}, password}, DescriptionError::BAD_UFRAG},
             {{ufrag}, DescriptionError::BAD_PASSWORD},
             {{ufrag, {"ice-pwd", "short"}}, DescriptionError::BAD_PASSWORD},
             {{ufrag, password, {"candidate", "nonsense"}}, DescriptionError::BAD_CANDIDATE},
             {tooMany, DescriptionError::TOO_MANY_CANDIDATES}})
    {
        const auto parsed = Description::Parse({}, row.stream);
        ASSERT_FALSE(parsed);
        EXPECT_EQ(parsed.Error(), row.error) << ToString(parsed.Error());
    }
}

TEST(IceDescriptionTest, WhatIsOfNoUseIsLeftOut)
{
    const auto parsed = Description::Parse({},
                                           {{"ice-ufrag", "8hhY"},
                                            {"ice-pwd", PASSWORD},
                                            {"candidate", "1 1 UDP 1 host.local 1 typ host"},
                                            {"candidate", "1 1 UDP 1 192.0.2.1 1 typ host"}});
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->candidates.size(), 1U);
    EXPECT_EQ(parsed->candidates[0].address, At("192.0.2.1:1"));
}

} // namespace
} // namespace imsfw::ice
