// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-sdp-crypto.h"

#include "base/text.h"

#include <algorithm>
#include <vector>

namespace imsfw::sip
{

namespace
{

constexpr std::string_view INLINE = "inline:";
constexpr std::string_view PLAIN_RTP = "UNENCRYPTED_SRTP";
constexpr std::string_view PLAIN_RTCP = "UNENCRYPTED_SRTCP";
constexpr std::string_view WINDOW = "WSH="; // RFC 4568 6.3.7: a hint, which need not be followed
constexpr uint64_t MAX_TAG = 999'999'999;   // RFC 4568 9.1: one to nine digits

/// Read "inline:" key "|" lifetime "|" MKI (RFC 4568 6.1). @return whether it is one.
bool
TakeKey(std::string_view text, SdpCrypto& crypto)
{
    const auto parts = Split(text.substr(std::min(INLINE.size(), text.size())), '|');
    const auto key = FromBase64(parts[0]);
    const bool isInline = text.substr(0, INLINE.size()) == INLINE;
    if (!isInline || !key || key->empty() || parts.size() > 3)
    {
        return false;
    }
    crypto.key = *key;
    const bool hasMki = parts.back().find(':') != std::string_view::npos;
    crypto.isUsable = crypto.isUsable && !hasMki;
    return true;
}

void
TakeParameters(const std::vector<std::string_view>& parameters, SdpCrypto& crypto)
{
    const auto has = [&](std::string_view name)
    { return std::find(parameters.begin(), parameters.end(), name) != parameters.end(); };
    crypto.isEncrypted = !has(PLAIN_RTP);
    // RFC 4568 6.3.2: SRTP and SRTCP may differ; here they do not.
    bool isKnown = has(PLAIN_RTP) == has(PLAIN_RTCP);
    for (const auto parameter : parameters)
    {
        // RFC 4568 9.1: one that begins with "-" may be ignored.
        isKnown = isKnown &&
                  (parameter == PLAIN_RTP || parameter == PLAIN_RTCP ||
                   parameter.substr(0, WINDOW.size()) == WINDOW || parameter.substr(0, 1) == "-");
    }
    crypto.isUsable = crypto.isUsable && isKnown;
}

} // namespace

std::optional<std::size_t>
SdpCryptoKeyLength(std::string_view suite)
{
    if (suite == "AES_CM_128_HMAC_SHA1_80" || suite == "AES_CM_128_HMAC_SHA1_32")
    {
        return 16 + 14; // RFC 4568 6.2
    }
    if (suite == "AEAD_AES_128_GCM")
    {
        return 16 + 12; // RFC 7714 12
    }
    return suite == "AEAD_AES_256_GCM" ? std::optional<std::size_t>(32 + 12) : std::nullopt;
}

std::string
SdpCrypto::ToString() const
{
    std::string text =
        std::to_string(tag) + " " + suite + " " + std::string(INLINE) + ToBase64(key);
    if (!isEncrypted)
    {
        text += " " + std::string(PLAIN_RTP) + " " + std::string(PLAIN_RTCP);
    }
    return text;
}

std::optional<SdpCrypto>
SdpCrypto::Parse(std::string_view value)
{
    std::vector<std::string_view> words;
    for (const auto word : Split(value, ' '))
    {
        if (!word.empty())
        {
            words.push_back(word);
        }
    }
    const auto tag = words.size() >= 3 ? ParseNumber(words[0], 0, MAX_TAG) : std::nullopt;
    if (!tag)
    {
        return std::nullopt;
    }
    SdpCrypto crypto;
    crypto.tag = static_cast<uint32_t>(*tag);
    crypto.suite = words[1];
    const auto length = SdpCryptoKeyLength(crypto.suite);
    const auto keys = Split(words[2], ';');
    crypto.isUsable = length.has_value() && keys.size() == 1;
    if (!TakeKey(keys[0], crypto) || (length && crypto.key.size() != *length))
    {
        return std::nullopt;
    }
    TakeParameters({words.begin() + 3, words.end()}, crypto);
    return crypto;
}

bool
SdpCrypto::IsLike(const SdpCrypto& other) const
{
    return suite == other.suite && isEncrypted == other.isEncrypted;
}

} // namespace imsfw::sip
