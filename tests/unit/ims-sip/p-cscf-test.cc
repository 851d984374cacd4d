// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The P-CSCF message by message: what it adds, takes away, refuses and survives.
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = PCscfEvent::Type;

namespace
{

constexpr const char* CALLEE = "sip:callee@example.org";

/// A registered UE on a datagram flow, and the core side's address.
struct Bench
{
    Bench() : ue(net.AddUe("alice", "10.0.0.2", false))
    {
        net.pcscf.AddStaticRoute(CALLEE, core);
        net.Schedule(0ms, [this] { ue.ua.Register(net.now); });
        net.RunUntil(1s);
        net.events.clear();
    }

    SipMessage
    Request(const std::string& method, const std::string& uri = CALLEE)
    {
        SipMessage request = MakeRequest(method);
        request.SetRequestUri(uri);
        request.Prepend("Route", "<sip:203.0.113.5:5060;lr>");
        return request;
    }

    void
    FromUe(const SipMessage& message)
    {
        net.pcscf.HandleDatagram(net.now, 0, ue.address, message.Serialize());
    }

    void
    FromCore(const SipMessage& message)
    {
        net.pcscf.HandleDatagram(net.now, 0, core, message.Serialize());
    }

    /// @return the next message out, and to where.
    std::optional<std::pair<SipMessage, Endpoint>>
    Out()
    {
        const auto out = net.pcscf.PollTransmit();
        if (!out)
        {
            return std::nullopt;
        }
        auto message = SipMessage::Parse(out->bytes);
        EXPECT_TRUE(message);
        return std::make_pair(*message, out->flow.remote);
    }

    SipNetwork net;
    SipNetwork::Agent& ue;
    Endpoint core{*Endpoint::Parse("198.51.100.7:5060")};
};

} // namespace

TEST(PCscf, ForwardsAnInviteAsAProxyMust)
{
    Bench bench;
    SipMessage invite = bench.Request("INVITE");
    invite.Add("P-Preferred-Identity", "<sip:somebody@else>");
    bench.FromUe(invite);
    const auto trying = bench.Out();
    ASSERT_TRUE(trying);
    EXPECT_EQ(trying->first.Status(), 100);
    EXPECT_EQ(trying->second, bench.ue.address);
    const auto forwarded = bench.Out();
    ASSERT_TRUE(forwarded);
    EXPECT_EQ(forwarded->second, bench.core);
    const SipMessage& message = forwarded->first;
    EXPECT_EQ(message.Headers("Via").size(), 2U);
    EXPECT_EQ(message.TopVia().host, "203.0.113.5");
    EXPECT_EQ(message.Number("Max-Forwards"), 69U);
    EXPECT_FALSE(message.Header("Route"));
    ASSERT_EQ(message.Addresses("Record-Route").size(), 1U);
    EXPECT_EQ(message.Addresses("Record-Route")[0].uri.host, "203.0.113.5");
    EXPECT_FALSE(message.Addresses("Record-Route")[0].uri.user.empty());
    EXPECT_TRUE(message.Addresses("Record-Route")[0].uri.params.Has("lr"));
    EXPECT_EQ(message.Header("P-Asserted-Identity"), "<sip:alice@ims.test>");
    EXPECT_FALSE(message.Header("P-Preferred-Identity"));
}

TEST(PCscf, AssertsWhatTheUserOwns)
{
    struct Row
    {
        const char* preferred;
        const char* asserted;
    };

    for (const Row& row : {Row{"<tel:+15551234>", "<tel:+15551234>"},
                           Row{"<sip:alice@ims.test>", "<sip:alice@ims.test>"},
                           Row{"<sip:bob@ims.test>", "<sip:alice@ims.test>"},
                           Row{"nonsense", "<sip:alice@ims.test>"}})
    {
        SipUser alice{"alice@ims.test", "sip:alice@ims.test", "secret-alice"};
        alice.moreIdentities = {"tel:+15551234"};
        Bench bench;
        bench.net.pcscf.AddUser(alice);
        SipMessage invite = bench.Request("INVITE");
        invite.Add("P-Preferred-Identity", row.preferred);
        invite.Add("P-Asserted-Identity", "<sip:president@example.org>");
        bench.FromUe(invite);
        bench.Out();
        EXPECT_EQ(bench.Out()->first.Headers("P-Asserted-Identity"),
                  std::vector<std::string>{row.asserted});
    }
}

