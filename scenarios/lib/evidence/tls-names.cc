// SPDX-License-Identifier: GPL-2.0-only
#include "tls-names.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

constexpr std::size_t RECORD_HEADER = 5;
constexpr std::size_t MESSAGE_HEADER = 4;
constexpr uint8_t CHANGE_CIPHER_SPEC = 20;
constexpr uint8_t ALERT = 21;
constexpr uint8_t HANDSHAKE = 22;
constexpr uint8_t APPLICATION_DATA = 23;

} // namespace

std::string
HandshakeName(uint8_t type)
{
    switch (type)
    {
    case 1:
        return "ClientHello";
    case 2:
        return "ServerHello";
    case 3:
        return "HelloVerifyRequest";
    case 4:
        return "NewSessionTicket";
    case 11:
        return "Certificate";
    case 12:
        return "ServerKeyExchange";
    case 13:
        return "CertificateRequest";
    case 14:
        return "ServerHelloDone";
    case 15:
        return "CertificateVerify";
    case 16:
        return "ClientKeyExchange";
    case 20:
        return "Finished";
    default: // a number off the wire
        return "handshake " + std::to_string(type);
    }
}

std::vector<std::string>
TlsNames::Push(ByteView bytes)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at < bytes.Size();)
    {
        if (m_content > 0)
        {
            at += TakeContent(bytes.Sub(at), names);
            continue;
        }
        m_header.push_back(bytes[at++]);
        if (m_header.size() == RECORD_HEADER)
        {
            BeginRecord(names);
        }
    }
    return names;
}

void
TlsNames::BeginRecord(std::vector<std::string>& names)
{
    m_type = m_header[0];
    m_content = std::size_t{m_header[3]} << 8 | m_header[4];
    m_header.clear();
    if (m_type == CHANGE_CIPHER_SPEC)
    {
        names.emplace_back("ChangeCipherSpec");
        m_isEncrypted = true;
    }
    else if (m_type == ALERT)
    {
        names.emplace_back("alert");
    }
    else if (m_type == HANDSHAKE && m_isEncrypted)
    {
        names.emplace_back("encrypted handshake");
    }
    else if (m_type == APPLICATION_DATA)
    {
        names.emplace_back("application data");
    }
    else if (m_type != HANDSHAKE)
    {
        names.emplace_back("record " + std::to_string(m_type));
    }
}

std::size_t
TlsNames::TakeContent(ByteView bytes, std::vector<std::string>& names)
{
    const std::size_t taken = std::min(m_content, bytes.Size());
    if (m_type == HANDSHAKE && !m_isEncrypted)
    {
        TakeHandshake(bytes.Sub(0, taken), names);
    }
    m_content -= taken;
    return taken;
}

void
TlsNames::TakeHandshake(ByteView bytes, std::vector<std::string>& names)
{
    for (std::size_t at = 0; at < bytes.Size();)
    {
        if (m_body > 0)
        {
            const std::size_t taken = std::min(m_body, bytes.Size() - at);
            m_body -= taken;
            at += taken;
            continue;
        }
        m_message.push_back(bytes[at++]);
        if (m_message.size() == MESSAGE_HEADER)
        {
            names.push_back(HandshakeName(m_message[0]));
            m_body =
                std::size_t{m_message[1]} << 16 | std::size_t{m_message[2]} << 8 | m_message[3];
            m_message.clear();
        }
    }
}

} // namespace imsfw::scenario
