// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-pki.h"

#include "ims-tls-hash.h"
#include "ims-tls-library.h"
#include "ims-tls-openssl.h"
#include "ims-tls-rsa-key.h"

#include "base/address.h"
#include "base/text.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

namespace imsfw::tls
{

namespace
{

constexpr int64_t TEN_YEARS = 10LL * 365 * 24 * 3600;

PkeyPtr
GenerateKey(KeyKind kind)
{
    switch (kind)
    {
    case KeyKind::RSA_2048:
        return MakeRsaKey(2048);
    case KeyKind::RSA_3072:
        return MakeRsaKey(3072);
    case KeyKind::EC_P256:
        return PkeyPtr(EVP_PKEY_Q_keygen(Library(), nullptr, "EC", "P-256"));
    case KeyKind::ED25519:
        return PkeyPtr(EVP_PKEY_Q_keygen(Library(), nullptr, "ED25519"));
    }
    return nullptr;
}

/// Key generation takes tens of milliseconds: once for each name in a process.
Bytes
MakeKey(const std::string& name, KeyKind kind)
{
    static std::map<std::pair<std::string, KeyKind>, Bytes> keys;
    auto& der = keys[{name, kind}];
    if (der.empty())
    {
        SeededRandom random(1, 1, "pki/" + name);
        const RandomScope scope(random);
        der = ToDer(GenerateKey(kind).get(), i2d_PrivateKey);
    }
    return der;
}

void
SetName(X509_NAME* name, const std::string& commonName)
{
    const auto add = [&](const char* field, const std::string& value)
    {
        X509_NAME_add_entry_by_txt(name,
                                   field,
                                   MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()),
                                   -1,
                                   0);
    };
    add("O", "imsfw simulation");
    add("CN", commonName);
}

void
SetSerial(X509* certificate, const std::string& name)
{
    Bytes serial = Sha256(ByteView(std::string_view(name)));
    serial.resize(8);
    serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and always of eight bytes
    const BignumPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

void
AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/// A certificate with all but its extensions and signature.
X509Ptr
Blank(const std::string& name, EVP_PKEY* key)
{
    X509Ptr certificate(X509_new_ex(Library(), nullptr));
    X509_set_version(certificate.get(), X509_VERSION_3);
    SetSerial(certificate.get(), name);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), EPOCH_SECONDS - TEN_YEARS);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), EPOCH_SECONDS + TEN_YEARS);
    SetName(X509_get_subject_name(certificate.get()), name);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

Bytes
Sign(X509* certificate, EVP_PKEY* issuerKey, const std::string& name)
{
    SeededRandom random(1, 1, "pki-signature/" + name);
    const RandomScope scope(random);
    // RFC 8032: Ed25519 hashes within; OpenSSL wants no digest for it.
    const bool hashesWithin = EVP_PKEY_is_a(issuerKey, "ED25519") == 1;
    X509_sign(certificate, issuerKey, hashesWithin ? nullptr : EVP_sha256());
    return ToDer(certificate, i2d_X509);
}

/// Whoever signs: the CA, or an intermediate one.
struct Issuer
{
    X509Ptr certificate;
    PkeyPtr key;
};

/// RFC 5280 4.2.1.9: a CA's certificate says so, and critically.
void
AddCaExtensions(X509* certificate, X509* issuer)
{
    AddExtension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
    AddExtension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
}

/// Intermediate CA number @p index below @p above; its certificate is put in front of @p chain.
Issuer
MakeIntermediate(const Issuer& above, KeyKind kind, unsigned index, std::vector<Bytes>& chain)
{
    static constexpr const char* KINDS[] = {"RSA-2048", "RSA-3072", "P-256", "Ed25519"};
    const std::string name = "imsfw simulation intermediate CA " + std::to_string(index) + ", " +
                             KINDS[static_cast<int>(kind)];
    Issuer issuer{nullptr, PrivateKeyFromDer(MakeKey(name, kind))};
    const X509Ptr certificate = Blank(name, issuer.key.get());
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(above.certificate.get()));
    AddCaExtensions(certificate.get(), above.certificate.get());
    AddExtension(certificate.get(), above.certificate.get(), NID_authority_key_identifier, "keyid");
    chain.insert(chain.begin(), Sign(certificate.get(), above.key.get(), name));
    issuer.certificate = CertificateFromDer(chain.front());
    return issuer;
}

std::string
AlternativeNames(const std::vector<std::string>& names)
{
    std::vector<std::string> entries;
    entries.reserve(names.size());
    for (const auto& name : names)
    {
        entries.push_back((IpAddress::Parse(name) ? "IP:" : "DNS:") + name);
    }
    return Join(entries, ",");
}

/// @return an open file, or a sentence on why there is none.
Result<BioPtr, std::string>
Open(const std::string& file)
{
    errno = 0;
    BioPtr bio(BIO_new_file(file.c_str(), "rb"));
    const int error = errno;
    TakeErrors();
    if (!bio)
    {
        return Failure{file + ": cannot be read: " + std::strerror(error)};
    }
    return bio;
}

