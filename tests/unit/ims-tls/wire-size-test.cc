// SPDX-License-Identifier: GPL-2.0-only
// Sizes on the wire against the formulas of the RFCs and against figures measured with OpenSSL's own programs
// (RSA-2048, tickets on): what the bytes-by-layer figures of an experiment rest on.
#include "tls-pair.h"

#include "ims-tls-suites.h"

#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

constexpr std::size_t
RoundUpTo16(std::size_t size)
{
    return (size + 15) / 16 * 16;
}

struct RecordRow
{
    std::string suite;
    std::size_t (*onWire)(std::size_t n);
};

const RecordRow RECORDS[] = {
    // RFC 5246 6.2.3.1: header, content, MAC.
    {"TLS_RSA_WITH_NULL_SHA", [](std::size_t n) { return 5 + n + 20; }},
    {"TLS_ECDHE_RSA_WITH_NULL_SHA", [](std::size_t n) { return 5 + n + 20; }},
    {"TLS_RSA_WITH_NULL_SHA256", [](std::size_t n) { return 5 + n + 32; }},
    // RFC 7366 3, encrypt-then-MAC: header, IV, padded content, MAC.
    {"TLS_RSA_WITH_AES_128_CBC_SHA",
     [](std::size_t n) { return 5 + 16 + RoundUpTo16(n + 1) + 20; }},
    {"TLS_RSA_WITH_AES_256_CBC_SHA",
     [](std::size_t n) { return 5 + 16 + RoundUpTo16(n + 1) + 20; }},
    {"TLS_RSA_WITH_AES_128_CBC_SHA256",
     [](std::size_t n) { return 5 + 16 + RoundUpTo16(n + 1) + 32; }},
    // RFC 5288 3: header, explicit nonce, content, tag.
    {"TLS_RSA_WITH_AES_128_GCM_SHA256", [](std::size_t n) { return 5 + 8 + n + 16; }},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", [](std::size_t n) { return 5 + 8 + n + 16; }},
    // RFC 7905 2: no explicit nonce.
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", [](std::size_t n) { return 5 + n + 16; }},
    // RFC 8446 5.2: header, content, content type, tag.
    {"TLS_AES_128_GCM_SHA256", [](std::size_t n) { return 5 + n + 1 + 16; }},
    {"TLS_AES_256_GCM_SHA384", [](std::size_t n) { return 5 + n + 1 + 16; }},
    {"TLS_CHACHA20_POLY1305_SHA256", [](std::size_t n) { return 5 + n + 1 + 16; }},
};

TEST(WireSizeTest, RecordsAreAsLongAsTheirFormulas)
{
    for (const auto& row : RECORDS)
    {
        PairOptions options;
        options.clientSuites = {row.suite};
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished()) << row.suite;
        for (const std::size_t n : {1, 14, 15, 16, 17, 31, 32, 100, 176, 1000, 1400, 16384})
        {
            pair.client.session->Write(pair.now, Bytes(n, 'v'));
            pair.Pump();
            EXPECT_EQ(pair.client.flights.back().size(), row.onWire(n)) << row.suite << " " << n;
            EXPECT_LE(row.onWire(n), pair.client.session->MaxExpansion(n));
        }
    }
}

/// @return the record's size by what the suite's name says of its protection; nothing for a name of another kind.
std::optional<std::size_t>
FormulaOf(const Suite& suite, std::size_t n)
{
    const auto has = [&](const char* part)
    { return suite.ianaName.find(part) != std::string::npos; };
    const std::size_t mac = has("SHA384") ? 48 : (has("SHA256") ? 32 : (has("MD5") ? 16 : 20));
    const std::size_t tag = has("CCM_8") ? 8 : 16; // RFC 6655 3
    if (suite.isTls13)
    {
        return 5 + n + 1 + tag;
    }
    if (has("NULL"))
    {
        return 5 + n + mac;
    }
    if (has("CHACHA20"))
    {
        return 5 + n + tag;
    }
    if (has("GCM") || has("CCM")) // RFC 5288 3, 6655 3, 6209 2.2: explicit nonce of eight bytes
    {
        return 5 + 8 + n + tag;
    }
    if (has("3DES"))
    {
        return 5 + 8 + (n + 1 + 7) / 8 * 8 + mac;
    }
    return has("CBC") ? std::optional(5 + 16 + RoundUpTo16(n + 1) + mac) : std::nullopt;
}