TEST(PCscf, KeepsTheCoresHeadersInTheCore)
{
    Bench bench;
    SipMessage invite = bench.Request("INVITE");
    invite.Add("P-Access-Network-Info", "IEEE-802.11");
    invite.Add("P-Charging-Vector", "icid-value=mine");
    invite.Add("P-Preferred-Service", "urn:urn-7:3gpp-service.ims.icsi.mmtel");
    bench.FromUe(invite);
    bench.Out();
    const SipMessage toCore = bench.Out()->first;
    EXPECT_EQ(toCore.Header("P-Asserted-Service"), "urn:urn-7:3gpp-service.ims.icsi.mmtel");
    EXPECT_FALSE(toCore.Header("P-Preferred-Service"));
    EXPECT_EQ(toCore.Header("P-Access-Network-Info"), "IEEE-802.11");
    ASSERT_TRUE(toCore.Header("P-Charging-Vector"));
    EXPECT_EQ(toCore.Header("P-Charging-Vector")->find("mine"), std::string::npos);
    EXPECT_NE(toCore.Header("P-Charging-Vector")->find("icid-generated-at=203.0.113.5"),
              std::string::npos);

    SipMessage incoming = MakeRequest("INVITE", "z9hG4bKother");
    incoming.SetRequestUri("sip:alice@ims.test");
    incoming.Add("P-Access-Network-Info", "3GPP-E-UTRAN-FDD");
    incoming.Add("P-Charging-Vector", "icid-value=core");
    bench.FromCore(incoming);
    bench.Out();
    const SipMessage toUe = bench.Out()->first;
    EXPECT_FALSE(toUe.Header("P-Access-Network-Info"));
    EXPECT_FALSE(toUe.Header("P-Charging-Vector"));
    EXPECT_EQ(toUe.Header("P-Called-Party-ID"), "<sip:alice@ims.test>");
}

TEST(PCscf, RefusesByStatus)
{
    struct Row
    {
        const char* name;
        std::function<void(SipMessage&)> change;
        const char* method;
        int status;
    };

    const Row rows[] = {
        {"no hops left", [](SipMessage& m) { m.Set("Max-Forwards", "0"); }, "INVITE", 483},
        {"unknown callee",
         [](SipMessage& m) { m.SetRequestUri("sip:nobody@example.org"); },
         "INVITE",
         404},
        {"tel uri", [](SipMessage& m) { m.SetRequestUri("tel:+15551234"); }, "INVITE", 404},
        {"unknown dialog",
         [](SipMessage& m)
         {
             m.Set("To", "<sip:x@y>;tag=1");
             m.SetRequestUri("sip:x@192.0.2.99");
         },
         "BYE",
         481},
        {"unknown route",
         [](SipMessage& m) { m.Add("Route", "<sip:other.test;lr>"); },
         "INVITE",
         404},
        {"to ourselves", [](SipMessage& m) { m.SetRequestUri("sip:203.0.113.5"); }, "MESSAGE", 405},
        {"cancel of nothing", [](SipMessage&) {}, "CANCEL", 481},
        {"options to the domain",
         [](SipMessage& m) { m.SetRequestUri("sip:ims.test"); },
         "OPTIONS",
         200},
    };
    for (const Row& row : rows)
    {
        Bench bench;
        SipMessage request = bench.Request(row.method);
        row.change(request);
        bench.FromUe(request);
        const auto out = bench.Out();
        ASSERT_TRUE(out) << row.name;
        EXPECT_EQ(out->first.Status(), row.status) << row.name;
        EXPECT_EQ(out->second, bench.ue.address) << row.name;
        EXPECT_FALSE(bench.Out()) << row.name;
    }
}

