// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The agent's calls and its clock; see ims-turn-ice-agent.h.
#include "ims-turn-ice-agent.h"

#include "ims-turn-stun-integrity.h"

#include <algorithm>
#include <utility>

namespace imsfw::ice
{

namespace
{

/// RFC 8839 5.4: "at least 24 bits" and "at least 128 bits of randomness"; a character has six.
constexpr std::size_t UFRAG_SIZE = 4;
constexpr std::size_t PASSWORD_SIZE = 22;

std::string
DrawIceText(RandomSource& random, std::size_t size)
{
    static constexpr std::string_view CHARACTERS =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
    {
        text += CHARACTERS[random.Below(CHARACTERS.size())];
    }
    return text;
}

} // namespace

Agent::Agent(AgentConfig config, RandomSource& random)
    : m_config(config),
      m_random(&random),
      m_isControlling(config.isControlling),
      m_tieBreaker(random.U64()),
      m_list(config.profile, config.maxPairs)
{
    m_local.ufrag = DrawIceText(random, UFRAG_SIZE);
    m_local.password = DrawIceText(random, PASSWORD_SIZE);
    m_local.isLite = config.isLite;
    if (config.profile == Profile::RFC8445)
    {
        m_local.options = {"ice2"}; // RFC 8445 10
    }
    m_localKey = stun::ShortTermKey(m_local.password);
}

std::string
Agent::FoundationOf(const Gathered& gathered)
{
    // RFC 8445 5.1.1.3: the same for candidates of one type, base address, server and transport.
    const std::string key = std::string(ToString(gathered.type)) + " " +
                            std::string(ProtocolName(gathered.transport)) + " " +
                            gathered.baseAddress.address.ToString() + " " + gathered.server;
    return m_foundations.emplace(key, std::to_string(m_foundations.size() + 1)).first->second;
}

bool
Agent::AddLocal(const Gathered& gathered)
{
    const bool isRedundant = std::any_of(m_locals.begin(),
                                         m_locals.end(),
                                         [&](const LocalCandidate& other) {
                                             return other.candidate.address == gathered.address &&
                                                    other.base == gathered.base;
                                         });
    if (isRedundant || m_state != State::GATHERING)
    {
        return false;
    }
    Candidate candidate;
    candidate.foundation = FoundationOf(gathered);
    candidate.component = gathered.component;
    candidate.transport = gathered.transport;
    candidate.priority = ComputePriority(
        m_config.preferences.Of(gathered.type, gathered.transport),
        TcpLocalPreference(gathered.transport, gathered.type, gathered.localPreference),
        gathered.component);
    candidate.address = gathered.address;
    candidate.type = gathered.type;
    candidate.related = gathered.related;
    m_locals.push_back({std::move(candidate), gathered.base});
    m_told = m_locals.size();
    return true;
}

Description
Agent::GetLocalDescription() const
{
    Description description = m_local;
    for (std::size_t i = 0; i < m_told; ++i)
    {
        description.candidates.push_back(m_locals[i].candidate);
    }
    return description;
}

void
Agent::SetRemote(TimePoint now, Description remote)
{
    if (m_state != State::GATHERING)
    {
        return;
    }
    AgreeOnRoles(remote);
    m_remotes = std::move(remote.candidates);
    m_remote = std::move(remote);
    m_remoteKey = stun::ShortTermKey(m_remote.password);
    m_state = State::RUNNING;
    Begin(now);
}

void
Agent::AgreeOnRoles(const Description& remote)
{
    // RFC 8445 6.1.1: "the full agent MUST take the controlling role"
    if (remote.isLite != m_config.isLite)
    {
        m_isControlling = remote.isLite;
    }
}

void
Agent::Begin(TimePoint now)
{
    m_started = now;
    m_nextCheck = now;
    m_list.Form(m_locals, m_remotes, m_isControlling);
    if (m_config.isLite && m_remote.isLite)
    {
        SelectLitePairs(now);
        return;
    }
    for (const auto& check : std::exchange(m_early, {}))
    {
        HandlePeerCheck(now, check);
    }
    HandleTimeout(now);
}

/// RFC 8445 8.2: nobody checks. The best pair of each component is taken unseen, and both ends see the same one as best.
void
Agent::SelectLitePairs(TimePoint now)
{
    for (unsigned component = 1; component <= m_config.components; ++component)
    {
        auto& pairs = m_list.Pairs();
        const auto best =
            std::find_if(pairs.begin(),
                         pairs.end(),
                         [&](const CandidatePair& pair) { return pair.component == component; });
        if (best != pairs.end())
        {
            best->state = PairState::SUCCEEDED;
            best->validLocal = best->local;
            best->isNominated = true;
        }
    }
    Evaluate(now);
}

void
Agent::SendOver(TimePoint now, std::size_t pair, Bytes bytes)
{
    const CandidatePair& over = m_list.Pairs()[pair];
    m_transmits.Push({m_locals[over.local].base, m_remotes[over.remote].address, std::move(bytes)});
    const auto selected = m_selected.find(over.component);
    if (selected != m_selected.end() && selected->second == pair)
    {
        m_keepers.at(over.component).NoteSent(now);
    }
}

void
Agent::Send(TimePoint now, unsigned component, ByteView data)
{
    const auto selected = m_selected.find(component);
    if (m_state != State::FAILED && selected != m_selected.end())
    {
        SendOver(now, selected->second, data.ToBytes());
    }
}

bool
Agent::HandleInput(TimePoint now, std::size_t base, const Endpoint& from, ByteView bytes)
{
    // RFC 7983 7: a first byte of 0 to 3 is STUN; RTP and RTCP begin with 128 to 191.
    if (bytes.IsEmpty() || bytes[0] > 3)
    {
        return false;
    }
    const auto message = stun::Message::Parse(bytes);
    if (m_state == State::FAILED || !message || message->GetMethod() != stun::Method::BINDING)
    {
        ++m_discarded;
        return true;
    }
    switch (message->GetClass())
    {
    case stun::MessageClass::REQUEST:
        HandleRequest(now, base, from, *message);
        break;
    case stun::MessageClass::SUCCESS:
    case stun::MessageClass::ERROR:
        HandleResponse(now, base, from, *message);
        break;
    case stun::MessageClass::INDICATION:
        break; // a keep-alive: its coming was all
    }
    return true;
}

void
Agent::HandleLowerFailed(TimePoint now,
                         std::size_t base,
                         const std::optional<Endpoint>& to,
                         const StreamFailure& failure)
{
    if (m_state == State::FAILED)
    {
        return;
    }
    const auto isHit = [&](const CandidatePair& pair)
    { return m_locals[pair.local].base == base && (!to || m_remotes[pair.remote].address == *to); };
    for (const auto& [component, pair] : m_selected)
    {
        if (isHit(m_list.Pairs()[pair]))
        {
            Fail("path-lost", failure.layer + " " + failure.reason + " " + failure.detail);
            return;
        }
    }
    auto& pairs = m_list.Pairs();
    for (auto& pair : pairs)
    {
        if (isHit(pair))
        {
            pair.state = PairState::FAILED;
            pair.isNominated = false;
        }
    }
    m_checks.erase(std::remove_if(m_checks.begin(),
                                  m_checks.end(),
                                  [&](const Check& check) { return isHit(pairs[check.pair]); }),
                   m_checks.end());
    Evaluate(now);
}

void
Agent::HandleTimeout(TimePoint now)
{
    if (m_state == State::GATHERING || m_state == State::FAILED)
    {
        return;
    }
    HandleDueChecks(now);
    CheckNext(now);
    HandleDueKeepers(now);
    Evaluate(now);
}

void
Agent::HandleDueChecks(TimePoint now)
{
    std::vector<Check> failed;
    for (std::size_t i = 0; i < m_checks.size();)
    {
        Check& check = m_checks[i];
        const auto action = check.transaction.HandleTimeout(now);
        if (action == stun::Transaction::Action::FAIL)
        {
            failed.push_back(std::move(check));
            m_checks.erase(m_checks.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        if (action == stun::Transaction::Action::RESEND && !check.isCancelled)
        {
            SendOver(now, check.pair, check.transaction.GetRequest());
        }
        ++i;
    }
    for (const Check& check : failed)
    {
        if (!check.isCancelled)
        {
            FailCheck(now, check, check.isIntegrityViolated ? "integrity-violated" : "timeout");
        }
    }
}

void
Agent::HandleDueKeepers(TimePoint now)
{
    for (auto& [component, keeper] : m_keepers)
    {
        const std::size_t pair = m_selected.at(component);
        switch (keeper.HandleTimeout(now))
        {
        case Keeper::Action::NONE:
            break;
        case Keeper::Action::CHECK:
        {
            const auto id = stun::TransactionId::Draw(*m_random);
            keeper.NoteCheck(id);
            SendOver(now, pair, MakeCheck(id, pair, false));
            break;
        }
        case Keeper::Action::INDICATION:
            SendOver(now,
                     pair,
                     stun::Builder(stun::Method::BINDING,
                                   stun::MessageClass::INDICATION,
                                   stun::TransactionId::Draw(*m_random))
                         .AddFingerprint()
                         .Finish());
            break;
        case Keeper::Action::EXPIRED:
            Fail("consent-expired", "the peer has not answered for too long");
            return;
        }
    }
}

std::optional<Transmit>
Agent::PollTransmit()
{
    return m_transmits.Pop();
}

std::optional<AgentEvent>
Agent::PollEvent()
{
    return m_events.Pop();
}

std::optional<TimePoint>
Agent::NextTimeout() const
{
    if (m_state == State::GATHERING || m_state == State::FAILED)
    {
        return std::nullopt;
    }
    std::optional<TimePoint> next;
    for (const Check& check : m_checks)
    {
        next = Earlier(next, check.transaction.NextTimeout());
    }
    for (const auto& [component, keeper] : m_keepers)
    {
        next = Earlier(next, keeper.NextTimeout());
    }
    if (!m_config.isLite && m_list.HasNext())
    {
        next = Earlier(next, m_nextCheck);
    }
    if (m_state == State::RUNNING)
    {
        next = Earlier(next, NextDecision());
    }
    return next;
}

bool
Agent::AcceptsData(std::size_t base, const Endpoint& from) const
{
    const auto& pairs = m_list.Pairs();
    return m_state != State::FAILED &&
           std::any_of(pairs.begin(),
                       pairs.end(),
                       [&](const CandidatePair& pair)
                       {
                           return (pair.isCheckedByPeer || pair.state == PairState::SUCCEEDED) &&
                                  m_locals[pair.local].base == base &&
                                  m_remotes[pair.remote].address == from;
                       });
}

std::optional<SelectedPair>
Agent::GetSelected(unsigned component) const
{
    const auto selected = m_selected.find(component);
    if (selected == m_selected.end())
    {
        return std::nullopt;
    }
    const CandidatePair& pair = m_list.Pairs()[selected->second];
    return SelectedPair{component,
                        m_locals[*pair.validLocal].candidate,
                        m_remotes[pair.remote],
                        m_locals[pair.local].base,
                        m_locals[pair.local].candidate.address,
                        KindOf(pair)};
}

} // namespace imsfw::ice
