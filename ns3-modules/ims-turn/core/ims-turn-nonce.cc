// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-nonce.h.
#include "ims-turn-nonce.h"

#include "base/text.h"
#include "ims-tls-hash.h"

namespace imsfw
{
namespace turn
{

namespace
{

constexpr std::size_t STAMP_DIGITS = 16;
constexpr std::size_t NONCE_DIGITS = 32;

} // namespace

NonceMaker::NonceMaker(RandomSource& random, Duration lifetime)
    : m_secret(random.Draw(20)), m_lifetime(lifetime)
{
}

std::string
NonceMaker::Make(TimePoint now, std::string_view client) const
{
    ByteWriter writer;
    writer.U64(static_cast<uint64_t>(now.time_since_epoch().count()));
    const std::string stamp = ToHex(writer.Written());
    return stamp + Sign(stamp, client);
}

bool
NonceMaker::IsValid(TimePoint now, std::string_view client, std::string_view nonce) const
{
    const std::string_view stamp = nonce.substr(0, STAMP_DIGITS);
    const auto bytes = FromHex(stamp);
    if (nonce.size() != NONCE_DIGITS || !bytes)
    {
        return false;
    }
    const std::string expected = Sign(stamp, client);
    if (!tls::Equal(ByteView(std::string_view(expected)), ByteView(nonce.substr(STAMP_DIGITS))))
    {
        return false;
    }
    const TimePoint made{Duration(static_cast<int64_t>(*ByteReader(*bytes).U64()))};
    return now - made < m_lifetime;
}

std::string
NonceMaker::Sign(std::string_view stamp, std::string_view client) const
{
    std::string text(stamp);
    text.append("|").append(client);
    const Bytes mac = tls::HmacSha1(m_secret, ByteView(std::string_view(text)));
    return ToHex(ByteView(mac).Sub(0, (NONCE_DIGITS - STAMP_DIGITS) / 2));
}

} // namespace turn
} // namespace imsfw
