// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-loader.h"

#include "data-files.h"
#include "tls-settings.h"

#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// All that was found wrong, as a user reads it.
std::string
Complaint(const Result<Experiment, Diagnostics>& result)
{
    return result ? "" : config::ToString(result.Error());
}

} // namespace

TEST(ExperimentLoaderTest, EveryShippedConfigLoadsAndSurvivesItsOwnYaml)
{
    const std::string directory = DataRoot() + "/scenarios/configs";
    for (const auto& name : YamlNames(directory))
    {
        std::string text;
        ASSERT_TRUE(ReadFile(directory + "/" + name + ".yaml", text));
        if (text.find("\ncolumns:") != std::string::npos)
        {
            continue; // a matrix, see matrix-test.cc
        }
        const auto loaded = LoadExperiment(directory + "/" + name + ".yaml");
        ASSERT_TRUE(loaded) << Complaint(loaded);
        EXPECT_EQ(loaded->name, name);
        const auto again = LoadExperimentText("as run", loaded->ToYaml());
        ASSERT_TRUE(again) << Complaint(again) << loaded->ToYaml();
        EXPECT_EQ(again->ToYaml(), loaded->ToYaml());
    }
}

TEST(ExperimentLoaderTest, ATransportIsADefaultThatTheFileAndSettingsRefine)
{
    const auto plain = LoadExperimentText("t", "transport: turn-tcp-80");
    ASSERT_TRUE(plain) << Complaint(plain);
    EXPECT_EQ(plain->media.port, 80);
    EXPECT_EQ(plain->media.transport, MediaTransport::TCP);
    EXPECT_EQ(plain->control.port, 443);
    const auto refined = LoadExperimentText(
        "t", "transport: turn-tcp-80\nmedia: {port: 443}", {"control.port=5061"});
    ASSERT_TRUE(refined) << Complaint(refined);
    EXPECT_EQ(refined->media.port, 443);
    EXPECT_EQ(refined->media.transport, MediaTransport::TCP);
    EXPECT_EQ(refined->control.port, 5061);
}

struct BadRow
{
    const char* what;
    const char* yaml;
    const char* where;   ///< file, line
    const char* message; ///< part of it
};

void
PrintTo(const BadRow& row, std::ostream* out)
{
    *out << row.what;
}

class BadExperimentTest : public testing::TestWithParam<BadRow>
{
};

