// SPDX-License-Identifier: GPL-2.0-only
#include "content.h"

#include "base/text.h"
#include "dtls-names.h"
#include "ims-sip-message.h"
#include "ims-turn-stun-message.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

constexpr std::size_t CHANNEL_HEADER = 4; // RFC 8656 12.4
constexpr std::size_t RTP_HEADER = 12;    // RFC 3550 5.1
constexpr std::size_t MSRP_LINE = 256;    // a start line is much shorter

/// RFC 7983 7: the first byte tells STUN (0 to 3), TURN channels (64 to 79) and RTP (128 to 191) apart.
bool
IsStun(uint8_t first)
{
    return first < 4;
}

bool
IsChannel(uint8_t first)
{
    return first >= 64 && first < 80;
}

bool
IsRtp(uint8_t first)
{
    return first >= 128 && first < 192;
}

void
Add(Content& content, Layer layer, std::size_t size)
{
    if (size > 0)
    {
        content.runs.push_back({layer, size});
    }
}

void
Append(Content& content, Content more)
{
    content.runs.insert(content.runs.end(), more.runs.begin(), more.runs.end());
    content.names.insert(content.names.end(), more.names.begin(), more.names.end());
}

/// RFC 3550 5.1: a fixed header, contributors, an extension.
void
ReadRtp(ByteView bytes, Content& content)
{
    const bool isRtcp = bytes.Size() > 1 && bytes[1] >= 192 && bytes[1] < 224; // RFC 5761 4
    std::size_t header = RTP_HEADER + std::size_t{4} * (bytes[0] & 15);
    if ((bytes[0] & 16) != 0 && bytes.Size() >= header + 4)
    {
        header += 4 + 4 * (std::size_t{bytes[header + 2]} << 8 | bytes[header + 3]);
    }
    header = isRtcp ? bytes.Size() : std::min(header, bytes.Size());
    Add(content, Layer::RTP, header);
    Add(content, Layer::PAYLOAD, bytes.Size() - header);
    content.names.emplace_back(isRtcp ? "RTCP" : "RTP");
}

/// "create-permission" is CreatePermission in RFC 8656.
std::string
InRfcSpelling(const std::string& method)
{
    std::string name;
    for (const auto part : Split(method, '-'))
    {
        name += ToUpper(part.substr(0, 1));
        name += part.substr(1);
    }
    return name;
}

std::string
NameOf(const stun::Message& message)
{
    const std::string name = InRfcSpelling(stun::ToString(message.GetMethod()));
    switch (message.GetClass())
    {
    case stun::MessageClass::REQUEST:
        return name;
    case stun::MessageClass::INDICATION:
        return name + " indication";
    case stun::MessageClass::SUCCESS:
        return name + " success";
    case stun::MessageClass::ERROR:
        break;
    }
    const auto error = message.GetErrorCode();
    return name + " " + (error ? std::to_string(error->code) : "error");
}

void
ReadStun(ByteView bytes, Content& content)
{
    const auto message = stun::Message::Parse(bytes);
    const auto data = message ? message->Find(stun::attribute::DATA) : std::nullopt;
    content.names.push_back(message ? NameOf(*message) : "STUN");
    Add(content, Layer::TURN, bytes.Size() - (data ? data->Size() : 0));
    if (data && !data->IsEmpty())
    {
        Append(content, ReadDatagram(*data));
    }
}

/// @param bytes a whole frame, padding included
void
ReadChannelData(ByteView bytes, Content& content)
{
    const std::size_t length = std::size_t{bytes[2]} << 8 | bytes[3];
    const ByteView data = bytes.Sub(CHANNEL_HEADER, length);
    content.names.emplace_back("ChannelData");
    Add(content, Layer::TURN, bytes.Size() - data.Size());
    if (!data.IsEmpty())
    {
        Append(content, ReadDatagram(data));
    }
}

bool
OpensPeerStream(ByteView bytes)
{
    const auto message = stun::Message::Parse(bytes);
    return message && message->GetMethod() == stun::Method::CONNECTION_BIND &&
           message->GetClass() != stun::MessageClass::ERROR;
}

std::string
NameOfSip(ByteView bytes)
{
    const auto message = sip::SipMessage::ParseDatagram(bytes);
    if (!message)
    {
        return "SIP";
    }
    return message->IsRequest() ? message->Method()
                                : std::to_string(message->Status()) + " " + message->Method();
}

} // namespace

