// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-ice-candidate.h.
#include "ims-turn-ice-candidate.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <vector>

namespace imsfw::ice
{

namespace
{

constexpr std::size_t FIXED_FIELDS = 8; ///< up to the type

std::optional<CandidateType>
TypeOf(std::string_view name)
{
    for (const auto type : {CandidateType::HOST,
                            CandidateType::SERVER_REFLEXIVE,
                            CandidateType::PEER_REFLEXIVE,
                            CandidateType::RELAYED})
    {
        if (name == ToString(type))
        {
            return type;
        }
    }
    return std::nullopt;
}

std::string_view
TcpTypeName(CandidateTransport transport)
{
    switch (transport)
    {
    case CandidateTransport::UDP:
        return "";
    case CandidateTransport::TCP_ACTIVE:
        return "active";
    case CandidateTransport::TCP_PASSIVE:
        return "passive";
    case CandidateTransport::TCP_SIMULTANEOUS_OPEN:
        return "so";
    }
    return "";
}

std::optional<CandidateTransport>
TcpTypeOf(std::string_view name)
{
    for (const auto transport : {CandidateTransport::TCP_ACTIVE,
                                 CandidateTransport::TCP_PASSIVE,
                                 CandidateTransport::TCP_SIMULTANEOUS_OPEN})
    {
        if (name == TcpTypeName(transport))
        {
            return transport;
        }
    }
    return std::nullopt;
}

bool
IsToken(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(),
                                        text.end(),
                                        [](unsigned char c)
                                        { return std::isalnum(c) != 0 || c == '-' || c == '.'; });
}

/// What may follow the type, as names with values.
struct Extensions
{
    std::optional<IpAddress> relatedAddress;
    std::optional<uint16_t> relatedPort;
    std::string_view tcpType;
};

std::optional<CandidateError>
TakeExtension(Extensions& extensions, std::string_view name, std::string_view value)
{
    if (name == "raddr")
    {
        extensions.relatedAddress = IpAddress::Parse(value);
        return extensions.relatedAddress ? std::nullopt
                                         : std::optional(CandidateError::BAD_RELATED);
    }
    if (name == "rport")
    {
        const auto port = ParseNumber(value, 0, UINT16_MAX);
        extensions.relatedPort = static_cast<uint16_t>(port.value_or(0));
        return port ? std::nullopt : std::optional(CandidateError::BAD_RELATED);
    }
    if (name == "tcptype")
    {
        extensions.tcpType = value;
    }
    return std::
        nullopt; // RFC 8839 5.1: "an agent MUST ignore any name/value pairs it doesn't understand"
}

Result<Extensions, CandidateError>
ReadExtensions(const std::vector<std::string_view>& fields)
{
    Extensions extensions;
    for (std::size_t i = FIXED_FIELDS; i < fields.size(); i += 2)
    {
        if (i + 1 == fields.size() || fields[i].empty())
        {
            return Failure{CandidateError::BAD_EXTENSION};
        }
        if (const auto error = TakeExtension(extensions, fields[i], fields[i + 1]))
        {
            return Failure{*error};
        }
    }
    return extensions;
}

/// The fields before the type, which stand at fixed places.
std::optional<CandidateError>
ReadFixed(const std::vector<std::string_view>& fields, Candidate& candidate)
{
    if (!IsIceText(fields[0], 1, 32))
    {
        return CandidateError::BAD_FOUNDATION;
    }
    const auto component = ParseNumber(fields[1], 1, 256);
    if (!component)
    {
        return CandidateError::BAD_COMPONENT;
    }
    if (!IsToken(fields[2]))
    {
        return CandidateError::BAD_TRANSPORT;
    }
    const auto priority = ParseNumber(fields[3], 1, 0x7FFFFFFF);
    if (!priority)
    {
        return CandidateError::BAD_PRIORITY;
    }
    const auto port = ParseNumber(fields[5], 0, UINT16_MAX);
    if (!port)
    {
        return CandidateError::BAD_PORT;
    }
    if (fields[6] != "typ" || !IsToken(fields[7]))
    {
        return CandidateError::BAD_TYPE;
    }
    candidate.foundation = fields[0];
    candidate.component = static_cast<unsigned>(*component);
    candidate.priority = static_cast<uint32_t>(*priority);
    candidate.address.port = static_cast<uint16_t>(*port);
    return std::nullopt;
}

/// What is well-formed and still may be of no use here.
std::optional<CandidateError>
ReadChoices(const std::vector<std::string_view>& fields,
            const Extensions& extensions,
            Candidate& candidate)
{
    const auto address = IpAddress::Parse(fields[4]);
    if (!address && (fields[4].find(':') != std::string_view::npos || !IsToken(fields[4])))
    {
        return CandidateError::BAD_ADDRESS;
    }
    const auto type = TypeOf(fields[7]);
    const bool isUdp = EqualsIgnoringCase(fields[2], "udp");
    const auto tcpType = TcpTypeOf(extensions.tcpType);
    if (!address || !type || (!isUdp && (!EqualsIgnoringCase(fields[2], "tcp") || !tcpType)))
    {
        return CandidateError::UNSUPPORTED;
    }
    candidate.address.address = *address;
    candidate.type = *type;
    candidate.transport = isUdp ? CandidateTransport::UDP : *tcpType;
    return std::nullopt;
}

} // namespace

std::string_view
ToString(CandidateType type)
{
    switch (type)
    {
    case CandidateType::HOST:
        return "host";
    case CandidateType::SERVER_REFLEXIVE:
        return "srflx";
    case CandidateType::PEER_REFLEXIVE:
        return "prflx";
    case CandidateType::RELAYED:
        return "relay";
    }
    return "unknown";
}

std::string_view
ProtocolName(CandidateTransport transport)
{
    return IsTcp(transport) ? "tcp" : "udp";
}

