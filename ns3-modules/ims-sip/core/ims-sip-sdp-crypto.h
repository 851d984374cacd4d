// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The keys of SRTP in a session description: a=crypto (RFC 4568, SDES), with the suites of RFC 4568 6.2 and RFC 7714 14.2.
///
/// Whoever writes the line protects what it sends with the key in it (RFC 4568 5.1.2). Left out: lifetimes are read and not
/// kept; lines with an MKI, several keys or parameters other than UNENCRYPTED_SRTP, UNENCRYPTED_SRTCP and WSH can be read, but
/// not agreed on.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace imsfw::sip
{

struct SdpCrypto
{
    uint32_t tag{1};
    std::string suite;      ///< "AEAD_AES_128_GCM"
    Bytes key;              ///< master key, then master salt
    bool isEncrypted{true}; ///< false: UNENCRYPTED_SRTP and UNENCRYPTED_SRTCP, authentication alone
    bool isUsable{true}; ///< false: it says more than can be done here, or its suite is not known

    /// @return the attribute's value: "1 AEAD_AES_128_GCM inline:...".
    std::string ToString() const;

    /// @param value of an a=crypto line
    /// @return nothing where it is malformed, or the key is not as long as its suite wants it.
    static std::optional<SdpCrypto> Parse(std::string_view value);

    /// @return whether @p other asks for the same protection; keys and tags apart.
    bool IsLike(const SdpCrypto& other) const;
};

/// @return bytes of master key and salt; nothing where the suite is not known.
std::optional<std::size_t> SdpCryptoKeyLength(std::string_view suite);

} // namespace imsfw::sip
