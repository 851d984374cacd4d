// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-session-info.h"

#include "ims-tls-alert.h"
#include "ims-tls-openssl.h"
#include "ims-tls-options.h"

#include "base/address.h"

#include <openssl/x509v3.h>

namespace imsfw::tls
{

void
SessionAlerts::Note(int where, int value)
{
    const bool isFatal = value >> 8 == SSL3_AL_FATAL;
    if ((where & SSL_CB_ALERT) != 0 && isFatal)
    {
        ((where & SSL_CB_READ) != 0 ? received : sent) =
            AlertName(static_cast<uint8_t>(value & 0xff));
    }
}

void
DescribeAgreement(SSL* ssl, SessionInfo& info)
{
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    info.version = SSL_get_version(ssl);
    info.suiteId = SSL_CIPHER_get_protocol_id(cipher);
    info.suite = SSL_CIPHER_standard_name(cipher);
    info.isNull = SSL_CIPHER_get_cipher_nid(cipher) == NID_undef;
    info.isResumed = SSL_session_reused(ssl) == 1;
    info.group = GroupOf(ssl);
    info.alpn = AlpnOf(ssl);
}

StreamFailure
DescribeFailure(const SSL* ssl, const SessionAlerts& alerts, const std::string& errors)
{
    const long verified = SSL_get_verify_result(ssl);
    if (!alerts.received.empty())
    {
        return {"tls", "alert-received", alerts.received};
    }
    if (verified != X509_V_OK && SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE)
    {
        return {"tls", "certificate-verify-failed", X509_verify_cert_error_string(verified)};
    }
    if (!alerts.sent.empty())
    {
        return {"tls", "alert-sent", alerts.sent + ": " + errors};
    }
    return {"tls", "protocol-error", errors};
}

void
ExpectServer(SSL* ssl, const std::string& name, const std::string& sni)
{
    if (!sni.empty())
    {
        SSL_set_tlsext_host_name(ssl, sni.c_str());
    }
    if (name.empty())
    {
        return;
    }
    if (IpAddress::Parse(name))
    {
        // RFC 6066 3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"."
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
        return;
    }
    SSL_set1_host(ssl, name.c_str());
    if (sni.empty())
    {
        SSL_set_tlsext_host_name(ssl, name.c_str());
    }
}

} // namespace imsfw::tls
