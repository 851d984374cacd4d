// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server application's attributes and trace sources.
#include "ims-turn-server-application.h"

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsturn
{

NS_OBJECT_ENSURE_REGISTERED(TurnServerApplication);

TypeId
TurnServerApplication::GetTypeId()
{
    using Self = TurnServerApplication;
    static TypeId tid =
        TypeId("ns3::imsturn::TurnServerApplication")
            .SetParent<Application>()
            .SetGroupName("Ims")
            .AddConstructor<Self>()
            .AddAttribute("Realm",
                          "The realm of challenges.",
                          StringValue("ims.test"),
                          MakeStringAccessor(&Self::m_realm),
                          MakeStringChecker())
            .AddAttribute("Address",
                          "Of relayed addresses; 0.0.0.0 takes the node's first one.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&Self::m_address),
                          MakeIpv4AddressChecker())
            .AddAttribute("MinPort",
                          "Lowest port of relayed addresses (RFC 8656 7.2).",
                          UintegerValue(49152),
                          MakeUintegerAccessor(&Self::m_minPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("MaxPort",
                          "Highest port of relayed addresses; not below MinPort.",
                          UintegerValue(65535),
                          MakeUintegerAccessor(&Self::m_maxPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("DefaultLifetime",
                          "Of allocations whose clients ask for none (RFC 8656 3).",
                          TimeValue(Seconds(600)),
                          MakeTimeAccessor(&Self::m_defaultLifetime),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("MaxLifetime",
                          "Longest lifetime of an allocation (RFC 8656 7.2).",
                          TimeValue(Seconds(3600)),
                          MakeTimeAccessor(&Self::m_maxLifetime),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("PermissionLifetime",
                          "How long a permission lasts (RFC 8656 9).",
                          TimeValue(Seconds(300)),
                          MakeTimeAccessor(&Self::m_permissionLifetime),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("ChannelLifetime",
                          "How long a channel binding lasts (RFC 8656 12).",
                          TimeValue(Seconds(600)),
                          MakeTimeAccessor(&Self::m_channelLifetime),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("NonceLifetime",
                          "How long a nonce is accepted; then 438 (RFC 8656 5).",
                          TimeValue(Seconds(3600)),
                          MakeTimeAccessor(&Self::m_nonceLifetime),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("UserQuota",
                          "Allocations for each user at a time; 0: any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Self::m_userQuota),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Rfc5766Channels",
                          "Take channel numbers up to 0x7FFE, as RFC 5766 11 had them; else up to "
                          "0x4FFF (RFC 8656 12).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&Self::m_acceptsRfc5766Channels),
                          MakeBooleanChecker())
            .AddAttribute("TcpAllocations",
                          "Whether relayed addresses over TCP are given (RFC 6062).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Self::m_hasTcpAllocations),
                          MakeBooleanChecker())
            .AddAttribute("ConnectTimeout",
                          "How long a peer's TCP is waited for; then 447 (RFC 6062 5.2).",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&Self::m_connectTimeout),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("ConnectionBindTimeout",
                          "How long a peer's connection waits to be bound (RFC 6062 5.2).",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&Self::m_connectionBindTimeout),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("MaxQueued",
                          "Bytes waiting for a client's stream above which more are dropped; "
                          "bytes of a TCP allocation's peer wait instead.",
                          UintegerValue(262144),
                          MakeUintegerAccessor(&Self::m_maxQueued),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("Event",
                            "Whatever the server reports, relayed packets included.",
                            MakeTraceSourceAccessor(&Self::m_eventTrace),
                            "ns3::imsturn::TurnServerApplication::EventCallback")
            .AddTraceSource("Relayed",
                            "A packet was relayed, to a peer or to a client.",
                            MakeTraceSourceAccessor(&Self::m_relayedTrace),
                            "ns3::imsturn::TurnServerApplication::EventCallback")
            .AddTraceSource("Overflowed",
                            "Bytes for a client were dropped: its stream does not take them.",
                            MakeTraceSourceAccessor(&Self::m_overflowTrace),
                            "ns3::imsturn::TurnServerApplication::OverflowCallback")
            .AddTraceSource("PortFailed",
                            "The node would not give a port: somebody else has it.",
                            MakeTraceSourceAccessor(&Self::m_portTrace),
                            "ns3::imsturn::TurnServerApplication::PortCallback");
    return tid;
}

} // namespace imsturn
} // namespace ns3
