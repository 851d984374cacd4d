// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-options.h"

#include "ims-tls-openssl.h"

#include "base/text.h"

#include <openssl/objects.h>

#include <algorithm>
#include <utility>

namespace imsfw::tls
{

namespace
{

/// OpenSSL has numbers of its own for groups, and older names for some.
constexpr std::pair<int, const char*> GROUPS[] = {
    {NID_X25519, "x25519"},
    {NID_X448, "x448"},
    {NID_X9_62_prime256v1, "secp256r1"},
    {NID_secp384r1, "secp384r1"},
    {NID_secp521r1, "secp521r1"},
    {NID_ffdhe2048, "ffdhe2048"},
    {NID_ffdhe3072, "ffdhe3072"},
    {NID_ffdhe4096, "ffdhe4096"},
};

std::string
NameOf(int nid)
{
    for (const auto& [number, name] : GROUPS)
    {
        if (number == nid)
        {
            return name;
        }
    }
    return {};
}

std::string
SetGroups(SSL_CTX* context, const std::vector<std::string>& groups)
{
    if (groups.empty())
    {
        return {};
    }
    if (const auto problem = CheckGroups(groups))
    {
        return *problem;
    }
    std::vector<int> numbers;
    for (const auto& group : groups)
    {
        for (const auto& [number, name] : GROUPS)
        {
            if (group == name)
            {
                numbers.push_back(number);
            }
        }
    }
    return SSL_CTX_set1_groups(context, numbers.data(), static_cast<int>(numbers.size())) == 1
               ? std::string()
               : "the groups cannot be used: " + TakeErrors();
}

/// RFC 7301 3.1: each name behind its length.
Bytes
ToWire(const std::vector<std::string>& protocols)
{
    Bytes wire;
    for (const auto& protocol : protocols)
    {
        wire.push_back(static_cast<uint8_t>(protocol.size()));
        wire.insert(wire.end(), protocol.begin(), protocol.end());
    }
    return wire;
}

/// The first of the client's protocols that the server speaks too.
int
SelectAlpn(SSL*,
           const unsigned char** out,
           unsigned char* outSize,
           const unsigned char* offered,
           unsigned size,
           void* argument)
{
    const auto& spoken = static_cast<const Options*>(argument)->alpn;
    for (unsigned at = 0; at < size; at += 1U + offered[at])
    {
        const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
        if (std::find(spoken.begin(), spoken.end(), name) != spoken.end())
        {
            *out = offered + at + 1;
            *outSize = offered[at];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    // RFC 7301 3.2: "the server SHALL respond with a fatal "no_application_protocol" alert".
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::string
SetAlpn(SSL_CTX* context, const Options& options, bool isServer)
{
    if (options.alpn.empty())
    {
        return {};
    }
    if (const auto problem = CheckAlpn(options.alpn))
    {
        return *problem;
    }
    if (isServer)
    {
        SSL_CTX_set_alpn_select_cb(context, SelectAlpn, const_cast<Options*>(&options));
        return {};
    }
    const Bytes wire = ToWire(options.alpn);
    // This function alone returns 0 for success.
    return SSL_CTX_set_alpn_protos(context, wire.data(), static_cast<unsigned>(wire.size())) == 0
               ? std::string()
               : "the protocols for ALPN cannot be used: " + TakeErrors();
}

/// RFC 6066 4 has codes for four sizes only.
uint8_t
FragmentCode(std::size_t size)
{
    switch (size)
    {
    case 512:
        return TLSEXT_max_fragment_length_512;
    case 1024:
        return TLSEXT_max_fragment_length_1024;
    case 2048:
        return TLSEXT_max_fragment_length_2048;
    case 4096:
        return TLSEXT_max_fragment_length_4096;
    default:
        return TLSEXT_max_fragment_length_DISABLED;
    }
}

std::string
SetRecordSize(SSL_CTX* context, std::size_t size, bool isServer)
{
    if (size < MIN_RECORD_SIZE || size > MAX_RECORD_SIZE)
    {
        return "a record of at most " + std::to_string(size) +
               " bytes cannot be had: " + std::to_string(MIN_RECORD_SIZE) + " to " +
               std::to_string(MAX_RECORD_SIZE);
    }
    SSL_CTX_set_max_send_fragment(context, static_cast<long>(size));
    if (!isServer)
    {
        SSL_CTX_set_tlsext_max_fragment_length(context, FragmentCode(size));
    }
    return {};
}

} // namespace

const std::vector<std::string>&
AllGroups()
{
    static const std::vector<std::string> NAMES = []
    {
        std::vector<std::string> names;
        for (const auto& group : GROUPS)
        {
            names.emplace_back(group.second);
        }
        return names;
    }();
    return NAMES;
}

std::optional<std::string>
CheckGroups(const std::vector<std::string>& groups)
{
    const auto& known = AllGroups();
    for (const auto& group : groups)
    {
        if (std::find(known.begin(), known.end(), group) == known.end())
        {
            return "unknown group \"" + group + "\"" + DidYouMean(group, known) +
                   " (known: " + Join(known, ", ") + ")";
        }
    }
    return std::nullopt;
}

std::optional<std::string>
CheckAlpn(const std::vector<std::string>& protocols)
{
    std::size_t total = 0;
    for (const auto& protocol : protocols)
    {
        if (protocol.empty() || protocol.size() > 255)
        {
            return "\"" + protocol.substr(0, 20) +
                   "\" is no protocol name for ALPN: 1 to 255 bytes (RFC 7301 3.1)";
        }
        total += 1 + protocol.size();
    }
    if (total > 65533)
    {
        return std::string("too many protocol names for one ALPN extension (RFC 7301 3.1)");
    }
    return std::nullopt;
}

std::string
GroupOf(SSL* ssl)
{
    if (const auto group = NameOf(static_cast<int>(SSL_get_negotiated_group(ssl))); !group.empty())
    {
        return group; // TLS 1.3
    }
    EVP_PKEY* share = nullptr;
    if (SSL_get_peer_tmp_key(ssl, &share) != 1)
    {
        return {};
    }
    const PkeyPtr key(share);
    char name[64];
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key.get(), name, sizeof name, &size) == 1)
    {
        return NameOf(OBJ_sn2nid(name));
    }
    return NameOf(EVP_PKEY_get_id(key.get())); // X25519 and X448 are key types of their own
}

std::string
AlpnOf(const SSL* ssl)
{
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return std::string(reinterpret_cast<const char*>(name), size);
}

std::string
Apply(SSL_CTX* context, const Options& options, bool isServer)
{
    std::string error = SetGroups(context, options.groups);
    if (error.empty())
    {
        error = SetAlpn(context, options, isServer);
    }
    if (error.empty())
    {
        error = SetRecordSize(context, options.recordSize, isServer);
    }
    if (!options.encryptThenMac)
    {
        SSL_CTX_set_options(context, SSL_OP_NO_ENCRYPT_THEN_MAC);
    }
    return error;
}

} // namespace imsfw::tls
