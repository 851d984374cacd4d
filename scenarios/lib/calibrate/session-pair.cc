// SPDX-License-Identifier: GPL-2.0-only
#include "session-pair.h"

#include "calibration.h"
#include "stopwatch.h"

namespace imsfw::calibrate
{

namespace
{

constexpr const char* NAME = "pcscf.ims.example";
constexpr TimePoint NOW{};

std::shared_ptr<const tls::Context>
ValueOf(const Result<std::shared_ptr<const tls::Context>, std::string>& made)
{
    Require(made.IsOk(), made ? "" : made.Error());
    return *made;
}

} // namespace

PairSettings::PairSettings(const std::string& suite, tls::KeyKind key)
    : random(std::make_unique<SeededRandom>(1, 1, suite))
{
    const auto& pki = tls::Pki::Simulation();
    tls::ClientConfig clientConfig;
    clientConfig.suites = {suite};
    clientConfig.trustAnchors = {pki.TrustAnchor()};
    tls::ServerConfig serverConfig;
    serverConfig.credential = pki.Issue({NAME}, key);
    client = ValueOf(tls::Context::MakeClient(clientConfig, *random));
    server = ValueOf(tls::Context::MakeServer(serverConfig, *random));
}

template <typename Call>
Bytes
PairEnd::Do(Call call)
{
    const uint64_t start = ThreadNs();
    call();
    Bytes out;
    while (const auto bytes = session->PollTransmit())
    {
        Append(out, *bytes);
    }
    while (session->PollEvent())
    {
    }
    ns += ThreadNs() - start;
    for (const auto& item : session->TakeWork())
    {
        AddWork(work, item.operation, item.times, item.bytes);
    }
    return out;
}

SessionPair::SessionPair(const PairSettings& settings, bool countsWork) : m_countsWork(countsWork)
{
    client.session = Make(settings, false, client);
    server.session = Make(settings, true, server);
}

std::unique_ptr<tls::TlsSession>
SessionPair::Make(const PairSettings& settings, bool isServer, PairEnd& end)
{
    const uint64_t start = ThreadNs();
    auto session = std::make_unique<tls::TlsSession>(
        isServer ? settings.server : settings.client, *settings.random, isServer ? "" : NAME);
    if (m_countsWork)
    {
        session->MeterWork();
    }
    end.ns += ThreadNs() - start;
    return session;
}

bool
SessionPair::Handshake()
{
    Bytes down = server.Do([&] { server.session->Start(NOW); });
    Bytes up = client.Do([&] { client.session->Start(NOW); });
    while (!up.empty() || !down.empty())
    {
        const Bytes toServer = std::exchange(up, {});
        const Bytes toClient = std::exchange(down, {});
        if (!toServer.empty())
        {
            down = server.Do([&] { server.session->HandleInput(NOW, toServer); });
        }
        if (!toClient.empty())
        {
            up = client.Do([&] { client.session->HandleInput(NOW, toClient); });
        }
    }
    return !client.session->GetInfo().suite.empty() && !server.session->GetInfo().suite.empty();
}

std::size_t
SessionPair::Send(ByteView bytes)
{
    const Bytes records = client.Do([&] { client.session->Write(NOW, bytes); });
    server.Do([&] { server.session->HandleInput(NOW, records); });
    return records.size();
}

} // namespace imsfw::calibrate
