// SPDX-License-Identifier: GPL-2.0-only
// WorkMeter: what each end computes in each kind of handshake, and for the records after it.
#include "ims-tls-key-shares.h"
#include "ims-tls-openssl.h"
#include "ims-tls-work-meter.h"
#include "tls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

/// @return "operation xN" for all but messages and records, whose number depends on how OpenSSL packs them.
std::vector<std::string>
Asymmetric(const WorkList& list)
{
    std::vector<std::string> out;
    for (const auto& work : list)
    {
        const bool isCounted = work.operation.rfind("message/", 0) != 0 &&
                               work.operation.rfind("seal/", 0) != 0 &&
                               work.operation.rfind("open/", 0) != 0;
        if (isCounted)
        {
            out.push_back(work.operation + " x" + std::to_string(work.times));
        }
    }
    return out;
}

uint64_t
TimesOf(const WorkList& list, const std::string& operation)
{
    for (const auto& work : list)
    {
        if (work.operation == operation)
        {
            return work.times;
        }
    }
    return 0;
}

struct Metered : TlsPair
{
    explicit Metered(PairOptions options) : TlsPair(std::move(options))
    {
        client.session->MeterWork();
        server.session->MeterWork();
        Handshake();
    }
};

struct Row
{
    const char* suite;
    KeyKind key;
    std::vector<std::string> client;
    std::vector<std::string> server;
};

