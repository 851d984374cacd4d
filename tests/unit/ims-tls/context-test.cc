// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-context.h"

#include "tls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

using testing::HasSubstr;

std::string
ClientError(const ClientConfig& config)
{
    SeededRandom random(1, 1, "context-test");
    const auto context = Context::MakeClient(config, random);
    return context ? "" : context.Error();
}

std::string
ServerError(const ServerConfig& config)
{
    SeededRandom random(1, 1, "context-test");
    const auto context = Context::MakeServer(config, random);
    return context ? "" : context.Error();
}

TEST(ContextTest, ImpossibleSettingsAreErrorsInWords)
{
    ClientConfig unknown;
    unknown.suites = {"TLS_RSA_WITH_NUL_SHA"};
    EXPECT_THAT(ClientError(unknown), HasSubstr("did you mean \"TLS_RSA_WITH_NULL_SHA\""));

    ClientConfig contradiction;
    contradiction.suites = {"TLS_RSA_WITH_NULL_SHA"};
    contradiction.minVersion = "1.3";
    EXPECT_THAT(ClientError(contradiction), HasSubstr("is a suite of TLS 1.2"));

    ClientConfig anchor;
    anchor.trustAnchors = {Pki::Simulation().TrustAnchor(), {1, 2, 3}};
    EXPECT_THAT(ClientError(anchor), HasSubstr("a trust anchor cannot be used"));

    ServerConfig nothing;
    EXPECT_THAT(ServerError(nothing), HasSubstr("private key"));

    ServerConfig garbage;
    garbage.credential = {{{1, 2, 3}}, {4, 5, 6}};
    EXPECT_THAT(ServerError(garbage), HasSubstr("the certificate cannot be used"));

    ServerConfig mismatch;
    mismatch.credential = Pki::Simulation().Issue({"a.example"});
    mismatch.credential.privateKey = Pki::Simulation().Issue({"b.example"}).privateKey;
    EXPECT_THAT(ServerError(mismatch), HasSubstr("the private key cannot be used"));
}

TEST(ContextTest, AVersionWithoutASuiteIsNotOffered)
{
    struct Row
    {
        std::vector<std::string> suites;
        std::string version;
    };

    const Row rows[] = {
        {{"NULL-SHA"}, "TLSv1.2"},
        {{"TLS_CHACHA20_POLY1305_SHA256"}, "TLSv1.3"},
        {{"NULL-SHA", "TLS_CHACHA20_POLY1305_SHA256"}, "TLSv1.3"},
        {{}, "TLSv1.3"},
    };
    for (const auto& row : rows)
    {
        PairOptions options;
        options.clientSuites = row.suites;
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();
        EXPECT_EQ(pair.client.session->GetInfo().version, row.version)
            << testing::PrintToString(row.suites);
    }
}

TEST(ContextTest, TheClientsOrderOfSuitesCounts)
{
    for (const std::string first : {"AES128-SHA", "NULL-SHA"})
    {
        PairOptions options;
        options.clientSuites = {first, first == "NULL-SHA" ? "AES128-SHA" : "NULL-SHA"};
        TlsPair pair(options);
        pair.Handshake();
        ASSERT_TRUE(pair.server.IsEstablished());
        EXPECT_EQ(pair.server.session->GetInfo().isNull, first == "NULL-SHA");
    }
}

TEST(ContextTest, AServerMayRefuseNullSuites)
{
    PairOptions options;
    options.clientSuites = {"NULL-SHA", "AES128-SHA"};
    options.serverSuites = {"AES128-SHA"};
    options.serverMax = "1.2";
    TlsPair pair(options);
    pair.Handshake();
    ASSERT_TRUE(pair.client.IsEstablished());
    EXPECT_EQ(pair.client.session->GetInfo().suite, "TLS_RSA_WITH_AES_128_CBC_SHA");
}

TEST(ContextTest, OneContextServesManySessions)
{
    TlsPair pair;
    pair.Handshake();
    for (int i = 0; i < 3; ++i)
    {
        pair.client.session = std::make_unique<TlsSession>(
            pair.client.context, *pair.client.random, "pcscf.ims.example");
        pair.server.session =
            std::make_unique<TlsSession>(pair.server.context, *pair.server.random, "");
        pair.client.events.clear();
        pair.Handshake();
        EXPECT_TRUE(pair.client.IsEstablished());
        EXPECT_FALSE(pair.client.session->GetInfo().isResumed);
    }
}

} // namespace
} // namespace imsfw::tls