Content
ReadDatagram(ByteView bytes)
{
    Content content;
    if (bytes.Size() >= stun::HEADER_SIZE && IsStun(bytes[0]))
    {
        ReadStun(bytes, content);
    }
    else if (bytes.Size() >= RTP_HEADER && IsRtp(bytes[0]))
    {
        ReadRtp(bytes, content);
    }
    else if (IsDtls(bytes))
    {
        Add(content, Layer::TLS, bytes.Size());
        content.names = DtlsNames(bytes);
    }
    else if (const std::string sip = NameOfSip(bytes); sip != "SIP")
    {
        Add(content, Layer::SIP, bytes.Size());
        content.names.push_back(sip);
    }
    else if (bytes.Size() >= CHANNEL_HEADER && IsChannel(bytes[0]))
    {
        ReadChannelData(bytes, content);
    }
    else
    {
        Add(content, Layer::OTHER, bytes.Size());
    }
    return content;
}

void
StreamContent::Decide(uint8_t first)
{
    if (IsStun(first))
    {
        m_kind = Kind::TURN;
    }
    else if (first == 'M') // MESSAGE is sent within a registration, never first
    {
        m_kind = Kind::MSRP;
    }
    else
    {
        const bool isText = (first >= 'A' && first <= 'Z') || first == '\r';
        m_kind = isText ? Kind::SIP : Kind::OTHER;
    }
}

Content
StreamContent::Push(ByteView bytes)
{
    Content content;
    if (bytes.IsEmpty())
    {
        return content;
    }
    if (m_kind == Kind::UNKNOWN)
    {
        Decide(bytes[0]);
    }
    switch (m_kind)
    {
    case Kind::SIP:
        PushSip(bytes, content);
        break;
    case Kind::TURN:
        PushTurn(bytes, content);
        break;
    case Kind::MSRP:
        PushMsrp(bytes, content);
        break;
    case Kind::UNKNOWN:
    case Kind::OTHER:
        Add(content, Layer::OTHER, bytes.Size());
        break;
    }
    return content;
}

void
StreamContent::PushSip(ByteView bytes, Content& content)
{
    using Type = sip::SipFramer::Frame::Type;
    Add(content, Layer::SIP, bytes.Size());
    m_sip.HandleInput(bytes);
    while (const auto frame = m_sip.Poll())
    {
        if (frame->type == Type::BROKEN)
        {
            m_kind = Kind::OTHER;
            return;
        }
        content.names.push_back(frame->type == Type::MESSAGE ? NameOfSip(frame->bytes)
                                                             : "CRLF keep-alive");
    }
}

void
StreamContent::PushTurn(ByteView bytes, Content& content)
{
    m_turn.Push(bytes);
    while (const auto frame = m_turn.Next())
    {
        if (IsChannel((*frame)[0]))
        {
            ReadChannelData(*frame, content);
            continue;
        }
        ReadStun(*frame, content);
        // RFC 6062 5.4: behind a ConnectionBind and its success, the bytes are the peer's.
        if (!m_isPeers && OpensPeerStream(*frame))
        {
            m_isPeers = true;
            m_kind = Kind::UNKNOWN;
            const ByteView rest = m_turn.TakeRest();
            Append(content, Push(Bytes(rest.begin(), rest.end())));
            return;
        }
    }
    if (m_turn.GetError())
    {
        Add(content, Layer::OTHER, m_turn.GetBuffered());
        m_kind = Kind::OTHER;
    }
}

void
StreamContent::PushMsrp(ByteView bytes, Content& content)
{
    Add(content, Layer::MSRP, bytes.Size());
    for (const auto byte : bytes)
    {
        if (byte != '\n')
        {
            m_line += m_line.size() < MSRP_LINE ? std::string(1, static_cast<char>(byte)) : "";
            continue;
        }
        if (m_line.rfind("MSRP ", 0) == 0) // RFC 4975 9: "MSRP", transaction, method or status
        {
            const auto behind = m_line.find(' ', 5);
            const auto end = m_line.find_first_of(" \r", behind + 1);
            if (behind != std::string::npos)
            {
                content.names.push_back("MSRP " + m_line.substr(behind + 1, end - behind - 1));
            }
        }
        m_line.clear();
    }
}

} // namespace imsfw::scenario
