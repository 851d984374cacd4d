// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The user agent application's attributes and trace sources.
#include "ims-sip-ua-application.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imssip
{

NS_OBJECT_ENSURE_REGISTERED(SipUaApplication);

TypeId
SipUaApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imssip::SipUaApplication")
            .SetParent<Application>()
            .SetGroupName("Ims")
            .AddConstructor<SipUaApplication>()
            .AddAttribute("PublicIdentity",
                          "The user's SIP URI (IMPU).",
                          StringValue("sip:ue@ims.test"),
                          MakeStringAccessor(&SipUaApplication::m_publicIdentity),
                          MakeStringChecker())
            .AddAttribute("PrivateIdentity",
                          "The user name for authentication (IMPI).",
                          StringValue("ue@ims.test"),
                          MakeStringAccessor(&SipUaApplication::m_privateIdentity),
                          MakeStringChecker())
            .AddAttribute("Password",
                          "The SIP Digest password.",
                          StringValue("secret"),
                          MakeStringAccessor(&SipUaApplication::m_password),
                          MakeStringChecker())
            .AddAttribute("AuthScheme",
                          "How the UE authenticates: Digest (Password) or Aka (AkaKey, AkaOpc).",
                          EnumValue(SIP_AUTH_DIGEST),
                          MakeEnumAccessor(&SipUaApplication::m_authScheme),
                          MakeSipAuthSchemeChecker())
            .AddAttribute("PreferIntegrity",
                          "Digest: take qop auth-int where auth is offered as well.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SipUaApplication::m_prefersIntegrity),
                          MakeBooleanChecker())
            .AddAttribute("AkaKey",
                          "AKA: the subscriber key K, 32 hexadecimal digits.",
                          StringValue(""),
                          MakeStringAccessor(&SipUaApplication::m_akaKey),
                          MakeStringChecker())
            .AddAttribute("AkaOpc",
                          "AKA: OPc, 32 hexadecimal digits.",
                          StringValue(""),
                          MakeStringAccessor(&SipUaApplication::m_akaOpc),
                          MakeStringChecker())
            .AddAttribute("AkaSqn",
                          "AKA: the highest sequence number that the ISIM has accepted.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SipUaApplication::m_akaSqn),
                          MakeUintegerChecker<uint64_t>(0, imsfw::sip::AKA_SQN_MASK))
            .AddAttribute("SecurityMechanisms",
                          "What the UE lists in Security-Client (RFC 3329), with commas; empty: no "
                          "agreement is sought.",
                          StringValue(""),
                          MakeStringAccessor(&SipUaApplication::m_securityMechanisms),
                          MakeStringChecker())
            .AddAttribute("Realm",
                          "The home domain.",
                          StringValue("ims.test"),
                          MakeStringAccessor(&SipUaApplication::m_realm),
                          MakeStringChecker())
            .AddAttribute("PCscf",
                          "Address and port of the P-CSCF (InetSocketAddress).",
                          AddressValue(),
                          MakeAddressAccessor(&SipUaApplication::m_pCscf),
                          MakeAddressChecker())
            .AddAttribute("LocalPort",
                          "UDP port to send from and listen at; streams take any.",
                          UintegerValue(5060),
                          MakeUintegerAccessor(&SipUaApplication::m_localPort),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("TransportName",
                          "What Via and Contact call the transport: UDP, TCP or TLS. Empty: UDP "
                          "without a factory, "
                          "TCP with one.",
                          StringValue(""),
                          MakeStringAccessor(&SipUaApplication::m_transport),
                          MakeStringChecker())
            .AddAttribute("TimerProfile",
                          "Values of SIP's transaction timers: Rfc3261 or ThreeGpp.",
                          EnumValue(SIP_TIMERS_RFC3261),
                          MakeEnumAccessor(&SipUaApplication::m_timerProfile),
                          MakeSipTimerProfileChecker())
            .AddAttribute(
                "T1",
                "Another T1 than the profile's, with its multiples; 0 s keeps the profile's.",
                TimeValue(Seconds(0)),
                MakeTimeAccessor(&SipUaApplication::m_t1),
                MakeTimeChecker())
            .AddAttribute("Expires",
                          "Registration lifetime asked for, in seconds.",
                          UintegerValue(600000),
                          MakeUintegerAccessor(&SipUaApplication::m_expires),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("RingDelay",
                          "From an incoming INVITE to the 180.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&SipUaApplication::m_ringDelay),
                          MakeTimeChecker())
            .AddAttribute("AnswerDelay",
                          "From the 180 to the 200, at the earliest; Answer must have been called.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SipUaApplication::m_answerDelay),
                          MakeTimeChecker())
            .AddAttribute("AnswerTimeout",
                          "A call that nobody answers for so long is cancelled.",
                          TimeValue(Seconds(200)),
                          MakeTimeAccessor(&SipUaApplication::m_answerTimeout),
                          MakeTimeChecker())
            .AddAttribute("ReliableProvisional",
                          "Offer and use 100rel and PRACK (RFC 3262).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SipUaApplication::m_reliableProvisional),
                          MakeBooleanChecker())
            .AddAttribute("Recover",
                          "Form a failed flow anew and register on it (RFC 5626 4.5).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SipUaApplication::m_recovers),
                          MakeBooleanChecker())
            .AddAttribute("RecoveryBase",
                          "Recover: base-time of the back-off.",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&SipUaApplication::m_recoveryBase),
                          MakeTimeChecker())
            .AddAttribute("RecoveryMax",
                          "Recover: max-time of the back-off.",
                          TimeValue(Seconds(1800)),
                          MakeTimeAccessor(&SipUaApplication::m_recoveryMax),
                          MakeTimeChecker())
            .AddAttribute("KeepAlive",
                          "Upper bound of the interval of keep-alives while registered; 0 s sends "
                          "none unless the P-CSCF recommends an interval or has a Flow-Timer.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&SipUaApplication::m_keepAlive),
                          MakeTimeChecker())
            .AddAttribute("StunKeepAlive",
                          "On UDP keep alive by STUN (RFC 5626 4.4.2) in place of four bytes that "
                          "nobody answers.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SipUaApplication::m_stunKeepAlive),
                          MakeBooleanChecker())
            .AddAttribute("AccessNetworkInfo",
                          "Value of P-Access-Network-Info; empty leaves the header out.",
                          StringValue("IEEE-802.11;i-wlan-node-id=00aabbccddee"),
                          MakeStringAccessor(&SipUaApplication::m_accessNetworkInfo),
                          MakeStringChecker())
            .AddAttribute("UserAgent",
                          "Value of User-Agent and Server.",
                          StringValue("imsfw-ue/0.1"),
                          MakeStringAccessor(&SipUaApplication::m_userAgentName),
                          MakeStringChecker())
            .AddAttribute("InstanceId",
                          "The URN in +sip.instance.",
                          StringValue("urn:gsma:imei:35145120-840121-0"),
                          MakeStringAccessor(&SipUaApplication::m_instanceId),
                          MakeStringChecker())
            .AddAttribute("AutoRegister",
                          "Register when the application starts.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SipUaApplication::m_autoRegister),
                          MakeBooleanChecker())
            .AddAttribute("AutoConnect",
                          "Open the flow when the application starts, where it does not register.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SipUaApplication::m_autoConnect),
                          MakeBooleanChecker())
            .AddTraceSource("Event",
                            "Whatever the user agent reports.",
                            MakeTraceSourceAccessor(&SipUaApplication::m_eventTrace),
                            "ns3::imssip::SipUaApplication::EventCallback")
            .AddTraceSource("Tx",
                            "Bytes of one message or keep-alive to the P-CSCF.",
                            MakeTraceSourceAccessor(&SipUaApplication::m_txTrace),
                            "ns3::imssip::SipUaApplication::BytesCallback")
            .AddTraceSource("Rx",
                            "A datagram, or any part of the stream, from the P-CSCF.",
                            MakeTraceSourceAccessor(&SipUaApplication::m_rxTrace),
                            "ns3::imssip::SipUaApplication::BytesCallback")
            .AddTraceSource("FlowFailed",
                            "The flow could not be opened, or broke.",
                            MakeTraceSourceAccessor(&SipUaApplication::m_failureTrace),
                            "ns3::imssip::SipUaApplication::FailureCallback");
    return tid;
}

} // namespace imssip
} // namespace ns3
