// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-options.h"

#include "tls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::tls
{
namespace
{

using testing::HasSubstr;
using testing::StartsWith;

const std::string CBC = "TLS_RSA_WITH_AES_128_CBC_SHA";
const std::string ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
const std::string ECDSA = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

bool
Contains(const Bytes& bytes, std::string_view text)
{
    return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

/// The lengths of the records in @p flight, without their headers.
std::vector<std::size_t>
RecordSizes(const Bytes& flight)
{
    std::vector<std::size_t> sizes;
    for (std::size_t at = 0; at + 5 <= flight.size(); at += 5 + sizes.back())
    {
        sizes.push_back(static_cast<std::size_t>(flight[at + 3] << 8 | flight[at + 4]));
    }
    return sizes;
}

TEST(OptionsTest, EveryGroupIsAgreedOnByItsName)
{
    for (const auto& group : AllGroups())
    {
        const bool isTls13Only = group.find("ffdhe") == 0;
        for (const std::string version : {"1.2", "1.3"})
        {
            PairOptions options;
            options.clientOptions.groups = {group};
            options.clientMax = version;
            if (version == "1.2")
            {
                options.clientSuites = {ECDHE};
            }
            TlsPair pair(options);
            pair.Handshake();
            if (version == "1.2" && isTls13Only)
            {
                EXPECT_FALSE(pair.client.IsEstablished()) << group;
                continue;
            }
            ASSERT_TRUE(pair.client.IsEstablished()) << group << " " << pair.client.Failure();
            EXPECT_EQ(pair.client.session->GetInfo().group, group) << version;
        }
    }
}

TEST(OptionsTest, AServerThatWantsAnotherGroupAsksAgain)
{
    PairOptions options;
    options.clientOptions.groups = {"x25519", "secp384r1"};
    options.serverOptions.groups = {"secp384r1"};
    TlsPair pair(options);
    pair.Handshake();
    ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
    EXPECT_EQ(pair.client.session->GetInfo().group, "secp384r1");
    EXPECT_EQ(pair.client.flights.size(), 3U); // two ClientHellos and the Finished

    options.serverOptions.groups = {"secp521r1"};
    TlsPair apart(options);
    apart.Handshake();
    EXPECT_THAT(apart.client.Failure(), HasSubstr("alert-received: handshake_failure"));
}

TEST(OptionsTest, BadGroupsAndProtocolNamesAreErrorsInWords)
{
    EXPECT_EQ(CheckGroups({"x25519", "secp256r1"}), std::nullopt);
    EXPECT_THAT(*CheckGroups({"x25518"}), HasSubstr("did you mean \"x25519\""));
    EXPECT_EQ(CheckAlpn({"sip/2", std::string(255, 'a')}), std::nullopt);
    EXPECT_THAT(*CheckAlpn({""}), HasSubstr("1 to 255 bytes"));
    EXPECT_THAT(*CheckAlpn({std::string(256, 'a')}), HasSubstr("1 to 255 bytes"));
    EXPECT_THAT(*CheckAlpn(std::vector<std::string>(300, std::string(255, 'a'))),
                HasSubstr("too many"));

    PairOptions options;
    options.clientOptions.recordSize = 511;
    EXPECT_THROW(TlsPair{options}, std::invalid_argument);
    options.clientOptions.recordSize = MAX_RECORD_SIZE + 1;
    EXPECT_THROW(TlsPair{options}, std::invalid_argument);
}

TEST(OptionsTest, AlpnIsTheFirstOfTheClientsThatTheServerSpeaks)
{
    struct Row
    {
        std::vector<std::string> client;
        std::vector<std::string> server;
        std::string agreed;
        std::string failure;
    };

    const Row rows[] = {
        {{"sip/2"}, {"sip/2"}, "sip/2", ""},
        {{"h2", "http/1.1"}, {"http/1.1", "h2"}, "h2", ""},
        {{"h2", "stun.turn"}, {"stun.turn"}, "stun.turn", ""},
        {{"sip/2"}, {}, "", ""},
        {{}, {"sip/2"}, "", ""},
        {{"h2"}, {"sip/2"}, "", "tls alert-received: no_application_protocol"},
    };
    for (const auto& row : rows)
    {
        PairOptions options;
        options.clientOptions.alpn = row.client;
        options.serverOptions.alpn = row.server;
        TlsPair pair(options);
        pair.Handshake();
        EXPECT_EQ(pair.client.Failure(), row.failure);
        EXPECT_EQ(pair.client.IsEstablished(), row.failure.empty());
        EXPECT_EQ(pair.client.session->GetInfo().alpn, row.agreed);
    }
}

TEST(OptionsTest, TheSniMayDifferFromTheNameThatIsVerified)
{
    PairOptions options;
    options.sni = "www.example.com";
    TlsPair pair(options);
    pair.Handshake();
    ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
    EXPECT_TRUE(Contains(pair.client.flights.front(), "www.example.com"));
    EXPECT_FALSE(Contains(pair.client.flights.front(), "pcscf.ims.example"));

    options.certificateNames = {"www.example.com"};
    TlsPair wrong(options);
    wrong.Handshake();
    EXPECT_THAT(wrong.client.Failure(), StartsWith("tls certificate-verify-failed"));
}

TEST(OptionsTest, WithoutEncryptThenMacARecordIsPaddedWithItsMac)
{
    // RFC 7366 3: the MAC comes after the padded text, so that a text may need one block more.
    for (const bool isOn : {true, false})
    {
        PairOptions options;
        options.clientSuites = {CBC};
        options.clientOptions.encryptThenMac = isOn;
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished());
        pair.client.session->Write(pair.now, Bytes(176, 'x'));
        EXPECT_EQ(pair.client.session->PollTransmit()->size(),
                  isOn ? 5U + 16 + 192 + 20 : 5U + 16 + 208);
    }
}

TEST(OptionsTest, RecordsKeepToTheirSize)
{
    for (const std::size_t size : {512U, 1024U, 1400U, 4096U, 16384U})
    {
        PairOptions options;
        options.clientSuites = {"TLS_RSA_WITH_NULL_SHA"};
        options.clientOptions.recordSize = size;
        options.serverOptions.recordSize = size;
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
        const Bytes data(5000, 'x');
        const std::size_t most = pair.client.session->MaxExpansion(data.size());
        pair.client.session->Write(pair.now, data);
        const Bytes sent = *pair.client.session->PollTransmit();
        EXPECT_LE(sent.size(), most);
        const auto records = RecordSizes(sent);
        EXPECT_EQ(records.size(), (data.size() + size - 1) / size);
        EXPECT_EQ(records.front(), std::min(size, data.size()) + 20); // SHA-1
        pair.server.session->HandleInput(pair.now, sent);
        pair.Pump();
        EXPECT_EQ(pair.server.received, data);
    }
}

TEST(OptionsTest, AServerKeepsToTheRecordSizeThatTheClientAsksFor)
{
    PairOptions options;
    options.clientSuites = {"TLS_RSA_WITH_NULL_SHA"};
    options.clientOptions.recordSize = 512; // RFC 6066 4 has a code for it
    TlsPair pair(options);
    pair.Handshake();
    ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
    pair.server.session->Write(pair.now, Bytes(1024, 'x'));
    EXPECT_EQ(RecordSizes(*pair.server.session->PollTransmit()),
              (std::vector<std::size_t>{532, 532}));
}

TEST(OptionsTest, AClientHelloIsFilledToItsSize)
{
    for (const std::string version : {"1.2", "1.3"})
    {
        std::size_t plain = 0;
        for (const std::size_t size : {0U, 100U, 1500U, 1800U, 9000U})
        {
            PairOptions options;
            options.clientMax = version;
            options.helloSize = size;
            TlsPair pair(options);
            pair.Handshake();
            ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
            const std::size_t sent = pair.client.flights.front().size();
            plain = size == 0 ? sent : plain;
            EXPECT_EQ(sent, std::max(size, plain)) << version;
        }
    }
}

TEST(OptionsTest, AHelloThatLacksLessThanAnExtensionGetsTheSmallestThereIs)
{
    PairOptions options;
    TlsPair plain(options);
    plain.Handshake();
    const std::size_t size = plain.client.flights.front().size();
    for (std::size_t missing = 1; missing <= 6; ++missing)
    {
        options.helloSize = size + missing;
        TlsPair pair(options);
        pair.Handshake();
        EXPECT_EQ(pair.client.flights.front().size(), size + std::max<std::size_t>(missing, 5));
    }
}

TEST(OptionsTest, CertificatesOfEveryKindAndChainAreVerified)
{
    const struct
    {
        KeyKind kind;
        std::string suite;
        std::string misfit;
    } rows[] = {
        {KeyKind::RSA_2048, ECDHE, ECDSA},
        {KeyKind::RSA_3072, ECDHE, ECDSA},
        {KeyKind::EC_P256, ECDSA, ECDHE},
        {KeyKind::ED25519, ECDSA, ECDHE},
    };

    for (const auto& row : rows)
    {
        std::size_t before = 0;
        for (unsigned intermediates = 0; intermediates <= MAX_INTERMEDIATES; ++intermediates)
        {
            PairOptions options;
            options.keyKind = row.kind;
            options.intermediates = intermediates;
            options.clientSuites = {row.suite};
            TlsPair pair(options);
            pair.Handshake();
            ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
            const std::size_t flight = pair.server.flights.front().size();
            EXPECT_GT(flight, before + (intermediates > 0 ? 300 : 0));
            before = flight;
        }
        EXPECT_EQ(CheckCertificate(row.kind, {row.suite}), std::nullopt);
        EXPECT_EQ(CheckCertificate(row.kind, {}), std::nullopt);
        EXPECT_EQ(CheckCertificate(row.kind, {row.misfit, "TLS_AES_128_GCM_SHA256"}), std::nullopt);
        EXPECT_THAT(CheckCertificate(row.kind, {row.misfit}).value_or(""), HasSubstr("fits none"));
        PairOptions options;
        options.keyKind = row.kind;
        options.clientSuites = {row.misfit};
        TlsPair pair(options);
        pair.Handshake();
        EXPECT_THAT(pair.client.Failure(), HasSubstr("handshake_failure"));
    }
}

TEST(OptionsTest, AServerThatWantsACertificateGetsOneOrRefuses)
{
    const auto& pki = Pki::Simulation();
    for (const std::string version : {"1.2", "1.3"})
    {
        PairOptions options;
        options.clientMax = version;
        options.clientTrustAnchors = {pki.TrustAnchor()};
        options.clientCredential = pki.Issue({"ue.ims.test"}, KeyKind::RSA_2048, 1, Usage::CLIENT);
        TlsPair good(options);
        good.Handshake();
        EXPECT_TRUE(good.server.IsEstablished()) << good.server.Failure();

        options.clientCredential = pki.Issue({"ue.ims.test"}); // for servers
        TlsPair wrongUse(options);
        wrongUse.Handshake();
        EXPECT_THAT(wrongUse.server.Failure(), HasSubstr("certificate-verify-failed"));

        options.clientCredential.reset();
        TlsPair without(options);
        without.Handshake();
        EXPECT_FALSE(without.server.IsEstablished());
        EXPECT_THAT(without.server.Failure(), HasSubstr("alert-sent"));
        EXPECT_THAT(without.client.Failure(), HasSubstr("alert-received"));
    }
}

} // namespace
} // namespace imsfw::tls
