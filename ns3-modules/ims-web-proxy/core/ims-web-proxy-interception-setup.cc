// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-interception-setup.h"

#include "ims-tls-suites.h"

namespace imsfw::http
{

namespace
{

std::vector<std::string>
EncryptingSuites()
{
    std::vector<std::string> names;
    for (const auto& suite : tls::AllSuites())
    {
        if (!suite.isNull)
        {
            names.push_back(suite.ianaName);
        }
    }
    return names;
}

} // namespace

Result<InterceptionConfig, std::string>
MakeInterception(std::vector<Bytes> trustAnchors,
                 bool passesUnknown,
                 std::shared_ptr<RandomSource> random)
{
    InterceptionConfig config;
    config.passesUnknown = passesUnknown;
    tls::ClientConfig client;
    client.trustAnchors = std::move(trustAnchors);
    const auto context = tls::Context::MakeClient(client, *random);
    if (!context)
    {
        return Failure{context.Error()};
    }
    config.client = *context;
    config.makeServer = [random](const std::vector<std::string>& names)
    {
        tls::ServerConfig server;
        server.credential = tls::Pki::Interceptor().Issue(names);
        server.suites = EncryptingSuites();
        return tls::Context::MakeServer(server, *random);
    };
    return config;
}

} // namespace imsfw::http
