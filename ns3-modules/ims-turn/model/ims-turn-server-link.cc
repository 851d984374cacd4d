// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-server-link.h"

#include "ims-tls-core-driver.h"
#include "ims-turn-app-common.h"

#include <utility>

namespace ns3
{
namespace imsturn
{

Ptr<ServerLink>
ServerLink::Open(Ptr<Node> node,
                 Ptr<SocketFactory> factory,
                 const imsfw::Endpoint& server,
                 Handlers handlers)
{
    Ptr<ServerLink> link(new ServerLink(server, std::move(handlers)), false);
    const auto tls = DynamicCast<imstls::TlsSocketFactory>(factory);
    const bool isDtls = tls && tls->IsDatagram();
    if (factory && !isDtls)
    {
        link->OpenStream(factory);
        return link;
    }
    if (!link->OpenUdp(node))
    {
        return nullptr;
    }
    if (isDtls)
    {
        link->OpenDtls(node, tls);
    }
    return link;
}

ServerLink::ServerLink(const imsfw::Endpoint& server, Handlers handlers)
    : m_server(server), m_handlers(std::move(handlers))
{
}

ServerLink::~ServerLink()
{
    Close();
}

bool
ServerLink::OpenUdp(Ptr<Node> node)
{
    UdpPort::Handlers handlers;
    handlers.onData = [this](const imsfw::Endpoint& from, imsfw::ByteView data)
    {
        const Ptr<ServerLink> alive(this);
        if (from != m_server)
        {
            return; // no answer
        }
        if (m_dtls)
        {
            m_dtls->HandleInput(data);
        }
        else
        {
            m_handlers.onData(data);
        }
    };
    handlers.onUnreachable = [this](const imsfw::StreamFailure& failure)
    {
        const Ptr<ServerLink> alive(this);
        if (m_dtls)
        {
            m_dtls->HandleLowerFailed(failure);
        }
        else
        {
            m_handlers.onFailure(failure);
        }
    };
    m_port = UdpPort::Open(node, {}, std::move(handlers));
    if (!m_port)
    {
        return false;
    }
    m_udpLocal = {LocalAddressTowards(node, m_server.address), m_port->GetPort()};
    return true;
}

void
ServerLink::OpenDtls(Ptr<Node> node, Ptr<imstls::TlsSocketFactory> factory)
{
    imstls::DtlsAssociation::Handlers handlers;
    handlers.onSend = [this](imsfw::ByteView datagram) { m_port->Send(m_server, datagram); };
    handlers.onOpen = [this]
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onOpen();
    };
    handlers.onData = [this](imsfw::ByteView data)
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onData(data);
    };
    handlers.onClosed = [this]
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onFailure({"tls", "closed", "by the server"});
    };
    handlers.onFailure = [this](const imsfw::StreamFailure& failure)
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onFailure(failure);
    };
    m_dtls = imstls::DtlsAssociation::Connect(
        factory, {node, m_udpLocal, m_server}, std::move(handlers));
}

void
ServerLink::OpenStream(Ptr<SocketFactory> factory)
{
    imstls::Stream::Handlers handlers;
    handlers.onConnected = [this]
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onOpen();
    };
    handlers.onData = [this](imsfw::ByteView bytes)
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onData(bytes);
    };
    handlers.onClosed = [this]
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onFailure({"stream", "closed", "by the server"});
    };
    handlers.onFailure = [this](const imsfw::StreamFailure& failure)
    {
        const Ptr<ServerLink> alive(this);
        m_handlers.onFailure(failure);
    };
    m_stream =
        imstls::Stream::Connect(factory, imstls::ToNs3Address(m_server), std::move(handlers));
}

void
ServerLink::Send(imsfw::ByteView bytes)
{
    if (m_stream)
    {
        m_stream->Send(bytes);
    }
    else if (m_dtls)
    {
        m_dtls->Send(bytes);
    }
    else
    {
        m_port->Send(m_server, bytes);
    }
}

void
ServerLink::Abandon()
{
    if (m_port)
    {
        m_port->Close(); // before DTLS, whose close_notify then goes nowhere
    }
    Close();
}

void
ServerLink::Close()
{
    if (m_dtls)
    {
        m_dtls->Close();
    }
    if (m_port)
    {
        m_port->Close();
    }
    if (m_stream)
    {
        m_stream->Close();
    }
}

bool
ServerLink::IsStream() const
{
    return m_stream != nullptr;
}

bool
ServerLink::IsPlainUdp() const
{
    return !m_stream && !m_dtls;
}

imsfw::Endpoint
ServerLink::GetLocal() const
{
    return m_stream ? m_stream->GetLocal() : m_udpLocal;
}

std::size_t
ServerLink::GetQueued() const
{
    return m_stream ? m_stream->GetQueued() : 0;
}

} // namespace imsturn
} // namespace ns3