TEST_P(BadExperimentTest, IsRefusedWithPlaceAndReason)
{
    const auto result = LoadExperimentText("bad.yaml", GetParam().yaml);
    ASSERT_FALSE(result) << GetParam().what;
    const std::string complaint = Complaint(result);
    EXPECT_NE(complaint.find(GetParam().where), std::string::npos) << complaint;
    EXPECT_NE(complaint.find(GetParam().message), std::string::npos) << complaint;
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    BadExperimentTest,
    testing::Values(
        BadRow{"an ICE server over nothing that is known",
               "name: a\nmedia: {path: ice, ice: {servers: [\"sctp:1\"]}}",
               "bad.yaml:2",
               "tls:443"},
        BadRow{"an ICE server without a port",
               "name: a\nmedia: {path: ice, ice: {servers: [tls]}}",
               "bad.yaml:2",
               "servers"},
        BadRow{"unknown key",
               "name: a\ncontroll: {port: 443}",
               "bad.yaml:2",
               "did you mean \"control\""},
        BadRow{
            "unknown nested key", "media: {codek: g711}", "bad.yaml:1", "did you mean \"codec\""},
        BadRow{"wrong type", "control:\n  port: many", "bad.yaml:2", "port"},
        BadRow{"port out of range", "control: {port: 65536}", "bad.yaml:1", "65535"},
        BadRow{"not a transport", "control: {transport: sctp}", "bad.yaml:1", "tls"},
        BadRow{"duration without unit", "call: {duration: \"30\"}", "bad.yaml:1", "unit"},
        BadRow{"unknown named transport",
               "transport: solutoin",
               "bad.yaml:1",
               "did you mean \"solution\""},
        BadRow{"unknown policy", "\nfirewall: {policy: udp-bloked}", "bad.yaml:2", "udp-blocked"},
        BadRow{"unknown suite",
               "tls:\n  suites: [TLS_RSA_WITH_NUL_SHA]",
               "bad.yaml:2",
               "TLS_RSA_WITH_NULL_SHA"},
        BadRow{"TLS 1.3 with a TLS 1.2 suite",
               "tls:\n  min_version: \"1.3\"\n  suites: [NULL-SHA]",
               "bad.yaml:3",
               "TLS 1.2"},
        BadRow{"TLS without TLS",
               "transport: sip-udp\ntls: {suites: [NULL-SHA]}",
               "bad.yaml:2",
               "neither"},
        BadRow{"a certificate for no suite",
               "tls:\n  suites: [AES128-SHA]\n  certificate: ed25519",
               "bad.yaml:3",
               "fits none of the suites"},
        BadRow{"an integrity-only suite of TLS 1.3",
               "tls: {suites: [TLS_SHA256_SHA256]}",
               "bad.yaml:1",
               "RFC 9150"},
        BadRow{"unknown group",
               "tls:\n  groups: [x25519, secp256k1]",
               "bad.yaml:2",
               "did you mean \"secp256r1\""},
        BadRow{"unknown profile", "tls: {profile: 1999}", "bad.yaml:1", "current"},
        BadRow{"a profile without the version",
               "tls:\n  profile: 2012\n  min_version: 1.3",
               "bad.yaml:2",
               "no suite of the versions"},
        BadRow{"too many intermediates", "tls: {intermediates: 4}", "bad.yaml:1", "3"},
        BadRow{"a record too small", "tls: {record_size: 100}", "bad.yaml:1", "512"},
        BadRow{"an address as SNI", "tls: {sni: 192.0.2.1}", "bad.yaml:1", "DNS name"},
        BadRow{"an empty protocol", "tls: {alpn: [\"\"]}", "bad.yaml:1", "RFC 7301"},
        BadRow{"a security agreement on TLS without TLS",
               "transport: sip-udp\nsip: {security_agreement: true}",
               "bad.yaml:2",
               "not always go over TLS"},
        BadRow{"an unknown digest", "sip: {algorithms: [SHA-1]}", "bad.yaml:1", "SHA-256"},
        BadRow{"no lifetime", "sip: {max_expires: 0s}", "bad.yaml:1", "at least 1s"},
        BadRow{"a back-off that ends before it begins",
               "sip: {recovery_max: 1s}",
               "bad.yaml:1",
               "less than sip.recovery_base"},
        BadRow{"a wait for nobody",
               "control: {transport: none}\ncall: {idle: 1min}",
               "bad.yaml:2",
               "nothing is kept alive"},
        BadRow{"a wait beyond the end", "call: {idle: 1h}", "bad.yaml:1", "limits.simulated"},
        BadRow{"a chain of one",
               "firewall: {policy: udp-blocked}\nproxy: {chained: true}",
               "bad.yaml:2",
               "no first web proxy"},
        BadRow{"an ALPN field of nothing", "proxy: {alpn_header: true}", "bad.yaml:1", "tls.alpn"},
        BadRow{"a rule that is none", "proxy: {select: [\"*.ims.test\"]}", "bad.yaml:1", "select"},
        BadRow{"a failure that is none", "dns: {failure: nxdomain}", "bad.yaml:1", "name-error"},
        BadRow{"a proxy that is not there",
               "firewall: {policy: udp-blocked}\nproxy: {use: always}",
               "bad.yaml:2",
               "no web proxy"},
        BadRow{"UDP through a proxy",
               "firewall: {policy: proxy-only}\nproxy: {use: always}\ncontrol: {transport: udp, "
               "port: 5060}",
               "bad.yaml:3",
               "CONNECT"},
        BadRow{"DTLS through a proxy",
               "firewall: {policy: proxy-only}\nproxy: {use: always}\nmedia: {transport: dtls}",
               "bad.yaml:3",
               "CONNECT"},
        BadRow{"DTLS and UDP at one port",
               "media: {path: ice, ice: {servers: [\"dtls:3478\", \"udp:3478\"]}}",
               "bad.yaml:1",
               "UDP and DTLS at UDP port 3478"},
        BadRow{"DTLS and a STUN server at one port",
               "media: {path: ice, ice: {servers: [\"dtls:3478\"]}}",
               "bad.yaml:1",
               "UDP and DTLS at UDP port 3478"},
        BadRow{"DTLS 1.2 from TLS 1.3 on",
               "media: {transport: dtls}\ntls: {min_version: \"1.3\"}",
               "bad.yaml:2",
               "DTLS 1.2"},
        BadRow{"DTLS 1.2 by suites of TLS 1.3",
               "media: {transport: dtls}\ntls: {suites: [TLS_AES_128_GCM_SHA256]}",
               "bad.yaml:2",
               "add a suite of TLS 1.2"},
        BadRow{"nothing to do",
               "control: {transport: none}\nmedia: {path: none}",
               "bad.yaml:1",
               "nothing"},
        BadRow{"missing certificate",
               "servers:\n  certificate: /no/such.pem\n  private_key: /no/key.pem\n  trust_anchor: "
               "/no/ca.pem",
               "bad.yaml:2",
               "/no/such.pem"},
        BadRow{
            "certificate alone", "servers: {certificate: a.pem}", "bad.yaml:1", "needed together"},
        BadRow{"not YAML", "name: [a", "bad.yaml:1", ""},
        BadRow{"empty", "", "bad.yaml", ""}));

