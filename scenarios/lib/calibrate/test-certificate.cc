// SPDX-License-Identifier: GPL-2.0-only
#include "test-certificate.h"

#include "calibration.h"

#include "ims-tls-library.h"
#include "ims-tls-pki.h"

#include <openssl/x509v3.h>

#include <string>

namespace imsfw::calibrate
{

namespace
{

using tls::X509Ptr;

using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, tls::Freer<EVP_PKEY_CTX_free>>;
using StorePtr = std::unique_ptr<X509_STORE, tls::Freer<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, tls::Freer<X509_STORE_CTX_free>>;

void
SetName(X509_NAME* name, const char* text)
{
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text), -1, -1, 0);
}

void
AddExtension(X509* certificate, X509* issuer, int id, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
    Require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1,
            "no extension in a certificate");
    X509_EXTENSION_free(extension);
}

X509Ptr
MakeCertificate(const KeyType& type, EVP_PKEY* key, const char* subject, X509* issuer)
{
    X509Ptr certificate(X509_new_ex(tls::Library(), nullptr));
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), issuer == nullptr ? 1 : 2);
    constexpr long YEAR = 365L * 86400;
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), tls::EPOCH_SECONDS - YEAR);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), tls::EPOCH_SECONDS + 10 * YEAR);
    SetName(X509_get_subject_name(certificate.get()), subject);
    SetName(X509_get_issuer_name(certificate.get()), "anchor");
    X509_set_pubkey(certificate.get(), key);
    X509* signer = issuer == nullptr ? certificate.get() : issuer;
    AddExtension(certificate.get(),
                 signer,
                 NID_basic_constraints,
                 issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
    AddExtension(certificate.get(), signer, NID_subject_alt_name, "DNS:pcscf.ims.example");
    const EVP_MD* digest = *type.digest == '\0' ? nullptr : EVP_get_digestbyname(type.digest);
    Require(X509_sign(certificate.get(), key, digest) > 0, "no signature under a certificate");
    return certificate;
}

} // namespace

tls::PkeyPtr
MakeKey(const KeyType& type)
{
    const PkeyContextPtr context(
        EVP_PKEY_CTX_new_from_name(tls::Library(), type.algorithm, nullptr));
    EVP_PKEY* key = nullptr;
    const bool isMade = EVP_PKEY_keygen_init(context.get()) == 1 &&
                        (type.bits == 0 || EVP_PKEY_CTX_set_rsa_keygen_bits(
                                               context.get(), static_cast<int>(type.bits)) == 1) &&
                        (*type.groupName == '\0' ||
                         EVP_PKEY_CTX_set_group_name(context.get(), type.groupName) == 1) &&
                        EVP_PKEY_keygen(context.get(), &key) == 1;
    Require(isMade, std::string("no key ") + type.name);
    return tls::PkeyPtr(key);
}

TestChain
MakeChain(const KeyType& type, EVP_PKEY* key)
{
    TestChain chain;
    chain.anchor = MakeCertificate(type, key, "anchor", nullptr);
    const X509Ptr leaf = MakeCertificate(type, key, "leaf", chain.anchor.get());
    chain.leaf = tls::ToDer(leaf.get(), i2d_X509);
    return chain;
}

bool
VerifyChain(const TestChain& chain)
{
    const X509Ptr leaf = tls::CertificateFromDer(chain.leaf);
    const StorePtr store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), chain.anchor.get());
    const StoreContextPtr context(X509_STORE_CTX_new_ex(tls::Library(), nullptr));
    X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), tls::EPOCH_SECONDS);
    return X509_verify_cert(context.get()) == 1 && X509_get0_pubkey(leaf.get()) != nullptr;
}

} // namespace imsfw::calibrate