TEST(PCscf, RefusesTheUnregistered)
{
    for (const char* from : {"10.0.0.2:5061", "10.0.0.3:5060", "198.51.100.7:5061"})
    {
        Bench bench;
        bench.net.pcscf.HandleDatagram(
            bench.net.now, 0, *Endpoint::Parse(from), bench.Request("INVITE").Serialize());
        const auto out = bench.Out();
        ASSERT_TRUE(out) << from;
        EXPECT_EQ(out->first.Status(), 403) << from;
        const auto event = bench.net.pcscf.PollEvent();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->type, Type::REQUEST_REFUSED);
        EXPECT_EQ(event->reason, "not-registered");
    }
}

TEST(PCscf, AlsoRefusesTheAckOfTheUnregistered)
{
    Bench bench;
    bench.net.pcscf.HandleDatagram(
        bench.net.now, 0, *Endpoint::Parse("192.0.2.66:5060"), bench.Request("ACK").Serialize());
    EXPECT_FALSE(bench.net.pcscf.PollTransmit());
}

TEST(PCscf, DeliversToTheContactOnTheFlow)
{
    Bench bench;
    bench.FromCore(bench.Request("INVITE", "sip:alice@ims.test"));
    EXPECT_EQ(bench.Out()->first.Status(), 100);
    const auto out = bench.Out();
    ASSERT_TRUE(out);
    EXPECT_EQ(out->second, bench.ue.address);
    EXPECT_EQ(out->first.RequestUri(), "sip:alice@10.0.0.2:5060");
    EXPECT_FALSE(out->first.Header("P-Asserted-Identity"));
}

TEST(PCscf, KnowsItselfByEachOfItsNames)
{
    for (const char* route : {"<sip:203.0.113.5:5060;lr>",
                              "<sip:10.255.0.1;lr>",
                              "<sip:PCSCF.ims.test;lr>",
                              "<sip:orig@scscf.ims.test;lr>"})
    {
        PCscfConfig config = SipNetwork::Config();
        config.otherAddresses = {*IpAddress::Parse("10.255.0.1")};
        SipNetwork net(config);
        net.pcscf.AddStaticRoute(CALLEE, *Endpoint::Parse("198.51.100.7:5060"));
        auto& ue = net.AddUe("alice", "10.0.0.2", false);
        net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
        net.RunUntil(1s);
        SipMessage request = MakeRequest("MESSAGE");
        request.SetRequestUri(CALLEE);
        request.Add("Route", route);
        net.pcscf.HandleDatagram(net.now, 0, ue.address, request.Serialize());
        const auto out = net.pcscf.PollTransmit();
        ASSERT_TRUE(out) << route;
        EXPECT_EQ(out->flow.remote.ToString(), "198.51.100.7:5060") << route;
    }
}

TEST(PCscf, PassesResponsesBackWithoutItsVia)
{
    Bench bench;
    bench.FromUe(bench.Request("INVITE"));
    bench.Out();
    const SipMessage forwarded = bench.Out()->first;
    bench.FromCore(SipMessage::Response(forwarded, 100)); // for this hop only
    EXPECT_FALSE(bench.Out());
    bench.FromCore(MakeResponse(forwarded, 180));
    const auto ringing = bench.Out();
    ASSERT_TRUE(ringing);
    EXPECT_EQ(ringing->first.Status(), 180);
    EXPECT_EQ(ringing->second, bench.ue.address);
    EXPECT_EQ(ringing->first.Headers("Via").size(), 1U);
    bench.FromCore(MakeResponse(forwarded, 200));
    EXPECT_EQ(bench.Out()->first.Status(), 200);
    bench.FromCore(MakeResponse(forwarded, 200)); // the callee's retransmission (RFC 6026)
    EXPECT_EQ(bench.Out()->first.Status(), 200);
    EXPECT_FALSE(bench.Out());
}

