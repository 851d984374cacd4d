// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Matching messages to transactions.
#include "ims-sip-transaction-layer.h"

#include "ims-sip-client-transaction.h"
#include "ims-sip-server-transaction.h"

#include <utility>
#include <vector>

namespace imsfw::sip
{

namespace
{

constexpr std::string_view MAGIC_COOKIE = "z9hG4bK";

/// RFC 3261 17.1.3: branch of the top Via and method of the CSeq.
std::string
ClientKey(const SipMessage& message)
{
    return "c|" + message.TopVia().Branch() + "|" + message.CSeq().method;
}

/// RFC 3261 17.2.3: branch, sent-by, and method.
std::string
ServerKey(const SipMessage& message, const std::string& method)
{
    const SipVia via = message.TopVia();
    return "s|" + via.Branch() + "|" + via.SentBy() + "|" + method;
}

/// RFC 3261 17.2.3: an ACK belongs to the INVITE's transaction.
std::string
ServerKey(const SipMessage& message)
{
    return ServerKey(message, message.Method() == "ACK" ? "INVITE" : message.Method());
}

/// RFC 3261 9.1: Request-URI, Call-ID, To, From, Route, the number of CSeq and the one Via are those of @p invite.
SipMessage
MakeCancel(const SipMessage& invite)
{
    SipMessage cancel = SipMessage::Request("CANCEL", invite.RequestUri());
    cancel.Add("Via", invite.Header("Via").value_or(""));
    for (const std::string& route : invite.Headers("Route"))
    {
        cancel.Add("Route", route);
    }
    cancel.Add("Max-Forwards", "70");
    cancel.Add("From", invite.Header("From").value_or(""));
    cancel.Add("To", invite.Header("To").value_or(""));
    cancel.Add("Call-ID", invite.CallId());
    cancel.Add("CSeq", SipCSeq{invite.CSeq().number, "CANCEL"}.ToString());
    return cancel;
}

/// RFC 3261 18.2.1 and RFC 3581 4: note in the top Via where the request really came from.
void
MarkReceived(SipMessage& request, const SipFlow& flow)
{
    SipVia via = request.TopVia();
    const std::string source = flow.remote.address.ToString();
    const bool wantsPort = via.params.Has("rport");
    if (via.host != source || wantsPort)
    {
        via.params.Set("received", source);
    }
    if (wantsPort)
    {
        via.params.Set("rport", std::to_string(flow.remote.port));
    }
    request.SetTopVia(via);
}

/// RFC 3261 18.2.2: over UDP, without rport, the response goes to the port of sent-by.
SipFlow
ResponseFlow(const SipMessage& request, SipFlow flow)
{
    const SipVia via = request.TopVia();
    if (!flow.isReliable && !via.params.Has("rport"))
    {
        flow.remote.port = via.port.value_or(5060);
    }
    return flow;
}

} // namespace

std::string
NewBranch(RandomSource& random)
{
    return std::string(MAGIC_COOKIE) + random.Token(14);
}

TransactionLayer::TransactionLayer(const SipTimers& timers) : m_timers(timers)
{
}

TransactionId
TransactionLayer::SendRequest(TimePoint now, const SipFlow& flow, SipMessage request)
{
    Entry entry;
    entry.flow = flow;
    entry.key = ClientKey(request);
    std::unique_ptr<ClientTransaction> machine;
    if (request.Method() == "INVITE")
    {
        machine = std::make_unique<InviteClientTransaction>(
            std::move(request), m_timers, flow.isReliable);
    }
    else
    {
        machine = std::make_unique<NonInviteClientTransaction>(
            std::move(request), m_timers, flow.isReliable);
    }
    entry.client = machine.get();
    entry.machine = std::move(machine);
    entry.client->Start(now);
    const TransactionId id = Insert(std::move(entry));
    Collect(id);
    return id;
}

void
TransactionLayer::Respond(TimePoint now, TransactionId id, const SipMessage& response)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end() || found->second.server == nullptr)
    {
        return;
    }
    found->second.server->Respond(now, response);
    Collect(id);
}

std::optional<TransactionId>
TransactionLayer::Cancel(TimePoint now, TransactionId invite)
{
    const auto found = m_entries.find(invite);
    auto* client = found == m_entries.end()
                       ? nullptr
                       : dynamic_cast<InviteClientTransaction*>(found->second.machine.get());
    // RFC 3261 9.1: "If no provisional response has been received, the CANCEL request MUST NOT be sent".
    if (client == nullptr || client->State() != TransactionState::PROCEEDING)
    {
        return std::nullopt;
    }
    const SipFlow flow = found->second.flow;
    SipMessage cancel = MakeCancel(client->Request());
    client->NoteCancelled(now);
    Collect(invite);
    return SendRequest(now, flow, std::move(cancel));
}

std::optional<TransactionId>
TransactionLayer::FindInvite(const SipMessage& cancel) const
{
    // 9.2: "the method and magic cookie ... and the branch": matched as the INVITE itself would be.
    const auto found = m_byKey.find(ServerKey(cancel, "INVITE"));
    return found == m_byKey.end() ? std::nullopt : std::optional(found->second);
}

