// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-udp-port.h"

#include "ims-tls-core-driver.h"

#include "ns3/packet.h"
#include "ns3/udp-socket-factory.h"

#include <string>
#include <utility>

namespace ns3
{
namespace imsturn
{

namespace
{

constexpr uint8_t DESTINATION_UNREACHABLE = 3; // RFC 792

} // namespace

Ptr<UdpPort>
UdpPort::Open(Ptr<Node> node, const imsfw::Endpoint& local, Handlers handlers)
{
    const Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    if (socket->Bind(imstls::ToNs3Address(local)) != 0)
    {
        return nullptr;
    }
    return Ptr<UdpPort>(new UdpPort(socket, std::move(handlers)), false);
}

UdpPort::UdpPort(Ptr<Socket> socket, Handlers handlers)
    : m_socket(socket), m_handlers(std::move(handlers))
{
    Address bound;
    m_socket->GetSockName(bound);
    m_port = imstls::ToEndpoint(bound).port;
    m_socket->SetRecvCallback(MakeCallback(&UdpPort::HandleReadable, this));
    m_socket->SetAttribute("IcmpCallback", CallbackValue(MakeCallback(&UdpPort::HandleIcmp, this)));
}

UdpPort::~UdpPort()
{
    Close();
}

void
UdpPort::Send(const imsfw::Endpoint& to, imsfw::ByteView data)
{
    if (m_socket)
    {
        m_socket->SendTo(imstls::ToPacket(data), 0, imstls::ToNs3Address(to));
    }
}

void
UdpPort::Close()
{
    if (const Ptr<Socket> socket = std::exchange(m_socket, nullptr))
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->SetAttribute(
            "IcmpCallback",
            CallbackValue(
                MakeNullCallback<void, Ipv4Address, uint8_t, uint8_t, uint8_t, uint32_t>()));
        socket->Close();
    }
}

uint16_t
UdpPort::GetPort() const
{
    return m_port;
}

void
UdpPort::HandleReadable(Ptr<Socket> socket)
{
    const Ptr<UdpPort> alive(this);
    Address from;
    while (m_socket)
    {
        const Ptr<Packet> packet = socket->RecvFrom(from);
        if (!packet)
        {
            return;
        }
        m_handlers.onData(imstls::ToEndpoint(from), imstls::ToBytes(packet));
    }
}

void
UdpPort::HandleIcmp(Ipv4Address from, uint8_t, uint8_t type, uint8_t code, uint32_t)
{
    if (type != DESTINATION_UNREACHABLE || !m_handlers.onUnreachable)
    {
        return;
    }
    const Ptr<UdpPort> alive(this);
    const std::string who = imsfw::IpAddress::V4(from.Get()).ToString();
    m_handlers.onUnreachable(
        {"udp", "icmp-unreachable", "code " + std::to_string(code) + " from " + who});
}

} // namespace imsturn
} // namespace ns3
