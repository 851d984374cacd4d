// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Nonces that the server can check without having kept them.
///
/// RFC 8489 9.2: a nonce is 32 hexadecimal digits, 16 for the moment it was made and 16 of an HMAC over that moment and
/// the client, so it is good for one client and a limited time, and cannot be made up.
#pragma once

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace imsfw
{
namespace turn
{

class NonceMaker
{
  public:
    NonceMaker(RandomSource& random, Duration lifetime);

    /// @param client what tells the clients apart, as text
    std::string Make(TimePoint now, std::string_view client) const;
    bool IsValid(TimePoint now, std::string_view client, std::string_view nonce) const;

  private:
    std::string Sign(std::string_view stamp, std::string_view client) const;

    Bytes m_secret;
    Duration m_lifetime;
};

} // namespace turn
} // namespace imsfw
