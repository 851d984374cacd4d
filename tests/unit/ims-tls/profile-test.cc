// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-profile.h"

#include "tls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::tls
{
namespace
{

using testing::HasSubstr;

PairOptions
OptionsOf(const std::string& client, const std::string& server, KeyKind kind)
{
    const Profile& ours = *FindProfile(client);
    const Profile& theirs = *FindProfile(server);
    PairOptions options;
    options.keyKind = kind;
    options.clientSuites = ours.suites;
    options.clientMin = ours.minVersion;
    options.clientMax = ours.maxVersion;
    options.clientOptions.groups = ours.groups;
    options.serverSuites = theirs.suites;
    options.serverMin = theirs.minVersion;
    options.serverMax = theirs.maxVersion;
    options.serverOptions.groups = theirs.groups;
    return options;
}

TEST(ProfileTest, EachAgreesWithItselfByEveryCertificate)
{
    for (const std::string name : {"2012", "current"})
    {
        for (const auto kind :
             {KeyKind::RSA_2048, KeyKind::RSA_3072, KeyKind::EC_P256, KeyKind::ED25519})
        {
            TlsPair pair(OptionsOf(name, name, kind));
            pair.Handshake();
            ASSERT_TRUE(pair.client.IsEstablished()) << name << " " << pair.client.Failure();
            EXPECT_EQ(pair.client.session->GetInfo().version,
                      name == "2012" ? "TLSv1.2" : "TLSv1.3");
        }
    }
    EXPECT_EQ(FindProfile("1999"), nullptr);
}

TEST(ProfileTest, OfTheTwoNeitherAcceptsTheOther)
{
    for (const auto& [client, server] :
         {std::pair<std::string, std::string>("2012", "current"), {"current", "2012"}})
    {
        TlsPair pair(OptionsOf(client, server, KeyKind::RSA_2048));
        pair.Handshake();
        EXPECT_THAT(pair.client.Failure(), HasSubstr("handshake_failure"));
    }
}

TEST(ProfileTest, TheCurrentOneForbidsNullAndSaysByWhichClause)
{
    const Profile& current = *FindProfile("current");
    const Profile& then = *FindProfile("2012");
    EXPECT_THAT(WhyForbidden(current, "NULL-SHA").value_or(""),
                HasSubstr("forbids TLS_RSA_WITH_NULL_SHA: 4.1: \"Implementations MUST NOT"));
    EXPECT_THAT(WhyForbidden(current, "AES128-SHA").value_or(""), HasSubstr("does not have"));
    EXPECT_EQ(WhyForbidden(current, "TLS_AES_128_GCM_SHA256"), std::nullopt);
    EXPECT_EQ(WhyForbidden(then, "NULL-SHA"), std::nullopt);
    EXPECT_THAT(WhyForbidden(then, "TLS_AES_128_GCM_SHA256").value_or(""),
                HasSubstr("does not have"));

    PairOptions options = OptionsOf("current", "current", KeyKind::RSA_2048);
    options.clientSuites = {"TLS_RSA_WITH_NULL_SHA"};
    options.clientMin = options.clientMax = "1.2";
    TlsPair pair(options);
    pair.Handshake();
    EXPECT_THAT(pair.client.Failure(), HasSubstr("alert-received: handshake_failure"));
}

TEST(ProfileTest, EverySuiteIsOneThatTheOpensslAtHandHas)
{
    for (const std::string name : {"2012", "current"})
    {
        for (const auto& suite : FindProfile(name)->suites)
        {
            const auto found = FindSuite(suite);
            ASSERT_TRUE(found) << found.Error();
            EXPECT_EQ(found->ianaName, suite);
        }
        EXPECT_EQ(CheckGroups(FindProfile(name)->groups), std::nullopt);
    }
}

TEST(ProfileTest, IntegrityOnlySuitesOfTls13AreNamedAsWhatThisOpensslLacks)
{
    for (const std::string name : {"TLS_SHA256_SHA256", "tls_sha384_sha384"})
    {
        const auto found = FindSuite(name);
        if (found) // OpenSSL 3.4 with them built in
        {
            EXPECT_TRUE(found->isTls13 && found->isNull);
            continue;
        }
        EXPECT_THAT(found.Error(), HasSubstr("(RFC 9150) is not in the OpenSSL at hand, 3."));
    }
}

} // namespace
} // namespace imsfw::tls
