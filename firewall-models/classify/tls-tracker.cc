// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tls-tracker.h"

#include "classify/certificate-reader.h"
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

constexpr std::size_t RECORD_HEADER = 5;
constexpr uint8_t MAJOR = 3;
constexpr uint16_t TLS_1_3 = 0x0304;
constexpr std::size_t TRUNCATED_MAC = 10;

bool
IsKnown(uint8_t type)
{
    return type >= CHANGE_CIPHER_SPEC && type <= HEARTBEAT;
}

/// @return what is wrong with a record header, as far as it is there.
TlsDefect
FindDefect(std::optional<uint8_t> type,
           std::optional<uint8_t> major,
           std::optional<uint16_t> length)
{
    if (type && !IsKnown(*type))
    {
        return TlsDefect::BAD_TYPE;
    }
    if (major && *major != MAJOR)
    {
        return TlsDefect::BAD_VERSION;
    }
    if (length && *length > TlsTracker::FRAGMENT_LIMIT)
    {
        return TlsDefect::RECORD_TOO_LONG;
    }
    // RFC 5246 6.2.1: "Zero-length fragments of Application data MAY be sent", those of other types must not.
    const bool isEmpty = length && *length == 0 && *type != APPLICATION_DATA;
    return isEmpty ? TlsDefect::EMPTY_RECORD : TlsDefect::NONE;
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
    while (!IsSettled() && (used = TakeRecord(direction, bytes, plaintext)) > 0)
    {
        bytes = bytes.Sub(used);
    }
    if (!IsSettled())
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
    const auto defect = FindDefect(type, major, length);
    if (defect != TlsDefect::NONE)
    {
        Break(defect);
        return 0;
    }
    if (!minor || !length)
    {
        return 0;
    }
    if (direction == Direction::TO_SERVER && m_findings.recordVersion == 0)
    {
        m_findings.recordVersion = static_cast<uint16_t>(*major << 8 | *minor);
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
        Break(TlsDefect::RECORD_TOO_SHORT);
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
        HandleChangeCipher(direction);
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
    HandshakeReader& reader = At(direction).handshake;
    reader.BeginRecord();
    while (!content.IsEmpty() && !m_findings.malformed)
    {
        if (const auto message = reader.Take(content))
        {
            HandleMessage(direction, *message);
            reader.Release();
        }
    }
}

void
TlsTracker::HandleMessage(Direction direction, const HandshakeReader::Message& message)
{
    const bool fromClient = direction == Direction::TO_SERVER;
    if (message.IsHello() && message.length > HELLO_LIMIT)
    {
        Break(TlsDefect::HELLO_TOO_LONG);
        return;
    }
    if (message.IsHello() && fromClient != (message.type == HandshakeType::CLIENT_HELLO))
    {
        Break(TlsDefect::MISPLACED_HELLO);
        return;
    }
    switch (message.type)
    {
    case HandshakeType::CLIENT_HELLO:
        HandleClientHello(message);
        return;
    case HandshakeType::SERVER_HELLO:
        HandleServerHello(message.body);
        return;
    case HandshakeType::CERTIFICATE:
        if (!fromClient)
        {
            HandleCertificate(message.body);
        }
        return;
    case HandshakeType::SERVER_HELLO_DONE:
        m_isFullHandshake = true;
        return;
    }
}

void
TlsTracker::HandleClientHello(const HandshakeReader::Message& message)
{
    auto hello = ReadClientHello(message.body);
    if (!hello)
    {
        Break(TlsDefect::HELLO_SYNTAX);
        return;
    }
    ++m_generation;
    m_findings.clientHello = true;
    m_findings.clientHelloSize =
        static_cast<uint32_t>(HandshakeReader::HEADER + message.body.Size());
    m_findings.clientHelloRecords = message.records;
    NoteOffer(std::move(*hello));
}

void
TlsTracker::NoteOffer(ClientHelloFacts hello)
{
    constexpr uint16_t PRE_SHARED_KEY = 41;
    const auto has = [](const std::vector<uint16_t>& list, uint16_t value)
    { return std::find(list.begin(), list.end(), value) != list.end(); };
    // RFC 8446 D.4: with TLS 1.3 on offer the session id is filled for the middleboxes' sake and says nothing.
    const bool offersId = hello.hasSessionId && !has(hello.supportedVersions, TLS_1_3);
    m_findings.resumptionOffered =
        offersId || hello.hasTicket || has(hello.extensions, PRE_SHARED_KEY);
    m_findings.helloVersion = hello.version;
    m_findings.sni = std::move(hello.sni);
    m_findings.offered = std::move(hello.suites);
    m_findings.alpn = std::move(hello.alpn);
    m_findings.supportedVersions = std::move(hello.supportedVersions);
    m_findings.extensions = std::move(hello.extensions);
    m_findings.groups = std::move(hello.groups);
    m_findings.pointFormats = std::move(hello.pointFormats);
    m_findings.signatureAlgorithms = std::move(hello.signatureAlgorithms);
}

void
TlsTracker::HandleServerHello(ByteView body)
{
    auto hello = ReadServerHello(body);
    if (!hello)
    {
        Break(TlsDefect::HELLO_SYNTAX);
        return;
    }
    ++m_generation;
    if (hello->helloRetry)
    {
        m_findings.helloRetry =
            true; // RFC 8446 4.1.4: another ClientHello and the ServerHello proper follow
        return;
    }
    m_isFullHandshake = false;
    m_findings.serverHello = true;
    ++m_findings.handshakes;
    m_findings.version = hello->version;
    m_findings.suite = hello->suite;
    m_findings.resumed = hello->preSharedKey;
    m_findings.alpnChosen = std::move(hello->alpn);
    Negotiate(*hello);
}

void
TlsTracker::Negotiate(const ServerHelloFacts& hello)
{
    const auto mac = FindNullSuiteMac(hello.suite);
    m_findings.nullSuite = mac.has_value();
    Protection protection;
    protection.readable = mac.has_value() && !hello.compressed;
    protection.isTls13 = hello.version >= TLS_1_3;
    protection.macLength = mac.value_or(0);
    if (hello.truncatedMac)
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
TlsTracker::HandleCertificate(ByteView body)
{
    m_isFullHandshake = true;
    auto certificate = ReadCertificateMessage(body);
    if (certificate)
    {
        m_findings.certificate = std::move(certificate);
        ++m_generation;
    }
}

void
TlsTracker::HandleChangeCipher(Direction direction)
{
    if (!m_negotiated || m_negotiated->isTls13)
    {
        return;
    }
    // RFC 5246 7.3: in an abbreviated handshake the server goes from its hello (or RFC 5077's ticket) straight to
    // ChangeCipherSpec; in a full one ServerHelloDone stands between.
    if (direction == Direction::TO_CLIENT && !m_isFullHandshake)
    {
        m_findings.resumed = true;
    }
    Protect(direction, *m_negotiated);
}

void
TlsTracker::Protect(Direction direction, const Protection& protection)
{
    At(direction).protection = protection;
    At(direction).handshake.Reset();
    auto& flag = direction == Direction::TO_SERVER ? m_findings.protectedToServer
                                                   : m_findings.protectedToClient;
    flag = true;
    ++m_generation;
}

void
TlsTracker::Break(TlsDefect defect)
{
    m_findings.malformed = true;
    m_findings.defect = defect;
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
        held += half.pending.size() + half.handshake.GetHeldBytes();
    }
    return held;
}

} // namespace imsfw::classify
