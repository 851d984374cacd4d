// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the tests of this module run on: client -- peer (which routes) -- TURN server, two links of 10 ms.
#ifndef IMS_TURN_TEST_WORLD_H
#define IMS_TURN_TEST_WORLD_H

#include "ims-tls-helper.h"
#include "ims-tls-test-network.h"
#include "ims-turn-helper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace imsturn
{

/// ns-3's TCP may not be started before Simulator::Run.
template <typename Action>
void
At(double seconds, Action action)
{
    Simulator::Schedule(Seconds(seconds), action);
}

/// A media path with all that happened to it, in words: "ready", "peer-ready", "failed turn timeout".
struct Party
{
    /// Sets the handlers of @p madePath.
    void
    Take(Ptr<MediaPath> madePath)
    {
        path = madePath;
        MediaPath::Handlers handlers;
        handlers.onReady = [this](const imsfw::Endpoint& endpoint)
        {
            advertised = endpoint;
            Note("ready", onReady);
        };
        handlers.onPeerReady = [this] { Note("peer-ready", onPeerReady); };
        handlers.onData = [this](const imsfw::Endpoint& from, imsfw::ByteView data)
        {
            received.emplace_back(from.ToString(), data.AsText());
            if (onData)
            {
                onData();
            }
        };
        handlers.onFailure = [this](const imsfw::StreamFailure& why)
        {
            failure = why;
            Note("failed " + why.layer + " " + why.reason, onFailure);
        };
        path->SetHandlers(std::move(handlers));
    }

    void
    Send(std::string_view text) const
    {
        path->Send(imsfw::ByteView(text));
    }

    void
    Note(const std::string& what, const std::function<void()>& then)
    {
        happened.push_back(what);
        lastAt = Simulator::Now();
        if (then)
        {
            then();
        }
    }

    Ptr<MediaPath> path;
    imsfw::Endpoint advertised;
    std::vector<std::string> happened;
    Time lastAt;
    std::vector<std::pair<std::string, std::string>> received; ///< from, what
    imsfw::StreamFailure failure;
    std::function<void()> onReady;
    std::function<void()> onPeerReady;
    std::function<void()> onData;
    std::function<void()> onFailure;
};

enum class Transport
{
    UDP,
    TCP,
    TLS,
    DTLS,
};

inline std::string
ToString(Transport transport)
{
    static const char* const NAMES[] = {"Udp", "Tcp", "Tls", "Dtls"};
    return NAMES[static_cast<int>(transport)];
}

/// The server listens at UDP 3478, TCP 3478, TLS 443 and DTLS 443; the peer's path is direct, at 10.0.2.1:4000.
struct World
{
    static constexpr uint16_t STUN_PORT = 3478;

    explicit World(Transport transport = Transport::UDP, const std::string& password = "secret")
    {
        imstls::TlsHelper tls;
        tls.SetServerName("turn.ims.test");
        server = TurnServerHelper().Install(net.Server());
        server->AddStreamListener(net.Tcp(net.Server()), STUN_PORT);
        server->AddStreamListener(tls.MakeServer(net.Server(), {"turn.ims.test"}), 443);
        imstls::TlsHelper dtls = tls;
        dtls.SetDatagram(true);
        server->AddDtlsListener(dtls.MakeServer(net.Server(), {"turn.ims.test"}, "dtls-server"),
                                443);
        server->SetUser("alice", "secret");
        server->TraceConnectWithoutContext("Event", MakeCallback(&World::HandleEvent, this));

        Ptr<SocketFactory> factory;
        if (transport == Transport::TCP)
        {
            factory = net.Tcp(net.Client());
        }
        if (transport == Transport::TLS)
        {
            factory = tls.MakeClient(net.Client());
        }
        if (transport == Transport::DTLS)
        {
            factory = secure = dtls.MakeClient(net.Client());
        }
        const bool isSecure = transport == Transport::TLS || transport == Transport::DTLS;
        relay = RelayPathHelper(net.ServerAddress(isSecure ? 443 : STUN_PORT))
                    .Install(net.Client(), "alice", password, factory);
        ue.Take(relay);

        DirectPathHelper direct;
        direct.SetAttribute("LocalAddress", Ipv4AddressValue("10.0.2.1"));
        direct.SetAttribute("LocalPort", UintegerValue(4000));
        peer.Take(direct.Install(net.Router()));
        At(0, [this] { peer.path->Open(); });
    }

    /// The client's path is opened at 1 ms; both are told of each other as by signalling that takes no time.
    void
    OpenAndConnect()
    {
        ue.onReady = [this]
        {
            peer.path->SetPeer(ue.advertised);
            ue.path->SetPeer(peer.advertised);
        };
        At(0.001, [this] { ue.path->Open(); });
    }

    /// The reasons of the events of that type.
    std::vector<std::string>
    Reasons(imsfw::turn::ServerEvent::Type type) const
    {
        std::vector<std::string> reasons;
        for (const auto& event : events)
        {
            if (event.type == type)
            {
                reasons.emplace_back(event.reason);
            }
        }
        return reasons;
    }

    imstls::TestNetwork net;
    Ptr<TurnServerApplication> server;
    Ptr<imstls::TlsSocketFactory> secure; ///< the client's, over DTLS
    Ptr<RelayPath> relay;                 ///< the same as ue.path
    Party ue;
    Party peer;
    std::vector<imsfw::turn::ServerEvent> events;

  private:
    void
    HandleEvent(const imsfw::turn::ServerEvent& event)
    {
        events.push_back(event);
    }
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_TEST_WORLD_H
