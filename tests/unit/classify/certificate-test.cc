// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names in a server's certificate: one made by OpenSSL, its truncations, and lengths that lie.
#include "classify/certificate-reader.h"
#include "classify/der-reader.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

/// Made with: openssl req -x509 -subj '/C=SE/O=Example, Inc./OU= lab#1 /CN=pcscf.example'
/// -addext 'subjectAltName=DNS:pcscf.example,DNS:*.ims.example,IP:192.0.2.1'
const Bytes CERTIFICATE =
    Hex("30820223308201caa003020102021411941d641dbac1940376b09fb656a58dd303e4a1300a06082a8648ce3d"
        "040302304f310b300906035504061302534531163014060355040a0c0d4578616d706c652c20496e632e3110"
        "300e060355040b0c07206c61622331203116301406035504030c0d70637363662e6578616d706c65301e170d"
        "3236313132343233333034345a170d3336313132313233333034345a304f310b300906035504061302534531"
        "163014060355040a0c0d4578616d706c652c20496e632e3110300e060355040b0c07206c6162233120311630"
        "1406035504030c0d70637363662e6578616d706c653059301306072a8648ce3d020106082a8648ce3d030107"
        "03420004398972198958b393f94ece55630de062acab1627d19d1073d3157e7e340eb93098e07a420337cc9b"
        "1781246fe715fcd727740f80a43ac7b8f46fd7967d1e8e36a38183308180301d0603551d0e041604144e91e7"
        "2a7956843e4be4d000c482cfa62adb29fd301f0603551d230418301680144e91e72a7956843e4be4d000c482"
        "cfa62adb29fd300f0603551d130101ff040530030101ff302d0603551d1104263024820d70637363662e6578"
        "616d706c65820d2a2e696d732e6578616d706c658704c0000201300a06082a8648ce3d040302034700304402"
        "203ac210fee814a63280bc25b4308899273c472c94763d6f1aea8bacb6a60988b602203db968626422121347"
        "68704c86503e1cb7ce749f33778edfde693f36cf1f6307");

Bytes
InMessage(const Bytes& certificate)
{
    ByteWriter writer;
    writer.U24(static_cast<uint32_t>(certificate.size() + 3));
    writer.U24(static_cast<uint32_t>(certificate.size()));
    writer.Put(certificate);
    return writer.Finish();
}

TEST(CertificateReader, ReadsNamesAsOpensslWritesThem)
{
    const auto facts = ReadCertificate(CERTIFICATE);
    ASSERT_TRUE(facts);
    // What `openssl x509 -subject -nameopt RFC2253` prints.
    EXPECT_EQ(facts->subject, R"(CN=pcscf.example,OU=\ lab#1\ ,O=Example\, Inc.,C=SE)");
    EXPECT_EQ(facts->issuer, facts->subject);
    EXPECT_EQ(facts->dnsNames, (std::vector<std::string>{"pcscf.example", "*.ims.example"}));
}

TEST(CertificateReader, RefusesEveryTruncation)
{
    const Bytes message = InMessage(CERTIFICATE);
    EXPECT_TRUE(ReadCertificateMessage(message));
    for (std::size_t size = 0; size < message.size(); ++size)
    {
        EXPECT_FALSE(ReadCertificateMessage(ByteView(message).Sub(0, size))) << size;
    }
}

TEST(CertificateReader, TakesTheFirstOfAChainWhereverTheRestEnds)
{
    EXPECT_TRUE(ReadCertificateMessage(InMessage(CERTIFICATE) + Bytes(100)));
    EXPECT_FALSE(ReadCertificateMessage(Hex("000000")));
    EXPECT_FALSE(ReadCertificateMessage(Hex("000003 000000")));
}

TEST(CertificateReader, SurvivesAnyByteThatLies)
{
    unsigned read = 0;
    for (std::size_t at = 0; at < CERTIFICATE.size(); ++at)
    {
        for (const uint8_t value : {0x00, 0x7F, 0x80, 0x84, 0xFF})
        {
            Bytes changed = CERTIFICATE;
            changed[at] = value;
            const auto facts = ReadCertificate(changed);
            read += facts.has_value();
            if (facts)
            {
                EXPECT_LE(facts->subject.size(), CERTIFICATE_NAME_LIMIT);
                EXPECT_LE(facts->dnsNames.size(), CertificateFacts::MAX_NAMES);
            }
        }
    }
    // Most bytes are key and signature, which nobody looks at; those in the frame are noticed.
    EXPECT_GT(read, 2000U);
    EXPECT_LT(read, 5 * CERTIFICATE.size() - 20);
}

TEST(DerReader, KnowsShortAndLongLengths)
{
    DerReader reader(ByteView(std::string_view("\x04\x01"
                                               "a"
                                               "\x04\x81\x01"
                                               "b"
                                               "\x04\x82\x00\x01"
                                               "c",
                                               12)));
    for (const std::string_view text : {"a", "b", "c"})
    {
        const auto element = reader.Next();
        ASSERT_TRUE(element);
        EXPECT_EQ(element->content.AsText(), text);
    }
    EXPECT_TRUE(reader.IsAtEnd());
    EXPECT_FALSE(reader.Next());
}

TEST(DerReader, RefusesWhatIsNotThere)
{
    for (const auto* bad :
         {"04", "0402 61", "0480 61 0000", "0484 00000001 61", "0482 01", "0481 02 61"})
    {
        const Bytes bytes = Hex(bad);
        EXPECT_FALSE(DerReader(bytes).Next()) << bad;
    }
}

} // namespace

} // namespace imsfw::classify