TEST(ExperimentLoaderTest, AMissingFileIsNamed)
{
    const auto result = LoadExperiment("/no/such/experiment.yaml");
    ASSERT_FALSE(result);
    EXPECT_NE(Complaint(result).find("/no/such/experiment.yaml"), std::string::npos);
}

TEST(ExperimentLoaderTest, ABadSettingIsNamedAsItWasGiven)
{
    const auto wrong = LoadExperiment("", {"control.prot=443"});
    ASSERT_FALSE(wrong);
    EXPECT_NE(Complaint(wrong).find("--set control.prot=443"), std::string::npos)
        << Complaint(wrong);
    EXPECT_NE(Complaint(wrong).find("did you mean \"port\""), std::string::npos)
        << Complaint(wrong);
    EXPECT_FALSE(LoadExperiment("", {"control.port"}));
}

TEST(ExperimentLoaderTest, AProfileFillsWhatNoOtherKeySays)
{
    const auto then = LoadExperimentText("t", "tls: {profile: 2012}");
    ASSERT_TRUE(then) << Complaint(then);
    EXPECT_EQ(ClientTlsOf(*then).suites.front(), "TLS_RSA_WITH_AES_128_CBC_SHA");
    EXPECT_FALSE(ClientTlsOf(*then).options.encryptThenMac);
    EXPECT_EQ(ServerTlsOf(*then).maxVersion, "1.2");
    EXPECT_TRUE(ProfileNotes(*then).empty());

    const auto now = LoadExperimentText(
        "t",
        "tls: {profile: current, max_version: 1.2, groups: [x448], encrypt_then_mac: not-offered}");
    ASSERT_TRUE(now) << Complaint(now);
    EXPECT_EQ(ClientTlsOf(*now).suites.front(), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    EXPECT_EQ(ClientTlsOf(*now).options.groups, std::vector<std::string>{"x448"});
    EXPECT_FALSE(ClientTlsOf(*now).options.encryptThenMac);

    const auto forbidden =
        LoadExperimentText("t", "tls: {profile: current, suites: [NULL-SHA, AES128-SHA]}");
    ASSERT_TRUE(forbidden) << Complaint(forbidden);
    ASSERT_EQ(ProfileNotes(*forbidden).size(), 2U);
    EXPECT_NE(ProfileNotes(*forbidden).front().find("RFC 9325"), std::string::npos);
}

TEST(ExperimentLoaderTest, ARunWithoutTlsCanBeRunAgainFromItsOwnYaml)
{
    const auto plain = LoadExperimentText("t", "transport: sip-udp");
    ASSERT_TRUE(plain) << Complaint(plain);
    const auto again = LoadExperimentText("as run", plain->ToYaml());
    EXPECT_TRUE(again) << Complaint(again);
}
