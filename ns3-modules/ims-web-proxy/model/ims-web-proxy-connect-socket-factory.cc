// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-connect-socket-factory.h"

#include "ims-web-proxy-connect-client.h"

#include "ns3/abort.h"
#include "ns3/nstime.h"

namespace ns3
{
namespace imsproxy
{

namespace
{

/// Notes that there was a connection to speak over.
class NotingClient : public imsfw::http::ConnectClient
{
  public:
    NotingClient(const imsfw::http::ConnectConfig& config,
                 imsfw::RandomSource& random,
                 std::shared_ptr<bool> hasReached)
        : ConnectClient(config, random), m_hasReached(std::move(hasReached))
    {
    }

    void
    Start(imsfw::TimePoint now) override
    {
        *m_hasReached = true;
        ConnectClient::Start(now);
    }

  private:
    std::shared_ptr<bool> m_hasReached;
};

} // namespace

NS_OBJECT_ENSURE_REGISTERED(HttpConnectSocketFactory);
NS_OBJECT_ENSURE_REGISTERED(HttpConnectSocket);

TypeId
HttpConnectSocketFactory::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsproxy::HttpConnectSocketFactory")
            .SetParent<SocketFactory>()
            .SetGroupName("ImsWebProxy")
            .AddConstructor<HttpConnectSocketFactory>()
            .AddAttribute("AnswerTimeout",
                          "How long the proxy may take for its final answer, a 407 and all.",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&HttpConnectSocketFactory::m_answerTimeout),
                          MakeTimeChecker());
    return tid;
}

HttpConnectSocketFactory::HttpConnectSocketFactory() : m_hasReached(std::make_shared<bool>(false))
{
}

HttpConnectSocketFactory::~HttpConnectSocketFactory() = default;

void
HttpConnectSocketFactory::DoDispose()
{
    m_lower = nullptr;
    SocketFactory::DoDispose();
}

void
HttpConnectSocketFactory::SetLowerFactory(Ptr<SocketFactory> lower)
{
    m_lower = lower;
}

void
HttpConnectSocketFactory::SetProxy(const imsfw::Endpoint& proxy)
{
    m_proxy = proxy;
}

void
HttpConnectSocketFactory::SetCredentials(const std::string& user, const std::string& password)
{
    m_user = user;
    m_password = password;
}

void
HttpConnectSocketFactory::SetAlpn(std::vector<std::string> protocols)
{
    m_alpn = std::move(protocols);
}

void
HttpConnectSocketFactory::SetFields(std::string fields)
{
    m_fields = std::move(fields);
}

void
HttpConnectSocketFactory::SetTargetName(std::string name)
{
    m_targetName = std::move(name);
}

void
HttpConnectSocketFactory::SetRandom(std::shared_ptr<imsfw::RandomSource> random)
{
    m_random = std::move(random);
}

Ptr<Socket>
HttpConnectSocketFactory::CreateSocket()
{
    const auto socket = CreateObject<HttpConnectSocket>();
    socket->SetFactory(this);
    socket->SetLower(MakeLower());
    return socket;
}

bool
HttpConnectSocketFactory::HasReachedProxy() const
{
    return *m_hasReached;
}

Ptr<Socket>
HttpConnectSocketFactory::MakeLower() const
{
    return m_lower->CreateSocket();
}

Address
HttpConnectSocketFactory::GetProxy() const
{
    return imstls::ToNs3Address(m_proxy);
}

std::unique_ptr<imsfw::StreamLayer>
HttpConnectSocketFactory::MakeLayer(const Address& target, const std::string& authorization) const
{
    const imsfw::Endpoint server = imstls::ToEndpoint(target);
    imsfw::http::ConnectConfig config;
    config.target =
        m_targetName.empty() ? server.ToString() : m_targetName + ":" + std::to_string(server.port);
    config.alpn = m_alpn;
    config.fields = m_fields;
    config.authorization = authorization;
    config.user = m_user;
    config.password = m_password;
    config.timeout = imstls::ToCoreDuration(m_answerTimeout);
    return std::make_unique<NotingClient>(config, *m_random, m_hasReached);
}

TypeId
HttpConnectSocket::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsproxy::HttpConnectSocket")
                            .SetParent<LayeredSocket>()
                            .SetGroupName("ImsWebProxy")
                            .AddConstructor<HttpConnectSocket>();
    return tid;
}

void
HttpConnectSocket::DoDispose()
{
    m_factory = nullptr;
    LayeredSocket::DoDispose();
}

void
HttpConnectSocket::SetFactory(Ptr<HttpConnectSocketFactory> factory)
{
    m_factory = factory;
}

Address
HttpConnectSocket::DoLowerDestination(const Address&) const
{
    return m_factory->GetProxy();
}

std::unique_ptr<imsfw::StreamLayer>
HttpConnectSocket::DoMakeClientLayer(const Address& address)
{
    return m_factory->MakeLayer(address, m_authorization);
}

Ptr<Socket>
HttpConnectSocket::DoTryAgain(const imsfw::StreamFailure& failure)
{
    const auto* client = static_cast<imsfw::http::ConnectClient*>(GetLayer());
    if (failure.layer != "http-connect" || client->GetAuthorization().empty())
    {
        return nullptr;
    }
    m_authorization = client->GetAuthorization();
    return m_factory->MakeLower();
}

std::unique_ptr<imsfw::StreamLayer>
HttpConnectSocket::DoMakeServerLayer()
{
    NS_ABORT_MSG(
        "HttpConnectSocket: a tunnel is only ever opened, never accepted; use WebProxyApplication");
}

Ptr<imstls::LayeredSocket>
HttpConnectSocket::DoFork() const
{
    const auto socket = CreateObject<HttpConnectSocket>();
    socket->SetFactory(m_factory);
    return socket;
}

} // namespace imsproxy
} // namespace ns3
