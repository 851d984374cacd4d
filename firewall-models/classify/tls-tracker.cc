// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tls-tracker.h"

#include "classify/tls-hello.h"
#include "classify/tls-suites.h"

#include <algorithm>

namespace imsfw::classify
{

namespace
{

enum ContentType : uint8_t
{
    CHANGE_CIPHER_SPEC = 20,
    ALERT = 21,
    HANDSHAKE = 22,
    APPLICATION_DATA = 23,
    HEARTBEAT = 24,
};

enum HandshakeType : uint8_t
{
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
};

constexpr std::size_t RECORD_HEADER = 5;
constexpr std::size_t MESSAGE_HEADER = 4;
constexpr uint8_t MAJOR = 3;
constexpr uint16_t TLS_1_3 = 0x0304;
constexpr std::size_t TRUNCATED_MAC = 10;

bool
IsKnown(uint8_t type)
{
    return type >= CHANGE_CIPHER_SPEC && type <= HEARTBEAT;
}

/// @return the big-endian number of @p width bytes at @p offset.
/// @pre they are there
std::size_t
ReadLength(const Bytes& bytes, std::size_t offset, std::size_t width)
{
    std::size_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
    {
        value = value << 8 | bytes[offset + i];
    }
    return value;
}

} // namespace

Bytes
TlsTracker::Push(Direction direction, ByteView bytes)
{
    Bytes plaintext;
    if (IsSettled())
    {
        return plaintext;
    }
    Half& half = At(direction);
    const std::size_t skipped = std::min(half.skipRecord, bytes.Size());
    half.skipRecord -= skipped;
    bytes = bytes.Sub(skipped);
    if (half.pending.empty())
    {
        TakeRecords(direction, bytes, plaintext);
        return plaintext;
    }
    const bool hadHeader = half.pending.size() >= RECORD_HEADER;
    Append(half.pending, bytes);
    if (hadHeader && half.pending.size() < RECORD_HEADER + ReadLength(half.pending, 3, 2))
    {
        return plaintext;
    }
    const Bytes joined = std::move(half.pending);
    half.pending.clear();
    TakeRecords(direction, joined, plaintext);
    return plaintext;
}

void
TlsTracker::TakeRecords(Direction direction, ByteView bytes, Bytes& plaintext)
{
    std::size_t used = 0;
    while (!m_findings.malformed && (used = TakeRecord(direction, bytes, plaintext)) > 0)
    {
        bytes = bytes.Sub(used);
    }
    if (!m_findings.malformed)
    {
        Append(At(direction).pending, bytes);
    }
}

std::size_t
TlsTracker::TakeRecord(Direction direction, ByteView bytes, Bytes& plaintext)
{
    ByteReader reader(bytes);
    const auto type = reader.U8();
    const auto major = reader.U8();
    const auto minor = reader.U8();
    const auto length = reader.U16();
    // Zero-length records are in order for application data alone (RFC 5246 6.2.1).
    const bool isEmpty = length && *length == 0 && *type != APPLICATION_DATA;
    const bool isWrong = (type && !IsKnown(*type)) || (major && *major != MAJOR) ||
                         (length && *length > FRAGMENT_LIMIT) || isEmpty;
    if (isWrong)
    {
        Break();
        return 0;
    }
    if (!minor || !length)
    {
        return 0;
    }
    Half& half = At(direction);
    if (half.protection && !half.protection->readable && *type == APPLICATION_DATA)
    {
        const std::size_t here = std::min<std::size_t>(*length, reader.Remaining());
        half.skipRecord = *length - here;
        return RECORD_HEADER + here;
    }
    const auto fragment = reader.Take(*length);
    if (!fragment)
    {
        return 0;
    }
    HandleRecord(direction, {*type, *fragment}, plaintext);
    return RECORD_HEADER + *length;
}

void
TlsTracker::HandleRecord(Direction direction, Record record, Bytes& plaintext)
{
    const auto protection = At(direction).protection;
    if (protection)
    {
        HandleProtected(direction, *protection, record, plaintext);
        return;
    }
    if (record.type !=
        APPLICATION_DATA) // before any key is agreed on, these are TLS 1.3's 0-RTT data
    {
        HandleReadable(direction, record, plaintext);
    }
}

void
TlsTracker::HandleProtected(Direction direction,
                            const Protection& protection,
                            Record record,
                            Bytes& plaintext)
{
    // RFC 8446 5: after the ServerHello only application_data records are protected; a ChangeCipherSpec is for show.
    const bool passedOver = protection.isTls13 && record.type != APPLICATION_DATA;
    if (!protection.readable || passedOver)
    {
        return;
    }
    if (record.fragment.Size() < protection.macLength)
    {
        Break();
        return;
    }
    // RFC 5246 6.2.3.1: under a NULL cipher a record is its content followed by the MAC.
    const ByteView content = record.fragment.Sub(0, record.fragment.Size() - protection.macLength);
    if (protection.isTls13)
    {
        HandleTls13(content, plaintext);
    }
    else
    {
        HandleReadable(direction, {record.type, content}, plaintext);
    }
}

void
TlsTracker::HandleReadable(Direction direction, Record record, Bytes& plaintext)
{
    switch (record.type)
    {
    case CHANGE_CIPHER_SPEC:
        if (m_negotiated && !m_negotiated->isTls13)
        {
            Protect(direction, *m_negotiated);
        }
        return;
    case HANDSHAKE:
        HandleHandshake(direction, record.fragment);
        return;
    case APPLICATION_DATA:
        Append(plaintext, record.fragment);
        return;
    default: // alerts and heartbeats say nothing that a rule asks for
        return;
    }
}

void
TlsTracker::HandleTls13(ByteView content, Bytes& plaintext)
{
    // RFC 8446 5.2: TLSInnerPlaintext is content, type, zeros.
    std::size_t size = content.Size();
    while (size > 0 && content[size - 1] == 0)
    {
        --size;
    }
    if (size > 0 && content[size - 1] == APPLICATION_DATA)
    {
        Append(plaintext, content.Sub(0, size - 1));
    }
}

void
TlsTracker::HandleHandshake(Direction direction, ByteView content)
{
    Half& half = At(direction);
    while (!m_findings.malformed)
    {
        const std::size_t skipped = std::min(half.skipMessage, content.Size());
        half.skipMessage -= skipped;
        content = content.Sub(skipped);
        if (content.IsEmpty())
        {
            return;
        }
        // Take as much as completes the header, then as much as completes the message.
        const std::size_t wanted = half.handshake.size() < MESSAGE_HEADER
                                       ? MESSAGE_HEADER
                                       : MESSAGE_HEADER + ReadLength(half.handshake, 1, 3);
        const ByteView piece = content.Sub(0, wanted - half.handshake.size());
        Append(half.handshake, piece);
        content = content.Sub(piece.Size());
        if (half.handshake.size() < MESSAGE_HEADER)
        {
            return;
        }
        const uint8_t type = half.handshake[0];
        const std::size_t length = ReadLength(half.handshake, 1, 3);
        const bool isHello = type == CLIENT_HELLO || type == SERVER_HELLO;
        if (!isHello)
        {
            half.skipMessage = length;
            half.handshake.clear();
        }
        else if (length > HELLO_LIMIT)
        {
            Break();
        }
        else if (half.handshake.size() == MESSAGE_HEADER + length)
        {
            const Bytes message = std::move(half.handshake);
            half.handshake.clear();
            HandleMessage(direction, type, ByteView(message).Sub(MESSAGE_HEADER));
        }
    }
}

void
TlsTracker::HandleMessage(Direction direction, uint8_t type, ByteView body)
{
    const bool fromClient = direction == Direction::TO_SERVER;
    if (type == CLIENT_HELLO && fromClient)
    {
        HandleClientHello(body);
    }
    else if (type == SERVER_HELLO && !fromClient)
    {
        HandleServerHello(body);
    }
    else
    {
        Break(); // a hello against the direction of the connection
    }
}

void
TlsTracker::HandleClientHello(ByteView body)
{
    auto hello = ReadClientHello(body);
    if (!hello)
    {
        Break();
        return;
    }
    ++m_generation;
    m_findings.clientHello = true;
    m_findings.sni = std::move(hello->sni);
    m_findings.offered = std::move(hello->suites);
    m_findings.alpn = std::move(hello->alpn);
    m_findings.clientHelloSize = static_cast<uint32_t>(MESSAGE_HEADER + body.Size());
}

void
TlsTracker::HandleServerHello(ByteView body)
{
    auto hello = ReadServerHello(body);
    if (!hello)
    {
        Break();
        return;
    }
    ++m_generation;
    if (hello->helloRetry)
    {
        m_findings.helloRetry =
            true; // RFC 8446 4.1.4: another ClientHello and the ServerHello proper follow
        return;
    }
    m_findings.serverHello = true;
    m_findings.version = hello->version;
    m_findings.suite = hello->suite;
    m_findings.alpnChosen = std::move(hello->alpn);
    const auto mac = FindNullSuiteMac(hello->suite);
    m_findings.nullSuite = mac.has_value();
    Protection protection;
    protection.readable = mac.has_value() && !hello->compressed;
    protection.isTls13 = hello->version >= TLS_1_3;
    protection.macLength = mac.value_or(0);
    if (hello->truncatedMac)
    {
        protection.macLength = std::min(protection.macLength, TRUNCATED_MAC);
    }
    m_negotiated = protection;
    if (protection.isTls13)
    {
        Protect(Direction::TO_SERVER, protection);
        Protect(Direction::TO_CLIENT, protection);
    }
}

void
TlsTracker::Protect(Direction direction, const Protection& protection)
{
    At(direction).protection = protection;
    At(direction).handshake.clear();
    At(direction).skipMessage = 0;
    auto& flag = direction == Direction::TO_SERVER ? m_findings.protectedToServer
                                                   : m_findings.protectedToClient;
    flag = true;
    ++m_generation;
}

void
TlsTracker::Break()
{
    m_findings.malformed = true;
    ++m_generation;
    m_halves = {};
}

bool
TlsTracker::IsSettled() const
{
    const auto isOpaque = [](const Half& half)
    { return half.protection && !half.protection->readable; };
    return m_findings.malformed || (isOpaque(m_halves[0]) && isOpaque(m_halves[1]));
}

std::size_t
TlsTracker::GetHeldBytes() const
{
    std::size_t held = 0;
    for (const Half& half : m_halves)
    {
        held += half.pending.size() + half.handshake.size();
    }
    return held;
}

} // namespace imsfw::classify