TEST(PCscf, TimerCEndsAnEndlessRinging)
{
    Bench bench;
    bench.FromUe(bench.Request("INVITE"));
    bench.Out();
    const SipMessage forwarded = bench.Out()->first;
    bench.FromCore(MakeResponse(forwarded, 180));
    bench.Out();
    const auto deadline = bench.net.now + 181s;
    while (bench.net.pcscf.NextTimeout() && *bench.net.pcscf.NextTimeout() <= deadline)
    {
        bench.net.pcscf.HandleTimeout(*bench.net.pcscf.NextTimeout());
    }
    const auto cancel = bench.Out(); // RFC 3261 16.8
    ASSERT_TRUE(cancel);
    EXPECT_EQ(cancel->first.Method(), "CANCEL");
    EXPECT_EQ(cancel->second, bench.core);
    const auto out = bench.Out();
    ASSERT_TRUE(out);
    EXPECT_EQ(out->first.Status(), 408);
}

TEST(PCscf, AUeWhoseFlowDiesMidRequestGives430)
{
    SipNetwork net;
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    UserAgentConfig config = SipNetwork::UeConfig("callee", "198.51.100.7", false);
    config.publicIdentity = CALLEE;
    auto& caller = net.Add("callee", config);
    net.pcscf.AddStaticRoute(CALLEE, caller.address);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.Schedule(1s, [&] { ue.isCut = true; });
    net.Schedule(
        2s, [&] { caller.ua.Call(net.now, "sip:alice@ims.test", Offer("198.51.100.7", 5000)); });
    net.Schedule(3s, [&] { net.pcscf.HandleStreamClosed(net.now, ue.channel); });
    net.Schedule(
        5s, [&] { caller.ua.Call(net.now, "sip:alice@ims.test", Offer("198.51.100.7", 5000)); });
    net.RunUntil(10s);
    ASSERT_EQ(caller.Count(UserAgentEvent::Type::CALL_FAILED), 2U);
    EXPECT_EQ(caller.events[0].status, 430);
    EXPECT_EQ(caller.events[1].status, 480); // not registered any more
}

TEST(PCscf, SurvivesAnyBytes)
{
    Bench bench;
    SeededRandom random(3, 1, "noise");
    const auto from = bench.ue.address;
    bench.net.pcscf.HandleStreamOpened(bench.net.now, 50, from, "TLS");
    for (std::size_t size = 0; size < 300; ++size)
    {
        bench.net.pcscf.HandleDatagram(bench.net.now, 0, from, random.Draw(size));
    }
    for (std::size_t cut = 1; cut < REGISTER_SAMPLE.size(); ++cut)
    {
        bench.net.pcscf.HandleDatagram(
            bench.net.now, 0, from, ByteView(REGISTER_SAMPLE).Sub(0, cut));
    }
    bench.net.pcscf.HandleStreamInput(bench.net.now, 50, ByteView(std::string_view("\r\n\r\n")));
    const auto pong = bench.net.pcscf.PollTransmit();
    ASSERT_TRUE(pong);
    EXPECT_EQ(ByteView(pong->bytes).AsText(), "\r\n");
    bench.net.pcscf.HandleStreamInput(
        bench.net.now, 50, ByteView(std::string_view("GET / HTTP/1.1\r\n\r\n")));
    std::optional<PCscfEvent> last;
    while (const auto event = bench.net.pcscf.PollEvent())
    {
        last = event;
    }
    ASSERT_TRUE(last);
    EXPECT_EQ(last->type, Type::STREAM_BROKEN);
    bench.net.pcscf.HandleStreamInput(
        bench.net.now, 99, ByteView(std::string_view("x"))); // no such stream
    bench.net.pcscf.HandleStreamClosed(bench.net.now, 99);
    EXPECT_FALSE(bench.net.pcscf.PollTransmit());
}

TEST(PCscf, NamesItsEvents)
{
    for (int i = 0; i <= static_cast<int>(Type::STREAM_BROKEN); ++i)
    {
        EXPECT_NE(ToString(static_cast<Type>(i)), "unknown");
    }
    for (int i = 0; i <= static_cast<int>(UserAgentEvent::Type::FLOW_FAILED); ++i)
    {
        EXPECT_NE(ToString(static_cast<UserAgentEvent::Type>(i)), "unknown");
    }
}

} // namespace imsfw::sip::test
