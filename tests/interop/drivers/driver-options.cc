// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reading the command line, and building layers from it.
#include "driver-options.h"

#include "base/text.h"
#include "driver-socket.h"
#include "ims-web-proxy-connect-client.h"

#include <cstdio>

namespace imsfw::driver
{

Options::Options(int argc, char** argv, const std::set<std::string>& known)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    for (int i = 1; i < argc; ++i)
    {
        const std::string argument = argv[i];
        const std::size_t equals = argument.find('=');
        const std::string key = argument.substr(0, equals);
        if (equals == std::string::npos || known.count(key) == 0)
        {
            Die("unknown argument '" + argument + "'");
        }
        m_values[key] = argument.substr(equals + 1);
    }
}

bool
Options::Has(const std::string& key) const
{
    return m_values.count(key) > 0;
}

std::string
Options::Text(const std::string& key, const std::string& otherwise) const
{
    const auto found = m_values.find(key);
    return found == m_values.end() ? otherwise : found->second;
}

std::vector<std::string>
Options::List(const std::string& key) const
{
    std::vector<std::string> parts;
    if (Has(key))
    {
        for (const std::string_view part : Split(m_values.at(key), ','))
        {
            parts.emplace_back(part);
        }
    }
    return parts;
}

std::vector<std::pair<std::string, std::string>>
Options::Pairs(const std::string& key) const
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& part : List(key))
    {
        const std::size_t colon = part.find(':');
        if (colon == std::string::npos)
        {
            Die(key + ": no colon in '" + part + "'");
        }
        pairs.emplace_back(part.substr(0, colon), part.substr(colon + 1));
    }
    return pairs;
}

Endpoint
Options::At(const std::string& key) const
{
    const auto endpoint = Endpoint::Parse(Text(key));
    if (!endpoint)
    {
        Die(key + ": no endpoint '" + Text(key) + "'");
    }
    return *endpoint;
}

const std::set<std::string>&
ClientLayerKeys()
{
    static const std::set<std::string> keys{"web-proxy",
                                            "web-user",
                                            "web-password",
                                            "suites",
                                            "ca",
                                            "name",
                                            "min-version",
                                            "max-version",
                                            "groups",
                                            "alpn",
                                            "sni",
                                            "hello-size",
                                            "certificate",
                                            "key"};
    return keys;
}

namespace
{

std::shared_ptr<const tls::Context>
MakeContext(const Options& options, bool isDatagram, RandomSource& random)
{
    tls::ClientConfig config;
    config.isDatagram = isDatagram;
    config.suites = options.List("suites");
    config.minVersion = options.Text("min-version");
    config.maxVersion = options.Text("max-version");
    config.options.groups = options.List("groups");
    config.options.alpn = options.List("alpn");
    config.sni = options.Text("sni");
    config.helloSize = ParseNumber(options.Text("hello-size", "0"), 0, 65535).value_or(0);
    if (options.Has("certificate"))
    {
        auto credential = tls::LoadPem(options.Text("certificate"), options.Text("key"));
        if (!credential)
        {
            Die(credential.Error());
        }
        config.credential = *credential;
    }
    if (options.Has("ca"))
    {
        auto anchors = tls::LoadTrustAnchors(options.Text("ca"));
        if (!anchors)
        {
            Die(anchors.Error());
        }
        config.trustAnchors = *anchors;
    }
    auto context = tls::Context::MakeClient(config, random);
    if (!context)
    {
        Die(context.Error());
    }
    return *context;
}

} // namespace

ClientLayers
MakeClientLayers(const Options& options, const Endpoint& target, bool isTls, RandomSource& random)
{
    ClientLayers made;
    if (options.Has("web-proxy"))
    {
        http::ConnectConfig config;
        config.target = target.ToString();
        config.user = options.Text("web-user");
        config.password = options.Text("web-password");
        made.layers.push_back(std::make_unique<http::ConnectClient>(config, random));
    }
    if (isTls)
    {
        auto session = std::make_unique<tls::TlsSession>(
            MakeContext(options, false, random), random, options.Text("name"));
        made.tls = session.get();
        made.layers.push_back(std::move(session));
    }
    return made;
}

std::unique_ptr<tls::DtlsSession>
MakeDtls(const Options& options, RandomSource& random)
{
    return std::make_unique<tls::DtlsSession>(
        MakeContext(options, true, random), random, options.Text("name"));
}

void
PrintTls(const tls::SessionInfo& info)
{
    std::printf("tls %s %s\n", info.version.c_str(), info.suite.c_str());
}

void
PrintEnd(const std::optional<StreamFailure>& failure)
{
    if (failure)
    {
        std::printf("end %s %s %s\n",
                    failure->layer.c_str(),
                    failure->reason.c_str(),
                    failure->detail.c_str());
    }
    else
    {
        std::printf("end closed\n");
    }
}

} // namespace imsfw::driver
