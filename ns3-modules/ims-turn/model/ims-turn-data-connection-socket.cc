// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-data-connection-socket.h"

#include "ns3/abort.h"

#include <utility>

namespace ns3
{
namespace imsturn
{

NS_OBJECT_ENSURE_REGISTERED(DataConnectionSocketFactory);
NS_OBJECT_ENSURE_REGISTERED(DataConnectionSocket);

TypeId
DataConnectionSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsturn::DataConnectionSocketFactory")
                            .SetParent<SocketFactory>()
                            .SetGroupName("Ims")
                            .AddConstructor<DataConnectionSocketFactory>();
    return tid;
}

DataConnectionSocketFactory::DataConnectionSocketFactory() = default;
DataConnectionSocketFactory::~DataConnectionSocketFactory() = default;

void
DataConnectionSocketFactory::DoDispose()
{
    m_lower = nullptr;
    SocketFactory::DoDispose();
}

void
DataConnectionSocketFactory::SetLowerFactory(Ptr<SocketFactory> lower)
{
    m_lower = lower;
}

void
DataConnectionSocketFactory::SetConnection(const imsfw::turn::DataConnectionConfig& config)
{
    m_config = config;
}

void
DataConnectionSocketFactory::SetRandom(std::shared_ptr<imsfw::RandomSource> random)
{
    m_random = std::move(random);
}

Ptr<Socket>
DataConnectionSocketFactory::CreateSocket()
{
    const auto socket = CreateObject<DataConnectionSocket>();
    socket->SetFactory(this);
    socket->SetLower(m_lower->CreateSocket());
    return socket;
}

std::unique_ptr<imsfw::StreamLayer>
DataConnectionSocketFactory::MakeLayer() const
{
    return std::make_unique<imsfw::turn::DataConnection>(m_config, *m_random);
}

TypeId
DataConnectionSocket::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsturn::DataConnectionSocket")
                            .SetParent<LayeredSocket>()
                            .SetGroupName("Ims")
                            .AddConstructor<DataConnectionSocket>();
    return tid;
}

void
DataConnectionSocket::DoDispose()
{
    m_factory = nullptr;
    LayeredSocket::DoDispose();
}

void
DataConnectionSocket::SetFactory(Ptr<DataConnectionSocketFactory> factory)
{
    m_factory = factory;
}

std::unique_ptr<imsfw::StreamLayer>
DataConnectionSocket::DoMakeClientLayer(const Address&)
{
    return m_factory->MakeLayer();
}

std::unique_ptr<imsfw::StreamLayer>
DataConnectionSocket::DoMakeServerLayer()
{
    NS_ABORT_MSG("DataConnectionSocket: only ever opened; servers are TurnServerApplications");
}

Ptr<imstls::LayeredSocket>
DataConnectionSocket::DoFork() const
{
    const auto socket = CreateObject<DataConnectionSocket>();
    socket->SetFactory(m_factory);
    return socket;
}

} // namespace imsturn
} // namespace ns3
