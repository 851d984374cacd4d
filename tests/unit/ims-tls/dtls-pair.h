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
    uint64_t seed{1};
};

class DtlsPair
{
  public:
    /// @return whether the network loses the @p number th datagram (from 0) of that side.
    using Loses = std::function<bool(const DtlsSide& side, std::size_t number)>;

    explicit DtlsPair(const DtlsPairOptions& options = {})
    {
        SeededRandom forContexts(options.seed, 1, "contexts");
        ClientConfig client;
        client.suites = options.suites;
        client.trustAnchors = options.trustAnchors;
        client.isDatagram = true;
        ServerConfig config;
        config.credential = Pki::Simulation().Issue({"turn.ims.example"}, KeyKind::RSA_2048);
        config.suites = options.serverSuites;
        config.isDatagram = true;
        const auto ofClient = Context::MakeClient(client, forContexts);
        const auto ofServer = Context::MakeServer(config, forContexts);
        EXPECT_TRUE(ofClient) << ofClient.Error();
        EXPECT_TRUE(ofServer) << ofServer.Error();
        Make(this->client, "client", *ofClient, options.seed, options.serverName);
        Make(this->server, "server", *ofServer, options.seed, "");
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
    static void
    Make(DtlsSide& side,
         const std::string& name,
         const std::shared_ptr<const Context>& context,
         uint64_t seed,
         const std::string& serverName)
    {
        side.name = name;
        side.random = std::make_unique<SeededRandom>(seed, 1, name);
        side.session = std::make_unique<DtlsSession>(context, *side.random, serverName);
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
};

} // namespace imsfw::tls
