// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A DTLS client and a DTLS server joined by a network that loses what it is told to lose. For tests.
#pragma once

#include "ims-tls-context.h"
#include "ims-tls-dtls-session.h"
#include "ims-tls-pki.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::tls
{

/// One end, with all that it said and was told.
struct DtlsSide
{
    std::string name;
    std::unique_ptr<SeededRandom> random;
    std::unique_ptr<DtlsSession> session;
    std::vector<Bytes> sent;
    std::vector<std::string> events; ///< "established", "data ...", "closed", "failed tls ...: ..."

    void
    TakeEvents()
    {
        while (const auto event = session->PollEvent())
        {
            switch (event->type)
            {
            case StreamEvent::Type::ESTABLISHED:
                events.emplace_back("established");
                break;
            case StreamEvent::Type::DATA:
                events.push_back("data " + std::string(event->data.begin(), event->data.end()));
                break;
            case StreamEvent::Type::CLOSED:
                events.emplace_back("closed");
                break;
            case StreamEvent::Type::FAILED:
                events.push_back("failed " + event->failure.layer + " " + event->failure.reason +
                                 ": " + event->failure.detail);
                break;
            }
        }
    }
};

struct DtlsPairOptions
{
    std::vector<std::string> suites;
    std::vector<std::string> serverSuites;
    std::string serverName{"turn.ims.example"};
    std::vector<Bytes> trustAnchors{Pki::Simulation().TrustAnchor()};
    Resumption resumption{Resumption::NONE}; ///< of both ends
    bool isMetered{false};                   ///< what both ends compute, and put on the wire
    uint64_t seed{1};
};

class DtlsPair
{
  public:
    /// @return whether the network loses the @p number th datagram (from 0) of that side.
    using Loses = std::function<bool(const DtlsSide& side, std::size_t number)>;

    explicit DtlsPair(const DtlsPairOptions& options = {})
    {
        const Duration lifetime = std::chrono::minutes(10);
        SeededRandom forContexts(options.seed, 1, "contexts");
        ClientConfig client;
        client.suites = options.suites;
        client.trustAnchors = options.trustAnchors;
        client.isDatagram = true;
        client.options.resumption = options.resumption;
        client.options.sessionLifetime = lifetime;
        ServerConfig config;
        config.credential = Pki::Simulation().Issue({"turn.ims.example"}, KeyKind::RSA_2048);
        config.suites = options.serverSuites;
        config.isDatagram = true;
        config.options = client.options;
        const auto ofClient = Context::MakeClient(client, forContexts);
        const auto ofServer = Context::MakeServer(config, forContexts);
        EXPECT_TRUE(ofClient) << ofClient.Error();
        EXPECT_TRUE(ofServer) << ofServer.Error();
        m_options = options;
        m_ofClient = *ofClient;
        m_ofServer = *ofServer;
        m_store = std::make_shared<SessionStore>(lifetime);
        this->client.random = std::make_unique<SeededRandom>(options.seed, 1, "client");
        this->server.random = std::make_unique<SeededRandom>(options.seed, 1, "server");
        Reconnect();
    }

    /// Both begin anew, with what they remember.
    void
    Reconnect()
    {
        Make(client, "client", m_ofClient, m_options.serverName);
        client.session->SetStore(m_store);
        Make(server, "server", m_ofServer, "");
    }

    void
    Start()
    {
        server.session->Start(now);
        client.session->Start(now);
        Pump();
    }

    /// Carry datagrams, without time passing, until neither side has any.
    void
    Pump()
    {
        while (Carry(client, server) || Carry(server, client))
        {
        }
    }

    /// Let the next timer of either side expire, if there is one until @p end. @return whether there was.
    bool
    Step(TimePoint end)
    {
        const auto next = Earlier(client.session->NextTimeout(), server.session->NextTimeout());
        if (!next || *next > end)
        {
            return false;
        }
        now = *next;
        client.session->HandleTimeout(now);
        server.session->HandleTimeout(now);
        Pump();
        return true;
    }

    void
    Run(Duration duration)
    {
        const TimePoint end = now + duration;
        while (Step(end))
        {
        }
    }

    void
    Send(DtlsSide& side, std::string_view text)
    {
        side.session->Send(now, ByteView(text));
        Pump();
    }

    TimePoint now{};
    DtlsSide client;
    DtlsSide server;
    Loses loses;

  private:
    void
    Make(DtlsSide& side,
         const std::string& name,
         const std::shared_ptr<const Context>& context,
         const std::string& serverName)
    {
        side.name = name;
        side.session = std::make_unique<DtlsSession>(context, *side.random, serverName);
        side.sent.clear();
        side.events.clear();
        if (m_options.isMetered)
        {
            side.session->MeterWork();
            side.session->KeepTraffic();
        }
    }

    bool
    Carry(DtlsSide& from, DtlsSide& to)
    {
        bool hasCarried = false;
        while (const auto datagram = from.session->PollTransmit())
        {
            hasCarried = true;
            from.sent.push_back(*datagram);
            if (!loses || !loses(from, from.sent.size() - 1))
            {
                to.session->HandleInput(now, *datagram);
            }
        }
        from.TakeEvents();
        to.TakeEvents();
        return hasCarried;
    }

    DtlsPairOptions m_options;
    std::shared_ptr<const Context> m_ofClient;
    std::shared_ptr<const Context> m_ofServer;
    std::shared_ptr<SessionStore> m_store;
};

} // namespace imsfw::tls
