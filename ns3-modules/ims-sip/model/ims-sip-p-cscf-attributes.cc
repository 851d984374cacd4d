// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The P-CSCF application's attributes and trace source.
#include "ims-sip-p-cscf-application.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imssip
{

NS_OBJECT_ENSURE_REGISTERED(PCscfApplication);

TypeId
PCscfApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imssip::PCscfApplication")
            .SetParent<Application>()
            .SetGroupName("Ims")
            .AddConstructor<PCscfApplication>()
            .AddAttribute("Name",
                          "A host name that is ours.",
                          StringValue("pcscf.ims.test"),
                          MakeStringAccessor(&PCscfApplication::m_name),
                          MakeStringChecker())
            .AddAttribute("ServingName",
                          "The host in Service-Route.",
                          StringValue("scscf.ims.test"),
                          MakeStringAccessor(&PCscfApplication::m_servingName),
                          MakeStringChecker())
            .AddAttribute("Realm",
                          "The home domain, and the realm of challenges.",
                          StringValue("ims.test"),
                          MakeStringAccessor(&PCscfApplication::m_realm),
                          MakeStringChecker())
            .AddAttribute(
                "Address",
                "Our address in Via and Record-Route; 0.0.0.0 takes the node's first one.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&PCscfApplication::m_address),
                MakeIpv4AddressChecker())
            .AddAttribute("TimerProfile",
                          "Values of SIP's transaction timers: Rfc3261 or ThreeGpp.",
                          EnumValue(SIP_TIMERS_RFC3261),
                          MakeEnumAccessor(&PCscfApplication::m_timerProfile),
                          MakeSipTimerProfileChecker())
            .AddAttribute(
                "T1",
                "Another T1 than the profile's, with its multiples; 0 s keeps the profile's.",
                TimeValue(Seconds(0)),
                MakeTimeAccessor(&PCscfApplication::m_t1),
                MakeTimeChecker())
            .AddAttribute("MaxExpires",
                          "Longest registration lifetime granted, in seconds.",
                          UintegerValue(3600),
                          MakeUintegerAccessor(&PCscfApplication::m_maxExpires),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MinExpires",
                          "Shortest registration lifetime granted, in seconds; less gets 423.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&PCscfApplication::m_minExpires),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("AuthScheme",
                          "How UEs are authenticated: Digest (passwords) or Aka (the users' keys).",
                          EnumValue(SIP_AUTH_DIGEST),
                          MakeEnumAccessor(&PCscfApplication::m_authScheme),
                          MakeSipAuthSchemeChecker())
            .AddAttribute(
                "DigestAlgorithms",
                "Offered for Digest, most wanted first: MD5, SHA-256, or both with a comma.",
                StringValue("MD5"),
                MakeStringAccessor(&PCscfApplication::m_algorithms),
                MakeStringChecker())
            .AddAttribute("DigestQop",
                          "Offered for Digest: auth, auth-int, or both with a comma.",
                          StringValue("auth"),
                          MakeStringAccessor(&PCscfApplication::m_qop),
                          MakeStringChecker())
            .AddAttribute("SecurityMechanisms",
                          "Our list for the security agreement (RFC 3329), with commas: "
                          "tls;q=0.2,ipsec-3gpp;q=0.1. Empty: no agreement.",
                          StringValue(""),
                          MakeStringAccessor(&PCscfApplication::m_securityMechanisms),
                          MakeStringChecker())
            .AddAttribute("RequireSecurityAgreement",
                          "Refuse (421) UEs that do not seek a security agreement.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&PCscfApplication::m_requiresSecurity),
                          MakeBooleanChecker())
            .AddAttribute("NonceLifetime",
                          "An older nonce is stale.",
                          TimeValue(Minutes(5)),
                          MakeTimeAccessor(&PCscfApplication::m_nonceLifetime),
                          MakeTimeChecker())
            .AddAttribute(
                "FlowTimer",
                "Seconds in Flow-Timer (RFC 5626), after which, and 10 s of grace, a silent "
                "stream of a UE with outbound is closed; 0 sends none.",
                UintegerValue(0),
                MakeUintegerAccessor(&PCscfApplication::m_flowTimer),
                MakeUintegerChecker<uint32_t>())
            .AddAttribute("KeepAlive",
                          "Keep-alive interval recommended to UEs (RFC 6223), in seconds; 0 leaves "
                          "it to them.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&PCscfApplication::m_keepAlive),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("Event",
                            "Registrations, refusals, forwarded requests.",
                            MakeTraceSourceAccessor(&PCscfApplication::m_eventTrace),
                            "ns3::imssip::PCscfApplication::EventCallback");
    return tid;
}

} // namespace imssip
} // namespace ns3