std::string
Contents(BIO* memory)
{
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    return std::string(text, static_cast<std::size_t>(size));
}

} // namespace

Pki::Pki(const std::string& name, std::string keys) : m_keys(std::move(keys))
{
    m_caKey = MakeKey(name, KeyKind::RSA_2048);
    const PkeyPtr key = PrivateKeyFromDer(m_caKey);
    const X509Ptr certificate = Blank(name, key.get());
    SetName(X509_get_issuer_name(certificate.get()), name);
    AddCaExtensions(certificate.get(), certificate.get());
    m_caCertificate = Sign(certificate.get(), key.get(), name);
}

const Pki&
Pki::Simulation()
{
    static const Pki PKI("imsfw simulation CA", "");
    return PKI;
}

const Pki&
Pki::Interceptor()
{
    static const Pki PKI("imsfw interception CA", "interception/");
    return PKI;
}

const Bytes&
Pki::TrustAnchor() const
{
    return m_caCertificate;
}

const Credential&
Pki::Issue(const std::vector<std::string>& names,
           KeyKind kind,
           unsigned intermediates,
           Usage usage) const
{
    const Order order{names, kind, std::min(intermediates, MAX_INTERMEDIATES), usage};
    const auto known = m_issued.find(order);
    return known != m_issued.end() ? known->second
                                   : m_issued.emplace(order, Make(order)).first->second;
}

Credential
Pki::Make(const Order& order) const
{
    const auto& [names, kind, intermediates, usage] = order;
    Credential credential{{}, MakeKey(m_keys + names.front(), kind)};
    Issuer issuer{CertificateFromDer(m_caCertificate), PrivateKeyFromDer(m_caKey)};
    for (unsigned i = 1; i <= intermediates; ++i)
    {
        issuer = MakeIntermediate(issuer, kind, i, credential.chain);
    }
    const PkeyPtr key = PrivateKeyFromDer(credential.privateKey);
    X509* ca = issuer.certificate.get();
    const X509Ptr certificate = Blank(names.front(), key.get());
    // RFC 5280 4.1.2.2: "the issuer name and serial number identify a unique certificate"; names may share their first.
    SetSerial(certificate.get(), Join(names, ","));
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca));
    AddExtension(certificate.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
    AddExtension(certificate.get(), ca, NID_key_usage, "critical,digitalSignature,keyEncipherment");
    AddExtension(certificate.get(),
                 ca,
                 NID_ext_key_usage,
                 usage == Usage::SERVER ? "serverAuth" : "clientAuth");
    AddExtension(certificate.get(), ca, NID_subject_alt_name, AlternativeNames(names));
    AddExtension(certificate.get(), ca, NID_authority_key_identifier, "keyid");
    credential.chain.insert(credential.chain.begin(),
                            Sign(certificate.get(), issuer.key.get(), names.front()));
    return credential;
}

Result<std::vector<Bytes>, std::string>
LoadTrustAnchors(const std::string& file)
{
    const auto bio = Open(file);
    if (!bio)
    {
        return Failure{bio.Error()};
    }
    std::vector<Bytes> certificates;
    while (const X509Ptr certificate{PEM_read_bio_X509(bio->get(), nullptr, nullptr, nullptr)})
    {
        certificates.push_back(ToDer(certificate.get(), i2d_X509));
    }
    TakeErrors(); // the end of the file is reported as an error too
    if (certificates.empty())
    {
        return Failure{file + ": holds no certificate in PEM form"};
    }
    return certificates;
}

Result<Credential, std::string>
LoadPem(const std::string& certificateFile, const std::string& keyFile)
{
    const auto chain = LoadTrustAnchors(certificateFile);
    if (!chain)
    {
        return Failure{chain.Error()};
    }
    const auto bio = Open(keyFile);
    if (!bio)
    {
        return Failure{bio.Error()};
    }
    const PkeyPtr key(
        PEM_read_bio_PrivateKey_ex(bio->get(), nullptr, nullptr, nullptr, Library(), nullptr));
    if (!key)
    {
        TakeErrors();
        return Failure{keyFile +
                       ": holds no private key in PEM form (an encrypted one cannot be used)"};
    }
    const X509Ptr certificate = CertificateFromDer(chain->front());
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
    {
        TakeErrors();
        return Failure{keyFile + ": is not the key of the first certificate in " + certificateFile};
    }
    return Credential{*chain, ToDer(key.get(), i2d_PrivateKey)};
}

std::string
CertificateToPem(const Bytes& der)
{
    const X509Ptr certificate = CertificateFromDer(der);
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate.get());
    return Contents(bio.get());
}

std::string
PrivateKeyToPem(const Bytes& der)
{
    const PkeyPtr key = PrivateKeyFromDer(der);
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return Contents(bio.get());
}

} // namespace imsfw::tls
