// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// All transactions of one SIP element: matching (RFC 3261 17.1.3 and 17.2.3), timers, and messages outside of any.
///
/// Sans-IO with the five calls. Where a message came from and goes to is a SipFlow, which only the driver interprets.
/// Responses travel back on the flow of their request (RFC 3261 18.2.2 with RFC 3581: the layer adds `received` and
/// `rport`). Left out: RFC 2543 peers, whose branches lack the magic cookie.
#pragma once

#include "base/address.h"
#include "base/queue.h"
#include "base/random.h"
#include "ims-sip-deadlines.h"
#include "ims-sip-transaction.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

namespace imsfw::sip
{

/// One way between this element and a peer: a pair of UDP endpoints, or a stream connection.
struct SipFlow
{
    bool isReliable{false};
    uint32_t channel{0}; ///< the driver's number of the UDP listener or of the connection
    Endpoint remote;     ///< the peer as seen from here, NAT included

    friend bool
    operator==(const SipFlow& a, const SipFlow& b)
    {
        return a.isReliable == b.isReliable && a.channel == b.channel && a.remote == b.remote;
    }

    friend bool
    operator!=(const SipFlow& a, const SipFlow& b)
    {
        return !(a == b);
    }

    friend bool
    operator<(const SipFlow& a, const SipFlow& b)
    {
        return std::tie(a.isReliable, a.channel, a.remote) <
               std::tie(b.isReliable, b.channel, b.remote);
    }
};

/// Names a transaction for as long as it lives.
enum class TransactionId : uint64_t
{
};

struct SipTransmit
{
    SipFlow flow;
    Bytes bytes;
};

struct LayerEvent
{
    enum class Type
    {
        REQUEST,   ///< a new request, now in server transaction `id`; to be answered by Respond
        ACK,       ///< an ACK to a 2xx: `message`; belongs to no transaction that needs an answer
        RESPONSE,  ///< `message` answers client transaction `id`
        TIMED_OUT, ///< client transaction `id` had no answer in time (timers B, F)
        NO_ACK,    ///< server transaction `id`: timer H
        FLOW_LOST, ///< client transaction `id` lost the flow it ran on
    };

    Type type;
    TransactionId id{};
    SipFlow flow;
    std::optional<SipMessage> message;
};

class TransactionLayer
{
  public:
    explicit TransactionLayer(const SipTimers& timers);

    /// @param request our Via with a fresh branch on top; not an ACK.
    TransactionId SendRequest(TimePoint now, const SipFlow& flow, SipMessage request);
    /// Answer a REQUEST. Ignored where the transaction has ended meanwhile.
    void Respond(TimePoint now, TransactionId id, const SipMessage& response);
    /// Send a CANCEL for the INVITE in client transaction @p invite (RFC 3261 9.1).
    /// @return the CANCEL's own transaction; nothing where the INVITE has no provisional response yet or is answered.
    std::optional<TransactionId> Cancel(TimePoint now, TransactionId invite);
    /// @return the server transaction of the INVITE that @p cancel is about (9.2), if it lives.
    std::optional<TransactionId> FindInvite(const SipMessage& cancel) const;
    /// Send outside of any transaction: an ACK to a 2xx.
    void SendStateless(const SipFlow& flow, const SipMessage& message);

    void HandleMessage(TimePoint now, const SipFlow& flow, SipMessage message);
    /// The flow is gone; its transactions end (17.1.4: transport errors are told to the user).
    void HandleFlowLost(const SipFlow& flow);
    void HandleTimeout(TimePoint now);
    std::optional<SipTransmit> PollTransmit();
    std::optional<LayerEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    /// @return whether transaction @p id still lives.
    bool Has(TransactionId id) const;
    /// @return how many transactions live, for tests of leaks.
    std::size_t Size() const;

  private:
    struct Entry
    {
        SipFlow flow;
        std::string key;
        std::unique_ptr<SipTransaction> machine;
        ClientTransaction* client{nullptr}; ///< the machine, if it is a client's
        ServerTransaction* server{nullptr}; ///< the machine, if it is a server's
    };

    TransactionId Insert(Entry entry);
    void HandleRequest(TimePoint now, const SipFlow& flow, SipMessage message);
    void HandleResponse(TimePoint now, const SipMessage& message);
    /// Move what the machine has to say into the queues; forget it once it has terminated.
    void Collect(TransactionId id);
    void Erase(std::map<TransactionId, Entry>::iterator entry);

    SipTimers m_timers;
    uint64_t m_nextId{1};
    std::map<TransactionId, Entry> m_entries;
    std::map<std::string, TransactionId> m_byKey;
    Deadlines<TransactionId> m_deadlines;
    Queue<SipTransmit> m_transmits;
    Queue<LayerEvent> m_events;
};

/// @return a branch that is unique with the magic cookie (RFC 3261 8.1.1.7).
std::string NewBranch(RandomSource& random);

} // namespace imsfw::sip
