// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the TURN server relays data (RFC 8656 11.2, 11.3, 12.6, 12.7).
#include "ims-turn-channel-data.h"
#include "ims-turn-server.h"

#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Message;
namespace attribute = stun::attribute;

namespace
{

/// The most that fits into one IPv4 datagram with its headers; a relayed datagram cannot have been longer, and a longer
/// one could not be framed.
constexpr std::size_t MAX_DATA = 65'507;

/// What a Data indication adds at most: header, an IPv6 XOR-PEER-ADDRESS, the header and padding of DATA.
constexpr std::size_t INDICATION_SIZE = stun::HEADER_SIZE + 24 + 4 + 3;

/// More are never needed at a time, unless somebody keeps the commands.
constexpr std::size_t MOST_BUFFERS = 16;

stun::TransportMode
ModeOf(const ClientId& client)
{
    return client.IsStream() ? stun::TransportMode::STREAM : stun::TransportMode::DATAGRAM;
}

} // namespace

void
Server::GiveBack(Bytes buffer)
{
    if (m_buffers.size() < MOST_BUFFERS)
    {
        m_buffers.push_back(std::move(buffer));
    }
}

Bytes
Server::TakeBuffer()
{
    Bytes buffer;
    if (!m_buffers.empty())
    {
        buffer = std::move(m_buffers.back());
        m_buffers.pop_back();
    }
    return buffer;
}

void
Server::HandleSendIndication(const ClientId& client, const Message& indication)
{
    const Allocation* allocation = m_table.Find(client);
    const auto peer = indication.GetXorAddress(attribute::XOR_PEER_ADDRESS);
    const auto data = indication.Find(attribute::DATA);
    if (!allocation)
    {
        Discard(client, "no-allocation", indication.GetWhole().Size());
    }
    else if (!peer || !data)
    {
        Discard(client, "bad-indication", indication.GetWhole().Size());
    }
    else if (!indication.FindUnknownRequired().empty())
    {
        Discard(client, "unknown-attribute", indication.GetWhole().Size());
    }
    else
    {
        RelayToPeer(*allocation, *peer, *data);
    }
}

void
Server::HandleChannelData(const ClientId& client, ByteView frame)
{
    const Allocation* allocation = m_table.Find(client);
    const auto parsed = ChannelData::Parse(frame, m_config.lastChannel);
    if (!allocation)
    {
        Discard(client, "no-allocation", frame.Size());
        return;
    }
    if (!parsed)
    {
        Discard(client, "bad-channel-data", frame.Size());
        return;
    }
    const auto bound = allocation->channels.find(parsed->channel);
    if (bound == allocation->channels.end())
    {
        Discard(client, "no-channel", frame.Size());
        return;
    }
    RelayToPeer(*allocation, bound->second, parsed->data);
}

void
Server::RelayToPeer(const Allocation& allocation, const Endpoint& peer, ByteView data)
{
    if (allocation.protocol != IpProtocol::UDP)
    {
        Discard(allocation.client, "tcp-allocation", data.Size());
        return;
    }
    // RFC 8656 11.2 for indications. 12.6 has no such check, but a channel outlives its permission where the client
    // does not refresh that: without a permission nothing goes out here, whichever way it came.
    if (!allocation.IsPermitted(peer.address))
    {
        Discard(allocation.client, "no-permission", data.Size());
        return;
    }
    if (data.Size() > MAX_DATA)
    {
        Discard(allocation.client, "too-long", data.Size());
        return;
    }
    ServerCommand& send = m_commands.Push();
    send.type = ServerCommand::Type::SEND_TO_PEER;
    send.relayPort = allocation.relayed.port;
    send.peer = peer;
    send.data = TakeBuffer();
    send.data.assign(data.begin(), data.end());
    ServerEvent& event = m_events.Push();
    event.type = ServerEvent::Type::RELAYED_TO_PEER;
    event.client = allocation.client;
    event.peer = peer;
    event.size = data.Size();
}

void
Server::HandlePeerInput(TimePoint now, uint16_t relayPort, const Endpoint& peer, ByteView data)
{
    Expire(now);
    const Allocation* allocation = m_table.FindByPort(relayPort);
    const bool isPermitted = allocation && allocation->IsPermitted(peer.address);
    if (!isPermitted || data.Size() > MAX_DATA - INDICATION_SIZE)
    {
        ServerEvent event{ServerEvent::Type::DISCARDED};
        event.relayed = {m_config.relayAddress, relayPort};
        event.peer = peer;
        event.reason = !allocation ? "no-allocation" : !isPermitted ? "no-permission" : "too-long";
        event.size = data.Size();
        m_events.Push(std::move(event));
        return;
    }
    RelayToClient(*allocation, peer, data);
}

void
Server::RelayToClient(const Allocation& allocation, const Endpoint& peer, ByteView data)
{
    ServerCommand& send = m_commands.Push();
    send.type = ServerCommand::Type::SEND_TO_CLIENT;
    send.client = allocation.client;
    const auto bound = allocation.channelOf.find(peer);
    if (bound != allocation.channelOf.end())
    {
        // RFC 8656 12.5: the server "MUST use the ChannelData message if a channel has been bound to the peer"
        send.data = TakeBuffer();
        WriteChannelData(send.data, bound->second, data, ModeOf(allocation.client));
    }
    else
    {
        stun::Builder indication(stun::Method::DATA,
                                 stun::MessageClass::INDICATION,
                                 stun::TransactionId::Draw(*m_random));
        indication.AddXorAddress(attribute::XOR_PEER_ADDRESS, peer).Add(attribute::DATA, data);
        send.data = indication.Finish();
    }
    ServerEvent& event = m_events.Push();
    event.type = ServerEvent::Type::RELAYED_TO_CLIENT;
    event.client = allocation.client;
    event.peer = peer;
    event.size = data.Size();
}

} // namespace turn
} // namespace imsfw
