// SPDX-License-Identifier: GPL-2.0-only
#include "calibration.h"
#include "test-certificate.h"

#include "base/random.h"
#include "ims-tls-library.h"
#include "ims-tls-openssl.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

namespace imsfw::calibrate
{

namespace
{

using tls::PkeyPtr;

using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, tls::Freer<EVP_MD_CTX_free>>;
using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, tls::Freer<EVP_PKEY_CTX_free>>;

/// What TLS 1.3 signs: 64 blanks, a label, a zero, a hash (RFC 8446 4.4.3).
const Bytes&
SignedText()
{
    static const Bytes text(64 + 33 + 1 + 32, ' ');
    return text;
}

/// Digest and padding as TLS 1.3 has them for the key.
bool
SetUp(const KeyType& type, EVP_PKEY_CTX* context)
{
    return !type.isRsa || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

const char*
DigestOf(const KeyType& type)
{
    return *type.digest == '\0' ? nullptr : type.digest;
}

Bytes
Sign(const KeyType& type, EVP_PKEY* key)
{
    const DigestContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* keyContext = nullptr;
    const Bytes& text = SignedText();
    std::size_t size = 0;
    Require(
        EVP_DigestSignInit_ex(
            context.get(), &keyContext, DigestOf(type), tls::Library(), nullptr, key, nullptr) ==
                1 &&
            SetUp(type, keyContext) &&
            EVP_DigestSign(context.get(), nullptr, &size, text.data(), text.size()) == 1,
        std::string("no signature by ") + type.name);
    Bytes signature(size);
    Require(EVP_DigestSign(context.get(), signature.data(), &size, text.data(), text.size()) == 1,
            std::string("no signature by ") + type.name);
    signature.resize(size);
    return signature;
}

void
Verify(const KeyType& type, EVP_PKEY* key, const Bytes& signature)
{
    const DigestContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* keyContext = nullptr;
    const Bytes& text = SignedText();
    Require(
        EVP_DigestVerifyInit_ex(
            context.get(), &keyContext, DigestOf(type), tls::Library(), nullptr, key, nullptr) ==
                1 &&
            SetUp(type, keyContext) &&
            EVP_DigestVerify(
                context.get(), signature.data(), signature.size(), text.data(), text.size()) == 1,
        std::string("a signature by ") + type.name + " is not verified");
}

/// The premaster secret of RSA key exchange (RFC 5246 7.4.7.1).
Bytes
Encrypt(EVP_PKEY* key)
{
    const Bytes secret(48, 3);
    const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(tls::Library(), key, nullptr));
    std::size_t size = 0;
    Require(EVP_PKEY_encrypt_init(context.get()) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_encrypt(context.get(), nullptr, &size, secret.data(), secret.size()) == 1,
            "no encryption by RSA");
    Bytes out(size);
    Require(EVP_PKEY_encrypt(context.get(), out.data(), &size, secret.data(), secret.size()) == 1,
            "no encryption by RSA");
    return out;
}

void
Decrypt(EVP_PKEY* key, const Bytes& encrypted)
{
    const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(tls::Library(), key, nullptr));
    Bytes out(encrypted.size());
    std::size_t size = out.size();
    Require(EVP_PKEY_decrypt_init(context.get()) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_decrypt(
                    context.get(), out.data(), &size, encrypted.data(), encrypted.size()) == 1,
            "no decryption by RSA");
}

/// Measures the operations of one key.
class KeyMeter
{
  public:
    KeyMeter(const KeyType& type, const Effort& effort, Operations& operations)
        : m_type(type),
          m_effort(effort),
          m_operations(operations),
          m_key(MakeKey(type)),
          m_chain(MakeChain(type, m_key.get()))
    {
    }

    void
    MeasureAll()
    {
        Measure("sign", [&] { Sign(m_type, m_key.get()); });
        const Bytes signature = Sign(m_type, m_key.get());
        MeasureWithPeersKey("verify", [&](EVP_PKEY* key) { Verify(m_type, key, signature); });
        if (m_type.isRsa)
        {
            MeasureWithPeersKey("encrypt", [](EVP_PKEY* key) { Encrypt(key); });
            const Bytes encrypted = Encrypt(m_key.get());
            Measure("decrypt", [&] { Decrypt(m_key.get(), encrypted); });
        }
        Measure("certificate",
                [&] { Require(VerifyChain(m_chain), "a certificate is not verified"); });
    }

  private:
    void
    Measure(const std::string& what, const std::function<void()>& once)
    {
        m_operations[what + "/" + m_type.name].eachNs = WholeNs(MeasureNs(m_effort, once));
    }

    /// The peer's key comes anew from its certificate in each handshake: nothing is prepared for its use. Reading it
    /// belongs to the certificate.
    void
    MeasureWithPeersKey(const std::string& what, const std::function<void(EVP_PKEY*)>& once)
    {
        const auto read = [&] { return tls::CertificateFromDer(m_chain.leaf); };
        const double reading = MeasureNs(m_effort, [&] { X509_get0_pubkey(read().get()); });
        const double both = MeasureNs(m_effort,
                                      [&]
                                      {
                                          const auto certificate = read();
                                          once(X509_get0_pubkey(certificate.get()));
                                      });
        m_operations[what + "/" + m_type.name].eachNs = WholeNs(both - reading);
    }

    const KeyType& m_type;
    const Effort& m_effort;
    Operations& m_operations;
    PkeyPtr m_key;
    TestChain m_chain;
};

void
Measure(const KeyType& type, const Effort& effort, Operations& operations)
{
    SeededRandom random(1, 1, type.name);
    const tls::RandomScope scope(random);
    KeyMeter(type, effort, operations).MeasureAll();
}

} // namespace

std::vector<Step>
SignatureSteps()
{
    std::vector<Step> steps;
    for (const auto& type : KEY_TYPES)
    {
        steps.push_back({std::string("signatures and certificates ") + type.name,
                         [&type](const Effort& effort, Operations& operations)
                         { Measure(type, effort, operations); }});
    }
    return steps;
}

} // namespace imsfw::calibrate