void
TransactionLayer::SendStateless(const SipFlow& flow, const SipMessage& message)
{
    m_transmits.Push({flow, message.Serialize()});
}

void
TransactionLayer::HandleMessage(TimePoint now, const SipFlow& flow, SipMessage message)
{
    if (message.IsRequest())
    {
        HandleRequest(now, flow, std::move(message));
    }
    else
    {
        HandleResponse(now, message);
    }
}

void
TransactionLayer::HandleRequest(TimePoint now, const SipFlow& flow, SipMessage message)
{
    const std::string branch = message.TopVia().Branch();
    if (branch.rfind(MAGIC_COOKIE, 0) != 0 || branch.size() == MAGIC_COOKIE.size())
    {
        return; // an RFC 2543 peer: its transactions cannot be told apart by branch
    }
    const std::string key = ServerKey(message);
    MarkReceived(message, flow);
    const auto known = m_byKey.find(key);
    if (known != m_byKey.end())
    {
        const TransactionId id = known->second;
        m_entries.at(id).machine->HandleMessage(now, message);
        Collect(id);
        return;
    }
    if (message.Method() == "ACK")
    {
        m_events.Push({LayerEvent::Type::ACK, TransactionId{}, flow, std::move(message)});
        return;
    }
    Entry entry;
    entry.flow = ResponseFlow(message, flow);
    entry.key = key;
    std::unique_ptr<ServerTransaction> machine;
    if (message.Method() == "INVITE")
    {
        machine =
            std::make_unique<InviteServerTransaction>(now, message, m_timers, flow.isReliable);
    }
    else
    {
        machine = std::make_unique<NonInviteServerTransaction>(m_timers, flow.isReliable);
    }
    entry.server = machine.get();
    entry.machine = std::move(machine);
    const TransactionId id = Insert(std::move(entry));
    Collect(id);
    m_events.Push({LayerEvent::Type::REQUEST, id, flow, std::move(message)});
}

void
TransactionLayer::HandleResponse(TimePoint now, const SipMessage& message)
{
    const auto known = m_byKey.find(ClientKey(message));
    if (known == m_byKey.end())
    {
        return; // a response to nothing that lives
    }
    const TransactionId id = known->second;
    m_entries.at(id).machine->HandleMessage(now, message);
    Collect(id);
}

void
TransactionLayer::HandleFlowLost(const SipFlow& flow)
{
    std::vector<TransactionId> lost;
    for (const auto& [id, entry] : m_entries)
    {
        if (entry.flow == flow)
        {
            lost.push_back(id);
        }
    }
    for (TransactionId id : lost)
    {
        const auto found = m_entries.find(id);
        const TransactionState state = found->second.machine->State();
        const bool isOpen = state == TransactionState::CALLING ||
                            state == TransactionState::TRYING ||
                            state == TransactionState::PROCEEDING;
        if (found->second.client != nullptr && isOpen)
        {
            m_events.Push({LayerEvent::Type::FLOW_LOST, id, flow, std::nullopt});
        }
        Erase(found);
    }
}

void
TransactionLayer::HandleTimeout(TimePoint now)
{
    for (TransactionId id : m_deadlines.Due(now))
    {
        m_entries.at(id).machine->HandleTimeout(now);
        Collect(id);
    }
}

std::optional<SipTransmit>
TransactionLayer::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<LayerEvent>
TransactionLayer::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
TransactionLayer::NextTimeout() const
{
    return m_deadlines.Next();
}

bool
TransactionLayer::Has(TransactionId id) const
{
    return m_entries.count(id) != 0;
}

std::size_t
TransactionLayer::Size() const
{
    return m_entries.size();
}

TransactionId
TransactionLayer::Insert(Entry entry)
{
    const TransactionId id{m_nextId++};
    m_byKey[entry.key] = id;
    m_entries.emplace(id, std::move(entry));
    return id;
}

void
TransactionLayer::Collect(TransactionId id)
{
    const auto found = m_entries.find(id);
    Entry& entry = found->second;
    while (auto bytes = entry.machine->PollTransmit())
    {
        m_transmits.Push({entry.flow, std::move(*bytes)});
    }
    while (auto event = entry.machine->PollEvent())
    {
        const bool isClient = entry.client != nullptr;
        LayerEvent::Type type = isClient ? LayerEvent::Type::RESPONSE : LayerEvent::Type::ACK;
        if (event->type == TransactionEvent::Type::TIMED_OUT)
        {
            type = isClient ? LayerEvent::Type::TIMED_OUT : LayerEvent::Type::NO_ACK;
        }
        m_events.Push({type, id, entry.flow, std::move(event->message)});
    }
    if (entry.machine->IsTerminated())
    {
        Erase(found);
        return;
    }
    m_deadlines.Set(id, entry.machine->NextTimeout());
}

void
TransactionLayer::Erase(std::map<TransactionId, Entry>::iterator entry)
{
    m_deadlines.Set(entry->first, std::nullopt);
    m_byKey.erase(entry->second.key);
    m_entries.erase(entry);
}

} // namespace imsfw::sip
