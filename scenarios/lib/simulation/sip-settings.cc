// SPDX-License-Identifier: GPL-2.0-only
#include "sip-settings.h"

#include "base/text.h"
#include "identities.h"
#include "subscribers.h"
#include "tls-contexts.h"

#include "ims-tls-core-driver.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/nstime.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using namespace ns3;
namespace id = identities;

/// SIP says whole seconds; a part of one is rounded up.
UintegerValue
SecondsOf(Duration duration)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    return UintegerValue(
        static_cast<uint64_t>(seconds.count() + (Duration(seconds) < duration ? 1 : 0)));
}

EnumValue
TimersOf(const Experiment& e)
{
    return EnumValue(e.sip.timers == SipTimerProfile::THREE_GPP ? imssip::SIP_TIMERS_3GPP
                                                                : imssip::SIP_TIMERS_RFC3261);
}

EnumValue
SchemeOf(const Experiment& e)
{
    return EnumValue(e.sip.authentication == SipAuthentication::AKA ? imssip::SIP_AUTH_AKA
                                                                    : imssip::SIP_AUTH_DIGEST);
}

/// TS 33.102 C.3: far enough ahead that no sequence number of the HSS's is acceptable.
constexpr uint64_t AHEAD = 1ULL << 32;

/// K and OPc of a person, from a stream of its own.
std::optional<sip::AkaKeys>
MakeKeys(const Experiment& e, const std::string& name)
{
    const auto random = StreamOf(e, name + "/aka-keys");
    Bytes bytes(32);
    random->Fill(bytes.data(), bytes.size());
    const ByteView all(bytes);
    return sip::AkaKeys::FromHex(ToHex(all.Sub(0, 16)), ToHex(all.Sub(16, 16)), "8000");
}

StringValue
HexOf(const sip::AkaBlock& block)
{
    return StringValue(ToHex({block.data(), block.size()}));
}

} // namespace

void
ConfigureAgent(const Experiment& e, imssip::SipUaApplication& agent)
{
    agent.SetAttribute("Realm", StringValue(id::REALM));
    agent.SetAttribute("AutoRegister", BooleanValue(false));
    agent.SetAttribute("AutoConnect", BooleanValue(false)); // when its attempt begins
    agent.SetAttribute("AnswerDelay", TimeValue(imstls::ToNs3Time(e.call.answerAfter)));
    agent.SetAttribute("TimerProfile", TimersOf(e));
}

void
ConfigureUe(const Experiment& e, const Party& party, imssip::SipUaApplication& agent)
{
    const sip::SipUser& subscriber = *party.subscriber;
    agent.SetAttribute("PrivateIdentity", StringValue(subscriber.privateIdentity));
    agent.SetAttribute("Password",
                       StringValue(e.sip.password.empty() ? subscriber.password : e.sip.password));
    agent.SetAttribute("AuthScheme", SchemeOf(e));
    if (subscriber.aka)
    {
        agent.SetAttribute("AkaKey", HexOf(subscriber.aka->k));
        agent.SetAttribute("AkaOpc", HexOf(subscriber.aka->opc));
    }
    agent.SetAttribute("AkaSqn", UintegerValue(e.sip.akaOutOfStep ? subscriber.sqn + AHEAD : 0));
    agent.SetAttribute("PreferIntegrity", BooleanValue(e.sip.qop.front() == "auth-int"));
    agent.SetAttribute("SecurityMechanisms", StringValue(e.sip.securityAgreement ? "tls" : ""));
    agent.SetAttribute("Expires", SecondsOf(e.sip.expires));
    agent.SetAttribute("KeepAlive", TimeValue(imstls::ToNs3Time(e.sip.keepAlive)));
    agent.SetAttribute("StunKeepAlive", BooleanValue(e.sip.keepAliveKind == KeepAliveKind::STUN));
    agent.SetAttribute("Recover", BooleanValue(e.sip.recover));
    agent.SetAttribute("RecoveryBase", TimeValue(imstls::ToNs3Time(e.sip.recoveryBase)));
    agent.SetAttribute("RecoveryMax", TimeValue(imstls::ToNs3Time(e.sip.recoveryMax)));
}

void
ConfigurePCscf(const Experiment& e, imssip::PCscfApplication& pCscf)
{
    pCscf.SetAttribute("AuthScheme", SchemeOf(e));
    pCscf.SetAttribute("DigestAlgorithms", StringValue(Join(e.sip.algorithms, ",")));
    pCscf.SetAttribute("DigestQop", StringValue(Join(e.sip.qop, ",")));
    pCscf.SetAttribute("NonceLifetime", TimeValue(imstls::ToNs3Time(e.sip.nonceLifetime)));
    pCscf.SetAttribute("TimerProfile", TimersOf(e));
    pCscf.SetAttribute("MaxExpires", SecondsOf(e.sip.maxExpires));
    pCscf.SetAttribute("KeepAlive", SecondsOf(e.sip.keepAliveRecommended));
    pCscf.SetAttribute("FlowTimer", SecondsOf(e.sip.flowTimer));
    // RFC 3329: ipsec-3gpp is what the field offers too; here it is only a name that is less wanted.
    pCscf.SetAttribute("SecurityMechanisms",
                       StringValue(e.sip.securityAgreement ? "tls;q=0.2,ipsec-3gpp;q=0.1" : ""));
}

Subscribers::Subscribers(const Experiment& e, std::vector<sip::SipUser> users)
    : m_experiment(e), m_users(std::move(users))
{
}

Result<Subscribers, std::string>
Subscribers::Load(const Experiment& e)
{
    // The experiment was checked with the same file, which may have been changed meanwhile.
    if (const auto problem = SubscribersProblem(e))
    {
        return Failure{"sip.subscribers: " + *problem};
    }
    return Subscribers(e,
                       e.sip.subscribers.empty() ? std::vector<sip::SipUser>()
                                                 : *LoadSubscribers(e.sip.subscribers));
}

std::shared_ptr<const sip::SipUser>
Subscribers::Of(std::size_t number, const std::string& name) const
{
    if (number < m_users.size())
    {
        return std::make_shared<sip::SipUser>(m_users[number]);
    }
    sip::SipUser user{id::PrivateIdentity(name), id::PublicIdentity(name), id::SIP_PASSWORD};
    if (m_experiment.sip.authentication == SipAuthentication::AKA)
    {
        user.aka = MakeKeys(m_experiment, name);
    }
    return std::make_shared<sip::SipUser>(std::move(user));
}

std::vector<std::string>
SipNotes(const Experiment& e)
{
    const auto ways = e.Ways();
    const bool isOverTls =
        std::any_of(ways.begin(),
                    ways.end(),
                    [](const Way& way) { return way.control == ControlTransport::TLS; });
    if (e.sip.authentication == SipAuthentication::AKA && isOverTls)
    {
        return {
            "IMS AKA over TLS is an extension: the standards pair TLS with SIP Digest (TS 33.203 "
            "annex O), and AKA with IPsec"};
    }
    return {};
}

} // namespace imsfw::scenario
