// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-openssl.h"
#include "ims-tls-pki.h"

#include "tls-pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace imsfw::tls
{
namespace
{

using testing::HasSubstr;

const std::vector<std::string> NAMES = {"pcscf.ims.example", "192.0.2.1", "2001:db8::1"};

TEST(PkiTest, IssuesTheSameCertificateEachTime)
{
    const Credential first = Pki::Simulation().Issue(NAMES);
    const Credential second = Pki::Simulation().Issue(NAMES);
    EXPECT_EQ(first.chain, second.chain);
    EXPECT_EQ(first.privateKey, second.privateKey);
    EXPECT_NE(first.privateKey, Pki::Simulation().Issue({"turn.ims.example"}).privateKey);
}

TEST(PkiTest, TheCertificateIsForAllItsNamesAndNoOther)
{
    const X509Ptr certificate = CertificateFromDer(Pki::Simulation().Issue(NAMES).chain.front());
    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_check_host(certificate.get(), "pcscf.ims.example", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "turn.ims.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.2", 0), 0);
}

TEST(PkiTest, SerialNumbersArePositiveAndOfOneLength)
{
    // RFC 5280 4.1.2.2: "The serial number MUST be a positive integer".
    for (const char* name : {"a.example", "b.example", "c.example", "d.example"})
    {
        const X509Ptr certificate =
            CertificateFromDer(Pki::Simulation().Issue({name}).chain.front());
        const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
        EXPECT_EQ(ASN1_STRING_length(serial), 8) << name;
        EXPECT_EQ(ASN1_STRING_type(serial), V_ASN1_INTEGER) << name;
    }
}

TEST(PkiTest, SerialNumbersTellCertificatesOfOneNameApart)
{
    const auto serialOf = [](const std::vector<std::string>& names)
    {
        const X509Ptr certificate =
            CertificateFromDer(Pki::Simulation().Issue(names).chain.front());
        const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
        const unsigned char* bytes = ASN1_STRING_get0_data(serial);
        return Bytes(bytes, bytes + ASN1_STRING_length(serial));
    };
    EXPECT_NE(serialOf({"pool.example", "192.0.2.1"}), serialOf({"pool.example", "192.0.2.2"}));
    EXPECT_EQ(serialOf({"pool.example", "192.0.2.1"}), serialOf({"pool.example", "192.0.2.1"}));
}

TEST(PkiTest, AnEllipticCurveKeyCanBeHad)
{
    const Credential credential = Pki::Simulation().Issue(NAMES, KeyKind::EC_P256);
    const PkeyPtr key = PrivateKeyFromDer(credential.privateKey);
    ASSERT_TRUE(key);
    EXPECT_EQ(EVP_PKEY_is_a(key.get(), "EC"), 1);
    EXPECT_EQ(X509_check_private_key(CertificateFromDer(credential.chain.front()).get(), key.get()),
              1);
}

/// Files of a test, removed with it.
class PemTest : public testing::Test
{
  protected:
    void
    SetUp() override
    {
        m_folder = testing::TempDir() + "imsfw-pki-test-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name();
        std::filesystem::create_directories(m_folder);
    }

    void
    TearDown() override
    {
        std::filesystem::remove_all(m_folder);
    }

    std::string
    Write(const std::string& name, const std::string& text)
    {
        const std::string path = m_folder + "/" + name;
        std::ofstream(path) << text;
        return path;
    }

    const Credential m_credential = Pki::Simulation().Issue(NAMES);
    std::string m_folder;
};

TEST_F(PemTest, WhatIsWrittenIsReadBack)
{
    const std::string certificates = CertificateToPem(m_credential.chain.front()) +
                                     CertificateToPem(Pki::Simulation().TrustAnchor());
    const auto loaded = LoadPem(Write("chain.pem", certificates),
                                Write("key.pem", PrivateKeyToPem(m_credential.privateKey)));
    ASSERT_TRUE(loaded) << loaded.Error();
    ASSERT_EQ(loaded->chain.size(), 2U);
    EXPECT_EQ(loaded->chain.front(), m_credential.chain.front());

    PairOptions options;
    options.credential = *loaded;
    TlsPair pair(options);
    pair.Handshake();
    EXPECT_TRUE(pair.client.IsEstablished()) << pair.client.Failure();

    const auto anchors = LoadTrustAnchors(m_folder + "/chain.pem");
    ASSERT_TRUE(anchors);
    EXPECT_EQ(anchors->back(), Pki::Simulation().TrustAnchor());
}

TEST_F(PemTest, ErrorsNameTheFileAndTheFault)
{
    const std::string certificate = Write("cert.pem", CertificateToPem(m_credential.chain.front()));
    const std::string key = Write("key.pem", PrivateKeyToPem(m_credential.privateKey));
    const std::string otherKey =
        Write("other.pem", PrivateKeyToPem(Pki::Simulation().Issue({"other.example"}).privateKey));
    const std::string text = Write("text.pem", "not PEM at all\n");
    const std::string empty = Write("empty.pem", "");
    const std::string half =
        Write("half.pem", CertificateToPem(m_credential.chain.front()).substr(0, 300));
    const std::string missing = m_folder + "/missing.pem";

    struct Row
    {
        std::string certificate;
        std::string key;
        std::string guilty;
        std::string fault;
    };

    const Row rows[] = {
        {missing, key, missing, "No such file or directory"},
        {certificate, missing, missing, "No such file or directory"},
        {text, key, text, "no certificate"},
        {empty, key, empty, "no certificate"},
        {half, key, half, "no certificate"},
        {key, key, key, "no certificate"},
        {certificate, certificate, certificate, "no private key"},
        {certificate, text, text, "no private key"},
        {certificate, otherKey, otherKey, "is not the key of"},
    };
    for (const auto& row : rows)
    {
        const auto loaded = LoadPem(row.certificate, row.key);
        ASSERT_FALSE(loaded) << row.fault;
        EXPECT_THAT(loaded.Error(), testing::StartsWith(row.guilty + ": "));
        EXPECT_THAT(loaded.Error(), HasSubstr(row.fault));
    }
    EXPECT_FALSE(LoadTrustAnchors(m_folder)) << "a folder is no file";
    EXPECT_TRUE(TakeErrors().empty()) << "nothing is left behind for the next call to find";
}

} // namespace
} // namespace imsfw::tls
