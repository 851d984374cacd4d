// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-dtls-listener.h"

#include <optional>
#include <utility>
#include <vector>

namespace ns3
{
namespace imsturn
{

namespace
{

constexpr uint8_t HANDSHAKE = 22; // RFC 6347 4.1: ContentType, the first byte of a record

} // namespace

Ptr<DtlsListener>
DtlsListener::Open(Ptr<Node> node, const Settings& settings, Handlers handlers)
{
    const Ptr<DtlsListener> listener(new DtlsListener(node, settings, std::move(handlers)), false);
    UdpPort::Handlers below;
    DtlsListener* self = PeekPointer(listener);
    below.onData = [self](const imsfw::Endpoint& from, imsfw::ByteView datagram)
    { self->HandleDatagram(from, datagram); };
    listener->m_port = UdpPort::Open(node, settings.local, std::move(below));
    return listener->m_port ? listener : nullptr;
}

DtlsListener::DtlsListener(Ptr<Node> node, const Settings& settings, Handlers handlers)
    : m_node(node),
      m_settings(settings),
      m_handlers(std::move(handlers)),
      m_timer([this] { ForgetIdle(); })
{
}

DtlsListener::~DtlsListener()
{
    Close();
}

void
DtlsListener::Close()
{
    m_timer.Cancel();
    for (auto& [from, client] : std::exchange(m_clients, {}))
    {
        client.association->Close();
    }
    if (m_port)
    {
        m_port->Close();
    }
}

void
DtlsListener::Send(const imsfw::Endpoint& to, imsfw::ByteView data)
{
    const auto found = m_clients.find(to);
    if (found != m_clients.end())
    {
        const Ptr<imstls::DtlsAssociation> association = found->second.association;
        association->Send(data);
    }
}

void
DtlsListener::HandleDatagram(const imsfw::Endpoint& from, imsfw::ByteView datagram)
{
    const Ptr<DtlsListener> alive(this);
    if (m_clients.count(from) == 0)
    {
        if (datagram.IsEmpty() || datagram[0] != HANDSHAKE)
        {
            m_handlers.onStray(from, datagram.Size());
            return;
        }
        Accept(from);
    }
    Client& client = m_clients[from];
    client.heard = imstls::CoreNow();
    const Ptr<imstls::DtlsAssociation> association = client.association;
    association->HandleInput(datagram); // may forget the client
}

void
DtlsListener::Accept(const imsfw::Endpoint& from)
{
    imstls::DtlsAssociation::Handlers handlers;
    handlers.onSend = [this, from](imsfw::ByteView datagram) { m_port->Send(from, datagram); };
    handlers.onOpen = [this, from] { m_clients[from].isOpen = true; };
    handlers.onData = [this, from](imsfw::ByteView data) { m_handlers.onData(from, data); };
    handlers.onClosed = [this, from] { Forget(from); };
    handlers.onFailure = [this, from](const imsfw::StreamFailure& failure)
    {
        m_settings.factory->ReportFailure(failure, from);
        Forget(from);
    };
    handlers.onDiscarded = [this, from](std::size_t size) { m_handlers.onStray(from, size); };
    m_clients[from].association = imstls::DtlsAssociation::Accept(
        m_settings.factory, {m_node, m_settings.local, from}, std::move(handlers));
    if (m_clients.size() == 1)
    {
        m_timer.Arm(imstls::CoreNow() + m_settings.idle);
    }
}

void
DtlsListener::Forget(const imsfw::Endpoint& from)
{
    const auto found = m_clients.find(from);
    const Client client = found->second;
    m_clients.erase(found);
    client.association->Close();
    if (client.isOpen)
    {
        m_handlers.onClosed(from);
    }
}

void
DtlsListener::ForgetIdle()
{
    const Ptr<DtlsListener> alive(this);
    const imsfw::TimePoint now = imstls::CoreNow();
    std::optional<imsfw::TimePoint> next;
    std::vector<imsfw::Endpoint> idle;
    for (const auto& [from, client] : m_clients)
    {
        const imsfw::TimePoint end = client.heard + m_settings.idle;
        if (end <= now)
        {
            idle.push_back(from);
        }
        else
        {
            next = imsfw::Earlier(next, end);
        }
    }
    m_timer.Arm(next);
    for (const auto& from : idle)
    {
        Forget(from);
    }
}

} // namespace imsturn
} // namespace ns3
