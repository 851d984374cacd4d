// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-hello-name.h"

#include <optional>

namespace imsfw::http
{

namespace
{

constexpr uint8_t HANDSHAKE = 22;
constexpr uint8_t CLIENT_HELLO = 1;
constexpr uint16_t SERVER_NAME = 0;
constexpr std::size_t MOST_FRAGMENT = 1 << 14; // RFC 8446 5.1
constexpr std::size_t MOST_HELLO = 1 << 16;
constexpr std::size_t MOST_NAME = 253; // RFC 1035 2.3.4, without the root
/// RFC 6066 3: "the literal byte string of the DNS hostname"; underscores are met in practice.
constexpr const char* NAME_CHARACTERS =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

const HelloName MORE{HelloName::State::NEED_MORE, {}};
const HelloName NOT_TLS{HelloName::State::NOT_TLS, {}};

/// @return the host name in the body of a server_name extension; nothing where it is malformed.
std::optional<std::string>
ReadServerName(ByteView body)
{
    ByteReader reader(body);
    const auto list = reader.TakePrefixed16();
    if (!list || !reader.IsAtEnd())
    {
        return std::nullopt;
    }
    ByteReader entries(*list);
    const auto type = entries.U8();
    const auto name = entries.TakePrefixed16();
    if (!type || !name || *type != 0)
    {
        return std::nullopt;
    }
    const std::string text(name->AsText());
    const bool isName = !text.empty() && text.size() <= MOST_NAME &&
                        text.find_first_not_of(NAME_CHARACTERS) == std::string::npos;
    return isName ? std::optional(text) : std::nullopt;
}

/// @param hello the body of a ClientHello
/// @return the name; empty where there is none; nothing where the message is malformed
std::optional<std::string>
ReadHello(ByteView hello)
{
    ByteReader reader(hello);
    constexpr std::size_t VERSION_AND_RANDOM = 34;
    const bool isRead = reader.Take(VERSION_AND_RANDOM) && reader.TakePrefixed8() &&
                        reader.TakePrefixed16() && reader.TakePrefixed8();
    if (!isRead)
    {
        return std::nullopt;
    }
    if (reader.IsAtEnd())
    {
        return std::string(); // RFC 5246 7.4.1.2: extensions may be missing
    }
    const auto extensions = reader.TakePrefixed16();
    if (!extensions || !reader.IsAtEnd())
    {
        return std::nullopt;
    }
    ByteReader list(*extensions);
    while (!list.IsAtEnd())
    {
        const auto type = list.U16();
        const auto body = list.TakePrefixed16();
        if (!type || !body)
        {
            return std::nullopt;
        }
        if (*type == SERVER_NAME)
        {
            return ReadServerName(*body);
        }
    }
    return std::string();
}

/// @return the message's body as far as it is there, and whether that is all of it; nothing where it is no ClientHello.
std::optional<std::pair<ByteView, bool>>
HelloBody(ByteView handshake)
{
    ByteReader reader(handshake);
    const auto type = reader.U8();
    if (type && *type != CLIENT_HELLO)
    {
        return std::nullopt;
    }
    const auto length = reader.U24();
    if (!length)
    {
        return std::pair(ByteView(), false);
    }
    if (*length > MOST_HELLO)
    {
        return std::nullopt;
    }
    const auto body = reader.Take(*length);
    return std::pair(body.value_or(ByteView()), body.has_value());
}

} // namespace

HelloName
FindHelloName(ByteView stream)
{
    Bytes handshake; // the message may be spread over records
    ByteReader reader(stream);
    for (;;)
    {
        const auto type = reader.U8();
        const auto version = reader.U16();
        const auto length = reader.U16();
        const bool isOther = (type && *type != HANDSHAKE) || (version && *version >> 8 != 3) ||
                             (length && (*length == 0 || *length > MOST_FRAGMENT));
        if (isOther)
        {
            return NOT_TLS;
        }
        const auto fragment = length ? reader.Take(*length) : std::nullopt;
        Append(handshake, fragment.value_or(length ? reader.Rest() : ByteView()));
        const auto body = HelloBody(handshake);
        if (!body)
        {
            return NOT_TLS;
        }
        if (body->second)
        {
            const auto name = ReadHello(body->first);
            return name ? HelloName{HelloName::State::COMPLETE, *name} : NOT_TLS;
        }
        if (!fragment)
        {
            return MORE;
        }
    }
}

} // namespace imsfw::http
