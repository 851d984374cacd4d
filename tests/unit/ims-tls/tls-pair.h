// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TLS client and a TLS server joined by nothing but memory, every byte between them kept. For tests.
#pragma once

#include "ims-tls-context.h"
#include "ims-tls-pki.h"
#include "ims-tls-session.h"
#include "ims-tls-suites.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace imsfw::tls
{

inline constexpr TimePoint T0{};

inline void
PrintTo(const Suite& suite, std::ostream* out)
{
    *out << suite.ianaName;
}

struct PairOptions
{
    std::vector<std::string> clientSuites;
    std::vector<std::string> serverSuites;
    std::string clientMin;
    std::string clientMax;
    std::string serverMin{"1.2"};
    std::string serverMax{"1.3"};
    std::string serverName{"pcscf.ims.example"};
    std::vector<std::string> certificateNames{"pcscf.ims.example"};
    std::optional<Credential> credential; ///< instead of one issued for certificateNames
    std::optional<std::vector<Bytes>> trustAnchors;
    KeyKind keyKind{KeyKind::RSA_2048};
    unsigned intermediates{0};
    Options clientOptions{};
    Options serverOptions{};
    std::string sni{};
    std::size_t helloSize{0};
    std::optional<Credential> clientCredential{};
    std::vector<Bytes> clientTrustAnchors{};
    uint64_t clientSeed{1};
    uint64_t serverSeed{1};
    TimePoint start{T0};
};

/// One end, with all that it said.
struct Side
{
    std::unique_ptr<SeededRandom> random;
    std::shared_ptr<const Context> context;
    std::unique_ptr<TlsSession> session;
    Bytes received;             ///< application data
    std::vector<Bytes> flights; ///< what it sent, one entry for each time it had something to say
    std::vector<StreamEvent> events;

    /// @return the bytes to send now; events go to their vector.
    Bytes
    Poll()
    {
        Bytes out;
        while (const auto bytes = session->PollTransmit())
        {
            Append(out, *bytes);
        }
        while (auto event = session->PollEvent())
        {
            Append(received, event->data);
            events.push_back(std::move(*event));
        }
        if (!out.empty())
        {
            flights.push_back(out);
        }
        return out;
    }

    bool
    Has(StreamEvent::Type type) const
    {
        for (const auto& event : events)
        {
            if (event.type == type)
            {
                return true;
            }
        }
        return false;
    }

    bool
    IsEstablished() const
    {
        return Has(StreamEvent::Type::ESTABLISHED);
    }

    /// @return "reason: detail" of the failure, or nothing.
    std::string
    Failure() const
    {
        for (const auto& event : events)
        {
            if (event.type == StreamEvent::Type::FAILED)
            {
                return event.failure.layer + " " + event.failure.reason + ": " +
                       event.failure.detail;
            }
        }
        return {};
    }

    std::vector<std::size_t>
    FlightSizes() const
    {
        std::vector<std::size_t> sizes;
        for (const auto& flight : flights)
        {
            sizes.push_back(flight.size());
        }
        return sizes;
    }
};

class TlsPair
{
  public:
    /// May change a flight on its way; empty means it was lost.
    using Tamper = std::function<Bytes(Bytes)>;

    explicit TlsPair(PairOptions options = {}) : now(options.start)
    {
        client.random = std::make_unique<SeededRandom>(options.clientSeed, 1, "client");
        server.random = std::make_unique<SeededRandom>(options.serverSeed, 1, "server");
        ClientConfig clientConfig;
        clientConfig.suites = options.clientSuites;
        clientConfig.minVersion = options.clientMin;
        clientConfig.maxVersion = options.clientMax;
        clientConfig.trustAnchors =
            options.trustAnchors.value_or(std::vector<Bytes>{Pki::Simulation().TrustAnchor()});
        clientConfig.options = options.clientOptions;
        clientConfig.sni = options.sni;
        clientConfig.helloSize = options.helloSize;
        clientConfig.credential = options.clientCredential;
        ServerConfig serverConfig;
        serverConfig.options = options.serverOptions;
        serverConfig.clientTrustAnchors = options.clientTrustAnchors;
        serverConfig.suites = options.serverSuites;
        serverConfig.minVersion = options.serverMin;
        serverConfig.maxVersion = options.serverMax;
        serverConfig.credential = options.credential
                                      ? *options.credential
                                      : Pki::Simulation().Issue(options.certificateNames,
                                                                options.keyKind,
                                                                options.intermediates);
        client.context = ValueOf(Context::MakeClient(clientConfig, *client.random));
        server.context = ValueOf(Context::MakeServer(serverConfig, *server.random));
        serverName = options.serverName;
        store = std::make_shared<SessionStore>(options.clientOptions.sessionLifetime);
        Reconnect();
    }

    /// A new connection between the same two, who keep what they remember of the ones before.
    void
    Reconnect()
    {
        client.session = std::make_unique<TlsSession>(client.context, *client.random, serverName);
        client.session->SetStore(store);
        server.session = std::make_unique<TlsSession>(server.context, *server.random, "");
        for (Side* side : {&client, &server})
        {
            side->received.clear();
            side->flights.clear();
            side->events.clear();
        }
    }

    void
    Start()
    {
        server.session->Start(now);
        client.session->Start(now);
    }

    /// Carry bytes to and fro until both are silent.
    void
    Pump()
    {
        for (;;)
        {
            const Bytes up = client.Poll();
            const Bytes down = server.Poll();
            if (up.empty() && down.empty())
            {
                return;
            }
            Carry(up, *server.session, toServer);
            Carry(down, *client.session, toClient);
        }
    }

    void
    Handshake()
    {
        Start();
        Pump();
    }

    void
    Send(Side& from, std::string_view text)
    {
        from.session->Write(now, ByteView(text));
        Pump();
    }

    Side client;
    Side server;
    std::string serverName;
    std::shared_ptr<SessionStore> store; ///< the client's
    TimePoint now;
    Tamper toServer;
    Tamper toClient;

  private:
    static std::shared_ptr<const Context>
    ValueOf(const Result<std::shared_ptr<const Context>, std::string>& made)
    {
        if (!made)
        {
            throw std::invalid_argument(made.Error()); // a mistake in the test
        }
        return *made;
    }

    void
    Carry(Bytes bytes, TlsSession& to, const Tamper& tamper)
    {
        if (tamper && !bytes.empty())
        {
            bytes = tamper(std::move(bytes));
        }
        if (!bytes.empty())
        {
            to.HandleInput(now, bytes);
        }
    }
};

inline std::string
Text(const Bytes& bytes)
{
    return std::string(ByteView(bytes).AsText());
}

inline bool
Contains(const Bytes& bytes, std::string_view text)
{
    return ByteView(bytes).AsText().find(text) != std::string_view::npos;
}

} // namespace imsfw::tls