TEST(WireSizeTest, EverySuiteFollowsTheFormulaOfItsKind)
{
    for (const auto& suite : AllSuites())
    {
        PairOptions options;
        options.clientSuites = {suite.ianaName};
        const bool isEcdsa = suite.ianaName.find("ECDSA") != std::string::npos;
        options.keyKind = isEcdsa ? KeyKind::EC_P256 : KeyKind::RSA_2048;
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished()) << suite.ianaName << pair.client.Failure();
        for (const std::size_t n : {1, 15, 16, 176, 1400})
        {
            pair.client.session->Write(pair.now, Bytes(n, 'v'));
            pair.Pump();
            const auto formula = FormulaOf(suite, n);
            ASSERT_TRUE(formula) << suite.ianaName;
            EXPECT_EQ(pair.client.flights.back().size(), *formula) << suite.ianaName << " " << n;
        }
    }
}

struct FlightRow
{
    std::string suite;
    std::size_t clientSecond; ///< key exchange, ChangeCipherSpec, Finished
    std::size_t serverSecond; ///< ticket, ChangeCipherSpec, Finished; TLS 1.3: two tickets
    std::size_t
        serverMore; ///< what the first flight is longer than AES128-SHA's with the same certificate
};

const FlightRow FLIGHTS[] = {
    // OpenSSL's own s_server has 16 bytes more in the ticket (270, 238, 242): what a ticket holds is the server's affair.
    {"AES128-SHA", 346, 254, 0},
    {"NULL-SHA", 314, 222, 0},
    {"ECDHE-RSA-AES128-GCM-SHA256", 93, 226, 309},
};

std::vector<std::size_t>
ServerFlights(const std::string& suite)
{
    PairOptions options;
    options.clientSuites = {suite};
    TlsPair pair(options);
    pair.Handshake();
    return pair.server.FlightSizes();
}

TEST(WireSizeTest, HandshakeFlightsOfTls12)
{
    const std::size_t base = ServerFlights("AES128-SHA").front();
    for (const auto& row : FLIGHTS)
    {
        PairOptions options;
        options.clientSuites = {row.suite};
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_EQ(pair.client.flights.size(), 2U);
        ASSERT_EQ(pair.server.flights.size(), 2U);
        EXPECT_EQ(pair.client.flights[1].size(), row.clientSecond) << row.suite;
        EXPECT_EQ(pair.server.flights[1].size(), row.serverSecond) << row.suite;
        EXPECT_EQ(pair.server.flights[0].size(), base + row.serverMore) << row.suite;
    }
}

TEST(WireSizeTest, HandshakeFlightsOfTls13)
{
    PairOptions options;
    options.clientSuites = {"TLS_AES_256_GCM_SHA384"};
    TlsPair pair(options);
    pair.Handshake();
    ASSERT_EQ(pair.client.flights.size(), 2U);
    ASSERT_EQ(pair.server.flights.size(), 2U);
    EXPECT_EQ(pair.client.flights[1].size(), 80U);
    EXPECT_EQ(pair.server.flights[1].size(), 510U);
}

TEST(WireSizeTest, FlightsAreAsLongWithAnySeed)
{
    for (const char* suite :
         {"NULL-SHA", "AES128-SHA", "ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_128_GCM_SHA256"})
    {
        PairOptions options;
        options.clientSuites = {suite};
        TlsPair first(options);
        first.Handshake();
        options.clientSeed = 12;
        options.serverSeed = 13;
        TlsPair second(options);
        second.Handshake();
        EXPECT_EQ(first.client.FlightSizes(), second.client.FlightSizes()) << suite;
        EXPECT_EQ(first.server.FlightSizes(), second.server.FlightSizes()) << suite;
    }
}

} // namespace
} // namespace imsfw::tls
