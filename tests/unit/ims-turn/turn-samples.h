// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What most tests of this folder need: bytes from hexadecimal text, moments, addresses, truncation.
#pragma once

#include "base/address.h"
#include "base/text.h"
#include "base/time.h"
#include "ims-turn-stun-message.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace imsfw::turntest
{

/// @param text hexadecimal digits, with spaces where they help the reader
inline Bytes
Hex(std::string text)
{
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    return FromHex(text).value();
}

inline Bytes
Text(std::string_view text)
{
    return ByteView(text).ToBytes();
}

inline TimePoint
At(double seconds)
{
    return TimePoint(Duration(static_cast<int64_t>(seconds * 1e9)));
}

inline Endpoint
At(std::string_view endpoint)
{
    return Endpoint::Parse(endpoint).value();
}

/// @return a copy in memory of its own, so that the sanitizer sees every read past the end.
inline Bytes
Cut(const Bytes& whole, std::size_t size)
{
    Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    part.shrink_to_fit();
    return part;
}

/// @return the message that @p bytes are; a test whose bytes are none fails by the exception.
inline stun::Message
Parsed(const Bytes& bytes)
{
    const auto message = stun::Message::Parse(bytes);
    if (!message)
    {
        throw std::runtime_error("no STUN message: " + ToHex(bytes));
    }
    return *message;
}

inline stun::TransactionId
IdOf(uint8_t fill)
{
    std::array<uint8_t, stun::TransactionId::SIZE> bytes{};
    bytes.fill(fill);
    return stun::TransactionId(bytes);
}

} // namespace imsfw::turntest
