// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A socket that is a peer's stream: it connects to the TURN server by any transport, binds itself to a connection of a
/// TCP allocation there (RFC 6062 4.3), and carries bytes of that peer alone from then on. And the factory that makes it.
#ifndef IMS_TURN_DATA_CONNECTION_SOCKET_H
#define IMS_TURN_DATA_CONNECTION_SOCKET_H

#include "base/random.h"
#include "ims-tls-layered-socket.h"
#include "ims-turn-data-connection.h"

#include "ns3/ptr.h"
#include "ns3/socket-factory.h"

#include <memory>

namespace ns3
{
namespace imsturn
{

/// Its sockets connect to the TURN server, whose address Connect is to be given. One of them is enough for each connection.
class DataConnectionSocketFactory : public SocketFactory
{
  public:
    static TypeId GetTypeId();
    DataConnectionSocketFactory();
    ~DataConnectionSocketFactory() override;

    /// @param lower makes the transport to the server, as for the control connection
    void SetLowerFactory(Ptr<SocketFactory> lower);
    void SetConnection(const imsfw::turn::DataConnectionConfig& config);
    /// Transaction identifiers are drawn from it.
    void SetRandom(std::shared_ptr<imsfw::RandomSource> random);

    Ptr<Socket> CreateSocket() override;

    /// For DataConnectionSocket alone.
    std::unique_ptr<imsfw::StreamLayer> MakeLayer() const;

  protected:
    void DoDispose() override;

  private:
    Ptr<SocketFactory> m_lower;
    imsfw::turn::DataConnectionConfig m_config;
    std::shared_ptr<imsfw::RandomSource> m_random;
};

class DataConnectionSocket : public imstls::LayeredSocket
{
  public:
    static TypeId GetTypeId();
    void SetFactory(Ptr<DataConnectionSocketFactory> factory);

  protected:
    void DoDispose() override;
    std::unique_ptr<imsfw::StreamLayer> DoMakeClientLayer(const Address& address) override;
    std::unique_ptr<imsfw::StreamLayer> DoMakeServerLayer() override;
    Ptr<LayeredSocket> DoFork() const override;

  private:
    Ptr<DataConnectionSocketFactory> m_factory;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_DATA_CONNECTION_SOCKET_H