bool
IsTcp(CandidateTransport transport)
{
    return transport != CandidateTransport::UDP;
}

bool
CanPair(CandidateTransport local, CandidateTransport remote)
{
    switch (local)
    {
    case CandidateTransport::UDP:
    case CandidateTransport::TCP_SIMULTANEOUS_OPEN:
        return remote == local;
    case CandidateTransport::TCP_ACTIVE:
        return remote == CandidateTransport::TCP_PASSIVE;
    case CandidateTransport::TCP_PASSIVE:
        return remote == CandidateTransport::TCP_ACTIVE;
    }
    return false;
}

std::string_view
ToString(CandidateError error)
{
    switch (error)
    {
    case CandidateError::TOO_SHORT:
        return "too-short";
    case CandidateError::BAD_FOUNDATION:
        return "bad-foundation";
    case CandidateError::BAD_COMPONENT:
        return "bad-component";
    case CandidateError::BAD_TRANSPORT:
        return "bad-transport";
    case CandidateError::BAD_PRIORITY:
        return "bad-priority";
    case CandidateError::BAD_ADDRESS:
        return "bad-address";
    case CandidateError::BAD_PORT:
        return "bad-port";
    case CandidateError::BAD_TYPE:
        return "bad-type";
    case CandidateError::BAD_RELATED:
        return "bad-related";
    case CandidateError::BAD_EXTENSION:
        return "bad-extension";
    case CandidateError::UNSUPPORTED:
        return "unsupported";
    }
    return "unknown";
}

std::string
Candidate::ToSdp() const
{
    std::string text = foundation + " " + std::to_string(component) + " " +
                       ToUpper(ProtocolName(transport)) + " " + std::to_string(priority) + " " +
                       address.address.ToString() + " " + std::to_string(address.port) + " typ " +
                       std::string(ice::ToString(type));
    if (related)
    {
        text += " raddr " + related->address.ToString() + " rport " + std::to_string(related->port);
    }
    if (IsTcp(transport))
    {
        text += " tcptype " + std::string(TcpTypeName(transport));
    }
    return text;
}

Result<Candidate, CandidateError>
Candidate::Parse(std::string_view value)
{
    const auto fields = Split(value, ' ');
    if (fields.size() < FIXED_FIELDS)
    {
        return Failure{CandidateError::TOO_SHORT};
    }
    Candidate candidate;
    if (const auto error = ReadFixed(fields, candidate))
    {
        return Failure{*error};
    }
    const auto extensions = ReadExtensions(fields);
    if (!extensions)
    {
        return Failure{extensions.Error()};
    }
    if (const auto error = ReadChoices(fields, *extensions, candidate))
    {
        return Failure{*error};
    }
    if (extensions->relatedAddress.has_value() != extensions->relatedPort.has_value() ||
        (!extensions->relatedAddress && candidate.type != CandidateType::HOST))
    {
        return Failure{CandidateError::BAD_RELATED};
    }
    if (extensions->relatedAddress)
    {
        candidate.related = Endpoint{*extensions->relatedAddress, *extensions->relatedPort};
    }
    return candidate;
}

bool
operator==(const Candidate& a, const Candidate& b)
{
    const auto tie = [](const Candidate& c)
    {
        return std::tie(
            c.foundation, c.component, c.transport, c.priority, c.address, c.type, c.related);
    };
    return tie(a) == tie(b);
}

uint8_t
TypePreferences::Of(CandidateType type, CandidateTransport transport) const
{
    const bool isTcp = IsTcp(transport);
    switch (type)
    {
    case CandidateType::HOST:
        return isTcp ? tcpHost : host;
    case CandidateType::SERVER_REFLEXIVE:
        return isTcp ? tcpServerReflexive : serverReflexive;
    case CandidateType::PEER_REFLEXIVE:
        return isTcp ? tcpPeerReflexive : peerReflexive;
    case CandidateType::RELAYED:
        return relayed;
    }
    return 0;
}

uint32_t
ComputePriority(uint8_t typePreference, uint16_t localPreference, unsigned component)
{
    return (uint32_t{typePreference} << 24) + (uint32_t{localPreference} << 8) + (256 - component);
}

uint16_t
TcpLocalPreference(CandidateTransport transport, CandidateType type, uint16_t other)
{
    // RFC 6544 4.2: host and relayed ones like best to open the connection, reflexive ones to open it from both sides.
    const bool isReflexive =
        type == CandidateType::SERVER_REFLEXIVE || type == CandidateType::PEER_REFLEXIVE;
    unsigned direction = 0;
    switch (transport)
    {
    case CandidateTransport::UDP:
        return other;
    case CandidateTransport::TCP_ACTIVE:
        direction = isReflexive ? 4 : 6;
        break;
    case CandidateTransport::TCP_PASSIVE:
        direction = isReflexive ? 2 : 4;
        break;
    case CandidateTransport::TCP_SIMULTANEOUS_OPEN:
        direction = isReflexive ? 6 : 2;
        break;
    }
    return static_cast<uint16_t>((direction << 13) + (other & 0x1FFFU));
}

uint64_t
PairPriority(uint32_t controlling, uint32_t controlled)
{
    const uint64_t low = std::min(controlling, controlled);
    const uint64_t high = std::max(controlling, controlled);
    return (low << 32) + 2 * high + (controlling > controlled ? 1 : 0);
}

bool
IsIceText(std::string_view text, std::size_t least, std::size_t most)
{
    return text.size() >= least && text.size() <= most &&
           std::all_of(text.begin(),
                       text.end(),
                       [](unsigned char c)
                       { return c < 0x80 && (std::isalnum(c) != 0 || c == '+' || c == '/'); });
}

} // namespace imsfw::ice