const std::vector<Row> ROWS{
    {"TLS_AES_128_GCM_SHA256",
     KeyKind::RSA_2048,
     {"session x1",
      "schedule/client x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "certificate/rsa-2048 x1",
      "verify/rsa-2048 x1"},
     {"session x1",
      "schedule/server x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "sign/rsa-2048 x1"}},
    {"TLS_AES_256_GCM_SHA384",
     KeyKind::EC_P256,
     {"session x1",
      "schedule/client x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "certificate/rsa-2048 x1", // the simulation's CA signs with RSA
      "verify/secp256r1 x1"},
     {"session x1",
      "schedule/server x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "sign/secp256r1 x1"}},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
     KeyKind::RSA_2048,
     {"session x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "certificate/rsa-2048 x1",
      "verify/rsa-2048 x1"},
     {"session x1", "keygen/x25519 x1", "derive/x25519 x1", "sign/rsa-2048 x1"}},
    {"TLS_ECDHE_ECDSA_WITH_NULL_SHA",
     KeyKind::EC_P256,
     {"session x1",
      "keygen/x25519 x1",
      "derive/x25519 x1",
      "certificate/rsa-2048 x1",
      "verify/secp256r1 x1"},
     {"session x1", "keygen/x25519 x1", "derive/x25519 x1", "sign/secp256r1 x1"}},
    {"TLS_RSA_WITH_NULL_SHA",
     KeyKind::RSA_2048,
     {"session x1", "certificate/rsa-2048 x1", "encrypt/rsa-2048 x1"},
     {"session x1", "decrypt/rsa-2048 x1"}},
    {"TLS_RSA_WITH_AES_128_CBC_SHA",
     KeyKind::RSA_2048,
     {"session x1", "certificate/rsa-2048 x1", "encrypt/rsa-2048 x1"},
     {"session x1", "decrypt/rsa-2048 x1"}},
};

PairOptions
OptionsOf(const Row& row)
{
    PairOptions options;
    options.clientSuites = {row.suite};
    options.keyKind = row.key;
    return options;
}

TEST(WorkMeterTest, TellsWhatAHandshakeTakes)
{
    for (const auto& row : ROWS)
    {
        Metered pair(OptionsOf(row));
        ASSERT_TRUE(pair.client.IsEstablished()) << row.suite << pair.client.Failure();
        EXPECT_THAT(Asymmetric(pair.client.session->TakeWork()),
                    UnorderedElementsAreArray(row.client))
            << row.suite;
        EXPECT_THAT(Asymmetric(pair.server.session->TakeWork()),
                    UnorderedElementsAreArray(row.server))
            << row.suite;
    }
}

TEST(WorkMeterTest, TellsItFlightByFlight)
{
    PairOptions options;
    options.clientSuites = {"TLS_AES_128_GCM_SHA256"};
    TlsPair pair(options);
    pair.client.session->MeterWork();
    pair.server.session->MeterWork();
    pair.Start();
    EXPECT_THAT(Asymmetric(pair.client.session->TakeWork()),
                ElementsAre("session x1", "keygen/x25519 x1"));
    pair.server.session->HandleInput(pair.now, pair.client.Poll());
    EXPECT_THAT(Asymmetric(pair.server.session->TakeWork()),
                UnorderedElementsAreArray({"session x1",
                                           "schedule/server x1",
                                           "keygen/x25519 x1",
                                           "derive/x25519 x1",
                                           "sign/rsa-2048 x1"}));
    pair.client.session->HandleInput(pair.now, pair.server.Poll());
    EXPECT_THAT(Asymmetric(pair.client.session->TakeWork()),
                UnorderedElementsAreArray({"schedule/client x1",
                                           "derive/x25519 x1",
                                           "certificate/rsa-2048 x1",
                                           "verify/rsa-2048 x1"}));
    EXPECT_THAT(pair.client.session->TakeWork(), IsEmpty()) << "nothing is told twice";
}

TEST(WorkMeterTest, CountsProtectedRecordsAndTheirBytes)
{
    struct Record
    {
        const char* suite;
        const char* cipher;
        std::size_t overhead; // of a record's content: standards' formulas, see wire-size-test
    };

    const std::vector<Record> rows{
        {"TLS_AES_128_GCM_SHA256", "AES_128_GCM_SHA256", 1 + 16},
        {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "AES_128_GCM_SHA256", 8 + 16},
        {"TLS_RSA_WITH_NULL_SHA", "NULL_SHA", 20},
    };
    for (const auto& row : rows)
    {
        PairOptions options;
        options.clientSuites = {row.suite};
        Metered pair(options);
        pair.client.session->TakeWork();
        pair.server.session->TakeWork();
        pair.Send(pair.client, std::string(1000, 'x'));
        const auto sent = pair.client.session->TakeWork();
        const auto received = pair.server.session->TakeWork();
        ASSERT_EQ(sent.size(), 1U) << row.suite;
        EXPECT_EQ(sent[0].operation, "seal/" + std::string(row.cipher));
        EXPECT_EQ(sent[0].times, 1U);
        EXPECT_EQ(sent[0].bytes, 1000 + row.overhead) << row.suite;
        ASSERT_EQ(received.size(), 1U) << row.suite;
        EXPECT_EQ(received[0].operation, "open/" + std::string(row.cipher));
        EXPECT_EQ(received[0].bytes, sent[0].bytes);
        pair.Send(pair.server, std::string(40000, 'y'));
        EXPECT_EQ(TimesOf(pair.server.session->TakeWork(), "seal/" + std::string(row.cipher)), 3U)
            << "16384 bytes in a record at most";
    }
}

TEST(WorkMeterTest, AFailedHandshakeCostsWhatWasDone)
{
    PairOptions options;
    options.clientSuites = {"TLS_AES_128_GCM_SHA256"};
    options.trustAnchors = std::vector<Bytes>{Pki::Simulation().Issue({"somebody else"}).chain[0]};
    Metered pair(options);
    EXPECT_FALSE(pair.client.IsEstablished());
    const auto work = Asymmetric(pair.client.session->TakeWork());
    EXPECT_THAT(work, testing::Contains("derive/x25519 x1"));
    EXPECT_THAT(work, testing::Not(testing::Contains("verify/rsa-2048 x1")));
}

TEST(WorkMeterTest, WithoutItNothingIsCounted)
{
    TlsPair pair;
    pair.Handshake();
    EXPECT_THAT(pair.client.session->TakeWork(), IsEmpty());
    EXPECT_THAT(pair.server.session->TakeWork(), IsEmpty());
}

TEST(WorkNamesTest, GroupsAndCiphersByTheirIanaNames)
{
    EXPECT_EQ(GroupName(23), "secp256r1");
    EXPECT_EQ(GroupName(29), "x25519");
    EXPECT_EQ(GroupName(256), "ffdhe2048");
    EXPECT_EQ(GroupName(0x2a2a), "group-10794");
    EXPECT_EQ(CipherOf("TLS_RSA_WITH_NULL_SHA"), "NULL_SHA");
    EXPECT_EQ(CipherOf("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"), "AES_128_CCM_8");
    EXPECT_EQ(CipherOf("TLS_CHACHA20_POLY1305_SHA256"), "CHACHA20_POLY1305_SHA256");
    EXPECT_EQ(CipherOf("odd"), "odd");
}

TEST(WorkNamesTest, KeysByAlgorithmAndSize)
{
    EXPECT_EQ(KeyName(nullptr), "unknown");
    const std::vector<std::pair<KeyKind, std::string>> rows{{KeyKind::RSA_2048, "rsa-2048"},
                                                            {KeyKind::EC_P256, "secp256r1"}};
    for (const auto& [kind, name] : rows)
    {
        const auto key = PrivateKeyFromDer(Pki::Simulation().Issue({"a"}, kind).privateKey);
        EXPECT_EQ(KeyName(key.get()), name);
    }
    const PkeyPtr ed25519(
        EVP_PKEY_new_raw_private_key_ex(Library(), "ED25519", nullptr, Bytes(32, 7).data(), 32));
    EXPECT_EQ(KeyName(ed25519.get()), "ed25519");
}

/// A hello's body: version, random, no session id, @p middle, then extensions.
Bytes
Hello(const Bytes& middle, const Bytes& extensions)
{
    ByteWriter writer;
    writer.Zeros(34);
    writer.U8(0);
    writer.Put(middle);
    writer.U16(static_cast<uint16_t>(extensions.size()));
    writer.Put(extensions);
    return writer.Finish();
}

const Bytes CLIENT_MIDDLE{0, 2, 0x13, 0x01, 1, 0};
const Bytes SERVER_MIDDLE{0x13, 0x01, 0};

TEST(KeySharesTest, OfAClientHello)
{
    const Bytes two{0, 0,  0, 1,  9, // another extension
                    0, 51, 0, 13, 0, 11, 0, 29, 0, 2, 1, 2, 0, 23, 0, 1, 3};
    EXPECT_THAT(ClientShares(Hello(CLIENT_MIDDLE, two)), ElementsAre(29, 23));
    EXPECT_THAT(ClientShares(Hello(CLIENT_MIDDLE, {})), IsEmpty());
    EXPECT_THAT(ClientShares(Hello(CLIENT_MIDDLE, {0, 51, 0, 2, 0, 0})), IsEmpty());
}

TEST(KeySharesTest, OfAServerHello)
{
    EXPECT_THAT(ServerShare(Hello(SERVER_MIDDLE, {0, 51, 0, 5, 0, 29, 0, 1, 7})), ElementsAre(29));
    EXPECT_THAT(ServerShare(Hello(SERVER_MIDDLE, {0, 51, 0, 2, 0, 23})), IsEmpty())
        << "a HelloRetryRequest";
    EXPECT_THAT(ServerShare(Hello(SERVER_MIDDLE, {})), IsEmpty()) << "TLS 1.2";
}

TEST(KeySharesTest, TheVersionThatAServerHelloChooses)
{
    EXPECT_TRUE(ChoosesTls13(Hello(SERVER_MIDDLE, {0, 43, 0, 2, 3, 4})));
    EXPECT_FALSE(ChoosesTls13(Hello(SERVER_MIDDLE, {0, 43, 0, 2, 3, 3})));
    EXPECT_FALSE(ChoosesTls13(Hello(SERVER_MIDDLE, {0, 43, 0, 1, 3})));
    EXPECT_FALSE(ChoosesTls13(Hello(SERVER_MIDDLE, {})));
    EXPECT_FALSE(ChoosesTls13(Bytes{3, 3}));
}

TEST(KeySharesTest, CutAnywhereTheyAreNoneOrFewer)
{
    const Bytes client =
        Hello(CLIENT_MIDDLE, {0, 51, 0, 12, 0, 10, 0, 29, 0, 2, 1, 2, 0, 23, 0, 0});
    const Bytes server = Hello(SERVER_MIDDLE, {0, 51, 0, 5, 0, 29, 0, 1, 7});
    for (std::size_t size = 0; size < client.size(); ++size)
    {
        EXPECT_LE(ClientShares(ByteView(client).Sub(0, size)).size(), 2U);
    }
    for (std::size_t size = 0; size < server.size(); ++size)
    {
        EXPECT_LE(ServerShare(ByteView(server).Sub(0, size)).size(), 1U);
    }
}

TEST(KeySharesTest, OfAServerKeyExchange)
{
    EXPECT_EQ(CurveOf(Bytes{3, 0, 23, 65}), "secp256r1");
    EXPECT_EQ(CurveOf(Bytes{1, 0, 23}), "unknown");
    EXPECT_EQ(CurveOf(Bytes{3, 0}), "unknown");
    ByteWriter dh;
    dh.U16(256);
    dh.Zeros(256);
    EXPECT_EQ(FiniteFieldOf(dh.Finish()), "ffdhe2048");
    EXPECT_EQ(FiniteFieldOf(Bytes{1}), "unknown");
}

} // namespace
} // namespace imsfw::tls
