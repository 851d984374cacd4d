// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// TLS records and hellos written by hand, for the tests.
#pragma once

#include "base/bytes.h"
#include "talk.h"

#include <cstdint>
#include <string_view>

namespace imsfw::classify
{

enum RecordType : uint8_t
{
    CCS = 20,
    ALERT = 21,
    HANDSHAKE = 22,
    DATA = 23,
};

inline Bytes
Record(uint8_t type, const Bytes& fragment, uint16_t version = 0x0303)
{
    ByteWriter writer;
    writer.U8(type);
    writer.U16(version);
    writer.U16(static_cast<uint16_t>(fragment.size()));
    writer.Put(fragment);
    return writer.Finish();
}

inline Bytes
Message(uint8_t type, const Bytes& body)
{
    ByteWriter writer;
    writer.U8(type);
    writer.U24(static_cast<uint32_t>(body.size()));
    writer.Put(body);
    return writer.Finish();
}

inline Bytes
Extension(uint16_t type, const Bytes& content)
{
    ByteWriter writer;
    writer.U16(type);
    writer.U16(static_cast<uint16_t>(content.size()));
    writer.Put(content);
    return writer.Finish();
}

/// A vector with its length before it, in @p width bytes.
inline Bytes
Vector(unsigned width, const Bytes& content)
{
    ByteWriter writer;
    if (width == 2)
    {
        writer.U16(static_cast<uint16_t>(content.size()));
    }
    else
    {
        writer.U8(static_cast<uint8_t>(content.size()));
    }
    writer.Put(content);
    return writer.Finish();
}

inline Bytes
ServerName(std::string_view name)
{
    return Extension(0, Vector(2, Hex("00") + Vector(2, Text(name))));
}

inline Bytes
Protocols(std::string_view name)
{
    return Extension(16, Vector(2, Vector(1, Text(name))));
}

inline Bytes
ClientHello(const Bytes& suites = Hex("0002 002f"), const Bytes& extensions = {})
{
    const Bytes fixed = Hex("0303") + Bytes(32, 0xAA) + Hex("00");
    const Bytes tail = extensions.empty() ? Bytes{} : Vector(2, extensions);
    return Message(1, fixed + Vector(2, suites) + Hex("01 00") + tail);
}

inline Bytes
ServerHello(const Bytes& suite, const Bytes& extensions = {}, const Bytes& random = Bytes(32, 0xBB))
{
    const Bytes tail = extensions.empty() ? Bytes{} : Vector(2, extensions);
    return Message(2, Hex("0303") + random + Hex("00") + suite + Hex("00") + tail);
}

inline const Bytes RETRY_RANDOM =
    Hex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");
inline const Bytes VERSION_13 = Hex("002b 0002 0304");
inline const Bytes CHANGE_CIPHER = Record(CCS, Hex("01"));

/// A TLS 1.2 handshake up to the first application data.
inline Talk
Handshake12(const Bytes& suite, std::size_t macLength)
{
    const Bytes finished = Record(HANDSHAKE, Message(20, Bytes(12, 0xF1)) + Bytes(macLength, 0xCC));
    return {
        Client(Record(HANDSHAKE, ClientHello(suite, ServerName("a.test")), 0x0301)),
        Server(Record(HANDSHAKE, ServerHello(suite)) +
               Record(HANDSHAKE, Message(11, Bytes(700, 0x55)) + Message(14, {}))),
        Client(Record(HANDSHAKE, Message(16, Bytes(258, 0x66))) + CHANGE_CIPHER + finished),
        Server(CHANGE_CIPHER + finished),
    };
}

/// A record of a NULL suite: the data and a code after it.
inline Bytes
NullRecord(const Bytes& data, std::size_t macLength)
{
    return Record(DATA, data + Bytes(macLength, 0xCC));
}

} // namespace imsfw::classify
