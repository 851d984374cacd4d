// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The man in the middle between a client and a server of real TLS, joined by memory: who trusts whom, what is read, and
/// what becomes of bytes that are no TLS.
#include "ims-web-proxy-interception-setup.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::http
{

namespace
{

using tls::Context;
using tls::Pki;
using tls::TlsSession;
using Type = TlsInterception::Event::Type;

constexpr TimePoint T0{};
constexpr const char* NAME = "pcscf.ims.example";
constexpr const char* HOST = "192.0.2.2";

/// Refuses what contains a word.
class WordInspector : public PlaintextInspector
{
  public:
    std::optional<std::string>
    Look(TimePoint, bool toServer, ByteView bytes) override
    {
        seen += (toServer ? ">" : "<") + std::string(bytes.AsText());
        return seen.find("REGISTER") != std::string::npos ? std::optional<std::string>("no-sip")
                                                          : std::nullopt;
    }

    std::string seen;
};

struct Ends
{
    bool trustsInterceptor{true};
    std::vector<std::string> clientSuites;
    std::vector<Bytes> proxyAnchors{Pki::Simulation().TrustAnchor()};
    std::string clientName{NAME};
    bool passesUnknown{false};
    bool inspects{false};
};

class World
{
  public:
    explicit World(const Ends& ends)
    {
        auto made = MakeInterception(ends.proxyAnchors, ends.passesUnknown, m_random);
        EXPECT_TRUE(made.IsOk());
        m_config = *made;
        auto inspector = ends.inspects ? std::make_unique<WordInspector>() : nullptr;
        proxy = std::make_unique<TlsInterception>(m_config, *m_random, HOST, std::move(inspector));
        tls::ClientConfig client;
        client.suites = ends.clientSuites;
        client.trustAnchors = {Pki::Simulation().TrustAnchor()};
        if (ends.trustsInterceptor)
        {
            client.trustAnchors.push_back(Pki::Interceptor().TrustAnchor());
        }
        m_client = std::make_unique<TlsSession>(
            *Context::MakeClient(client, *m_random), *m_random, ends.clientName);
        tls::ServerConfig server;
        server.credential = Pki::Simulation().Issue({NAME, HOST});
        m_server =
            std::make_unique<TlsSession>(*Context::MakeServer(server, *m_random), *m_random, "");
    }

    /// Let all three talk until nobody says anything.
    void
    Run()
    {
        bool hasMoved = true;
        while (hasMoved)
        {
            hasMoved = false;
            while (const auto bytes = m_client->PollTransmit())
            {
                proxy->HandleClientInput(T0, *bytes);
                hasMoved = true;
            }
            while (const auto bytes = m_server->PollTransmit())
            {
                proxy->HandleServerInput(T0, *bytes);
                hasMoved = true;
            }
            while (const auto out = proxy->PollTransmit())
            {
                wire += std::string(ByteView(out->bytes).AsText());
                (out->toServer ? m_server : m_client)->HandleInput(T0, out->bytes);
                hasMoved = true;
            }
            Collect(*m_client, "client");
            Collect(*m_server, "server");
        }
        while (const auto event = proxy->PollEvent())
        {
            told += std::to_string(static_cast<int>(event->type)) + event->id + " " +
                    event->detail + "; ";
        }
    }

    void
    Start()
    {
        m_client->Start(T0);
        m_server->Start(T0);
        Run();
    }

    void
    Say(bool isClient, const std::string& text)
    {
        (isClient ? m_client : m_server)->Write(T0, ByteView(std::string_view(text)));
        Run();
    }

    void
    CloseClient()
    {
        m_client->Close(T0);
        Run();
    }

    const tls::SessionInfo&
    ClientInfo() const
    {
        return m_client->GetInfo();
    }

    std::unique_ptr<TlsInterception> proxy;
    std::string happened; ///< at the two ends
    std::string told;     ///< by the interceptor
    std::string wire;     ///< all that it sent

  private:
    void
    Collect(TlsSession& session, const std::string& who)
    {
        while (const auto event = session.PollEvent())
        {
            switch (event->type)
            {
            case StreamEvent::Type::ESTABLISHED:
                happened += who + " established; ";
                break;
            case StreamEvent::Type::DATA:
                happened += who + " got " + std::string(ByteView(event->data).AsText()) + "; ";
                break;
            case StreamEvent::Type::CLOSED:
                happened += who + " closed; ";
                break;
            case StreamEvent::Type::FAILED:
                happened +=
                    who + " failed " + event->failure.reason + ": " + event->failure.detail + "; ";
                break;
            }
        }
    }

    std::shared_ptr<RandomSource> m_random = std::make_shared<SeededRandom>(1, 1, "interception");
    InterceptionConfig m_config;
    std::unique_ptr<TlsSession> m_client;
    std::unique_ptr<TlsSession> m_server;
};

bool
Has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(TlsInterception, TwoHandshakesAndBytesBothWays)
{
    World world({});
    world.Start();
    EXPECT_TRUE(Has(world.happened, "server established; "));
    EXPECT_TRUE(Has(world.happened, "client established; "));
    EXPECT_EQ(world.told, "0 " + std::string(NAME) + "; ");
    world.Say(true, "REGISTER sip:x");
    world.Say(false, "200 OK");
    EXPECT_TRUE(Has(world.happened, "server got REGISTER sip:x; client got 200 OK; "));
    EXPECT_FALSE(Has(world.wire, "REGISTER")); // encrypted on both legs
    world.CloseClient();
    EXPECT_TRUE(Has(world.happened, "server closed; "));
    EXPECT_TRUE(world.proxy->IsOver());
}

TEST(TlsInterception, AClientThatDoesNotTrustRefuses)
{
    Ends ends;
    ends.trustsInterceptor = false;
    World world(ends);
    world.Start();
    EXPECT_TRUE(Has(world.happened, "client failed certificate-verify-failed: ")) << world.happened;
    EXPECT_TRUE(Has(world.told, "0 " + std::string(NAME) + "; ")) << world.told;
    EXPECT_TRUE(Has(world.told, "interception-client-refused alert-received: unknown_ca"))
        << world.told;
    EXPECT_FALSE(Has(world.happened, "server got"));
}

TEST(TlsInterception, AClientWithoutNameGetsOneForTheAddress)
{
    Ends ends;
    ends.clientName = HOST; // an address is no SNI (RFC 6066 3)
    World world(ends);
    world.Start();
    EXPECT_TRUE(Has(world.happened, "client established")) << world.happened;
    EXPECT_TRUE(Has(world.told, HOST));
}

TEST(TlsInterception, AServerThatIsNotTrustedIsShownToNobody)
{
    Ends ends;
    ends.proxyAnchors = {Pki::Interceptor().TrustAnchor()}; // not the server's
    World world(ends);
    world.Start();
    EXPECT_TRUE(Has(world.told, "interception-server-failed certificate-verify-failed"))
        << world.told;
    EXPECT_FALSE(Has(world.happened, "client established"));
}

TEST(TlsInterception, NullSuitesAreNotServed)
{
    Ends ends;
    ends.clientSuites = {"TLS_RSA_WITH_NULL_SHA"};
    World world(ends);
    world.Start();
    EXPECT_TRUE(Has(world.happened, "client failed alert-received: handshake_failure"))
        << world.happened;
}

TEST(TlsInterception, WhatIsDecryptedCanBeRefused)
{
    Ends ends;
    ends.inspects = true;
    World world(ends);
    world.Start();
    world.Say(true, "OPTIONS");
    EXPECT_TRUE(Has(world.happened, "server got OPTIONS; "));
    world.Say(true, "REGISTER");
    EXPECT_TRUE(Has(world.told, "no-sip decrypted bytes of the client")) << world.told;
    EXPECT_FALSE(Has(world.happened, "server got REGISTER"));
    EXPECT_TRUE(Has(world.happened, "client closed"));
}

TEST(TlsInterception, WhatIsNoTlsPassesOrNot)
{
    for (const bool passes : {false, true})
    {
        Ends ends;
        ends.passesUnknown = passes;
        World world(ends);
        world.proxy->HandleClientInput(T0, ByteView(std::string_view("SSH-2.0")));
        const auto out = world.proxy->PollTransmit();
        EXPECT_EQ(out.has_value(), passes);
        EXPECT_EQ(world.proxy->IsOver(), !passes);
        const auto event = world.proxy->PollEvent();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->id, passes ? "" : "interception-not-tls");
        world.proxy->HandleServerInput(T0, ByteView(std::string_view("hello")));
        EXPECT_EQ(world.proxy->PollTransmit().has_value(), passes);
    }
}

Bytes
Hello(const std::string& name)
{
    SeededRandom random(1, 1, "hello");
    tls::ClientConfig config;
    TlsSession session(*Context::MakeClient(config, random), random, name);
    session.Start(T0);
    return session.PollTransmit().value_or(Bytes{});
}

TEST(HelloName, IsReadFromAHelloCutAnywhere)
{
    const Bytes hello = Hello(NAME);
    ASSERT_FALSE(hello.empty());
    for (std::size_t size = 0; size < hello.size(); ++size)
    {
        EXPECT_EQ(FindHelloName(ByteView(hello).Sub(0, size)).state, HelloName::State::NEED_MORE);
    }
    const auto whole = FindHelloName(hello);
    EXPECT_EQ(whole.state, HelloName::State::COMPLETE);
    EXPECT_EQ(whole.name, NAME);
    EXPECT_EQ(FindHelloName(Hello("192.0.2.1")).name, "");
}

/// The handshake message of @p record in records of @p size bytes each.
Bytes
InSmallRecords(const Bytes& record, std::size_t size)
{
    Bytes out;
    for (std::size_t at = 5; at < record.size(); at += size)
    {
        const ByteView part = ByteView(record).Sub(at, size);
        Append(out, Bytes{22, 3, 1, 0, static_cast<uint8_t>(part.Size())});
        Append(out, part);
    }
    return out;
}

TEST(HelloName, IsReadFromFragmentedRecords)
{
    for (const std::size_t size : {1U, 3U, 7U, 200U})
    {
        EXPECT_EQ(FindHelloName(InSmallRecords(Hello(NAME), size)).name, NAME) << size;
    }
}

TEST(HelloName, BadOnesAreNoTls)
{
    const Bytes good = Hello(NAME);
    const auto with = [&](std::size_t at, uint8_t value)
    {
        Bytes bad = good;
        bad[at] = value;
        return FindHelloName(bad).state;
    };
    EXPECT_EQ(with(0, 23), HelloName::State::NOT_TLS);   // application data
    EXPECT_EQ(with(1, 2), HelloName::State::NOT_TLS);    // SSL 2
    EXPECT_EQ(with(5, 2), HelloName::State::NOT_TLS);    // a ServerHello
    EXPECT_EQ(with(6, 255), HelloName::State::NOT_TLS);  // 16 MB long
    EXPECT_EQ(with(43, 255), HelloName::State::NOT_TLS); // a session ID beyond the end
    EXPECT_EQ(FindHelloName(Bytes{22, 3, 1, 0, 0}).state, HelloName::State::NOT_TLS);
    Bytes odd = good;
    const std::string name(NAME);
    const auto at = std::search(odd.begin(), odd.end(), name.begin(), name.end());
    *at = ','; // would be another entry in a certificate's list of names
    EXPECT_EQ(FindHelloName(odd).state, HelloName::State::NOT_TLS);
}

} // namespace

} // namespace imsfw::http
