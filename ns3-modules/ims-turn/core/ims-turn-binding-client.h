// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Learns the server-reflexive address of a UDP socket that something else uses too.
///
/// RFC 8489 6 and 12 (the Binding method without authentication). Left out: ALTERNATE-SERVER, RFC 5780's behaviour
/// discovery.
#pragma once

#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-turn-transaction.h"

#include <optional>

namespace imsfw
{
namespace stun
{

struct BindingEvent
{
    enum class Type
    {
        MAPPED, ///< `mapped` is the address that the server saw
        FAILED, ///< `failure` says why; layer "stun"
    };

    Type type;
    Endpoint mapped;
    StreamFailure failure;
};

class BindingClient
{
  public:
    /// @param random must outlive the client
    BindingClient(const TransactionParameters& parameters, RandomSource& random);

    void Start(TimePoint now);

    /// @param datagram one that came from the server.
    /// @return whether it was the answer; anything else on the socket is somebody else's.
    bool HandleInput(TimePoint now, ByteView datagram);

    /// The path to the server is broken: RFC 8489 6.2.1 ends the transaction at a hard ICMP error.
    void HandleLowerFailed(TimePoint now, const StreamFailure& failure);
    void HandleTimeout(TimePoint now);

    std::optional<Bytes> PollTransmit();
    std::optional<BindingEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

  private:
    void Fail(StreamFailure failure);
    void HandleResponse(const Message& response);

    TransactionParameters m_parameters;
    RandomSource* m_random;
    std::optional<Transaction> m_transaction;
    std::optional<Bytes> m_transmit;
    std::optional<BindingEvent> m_event;
};

} // namespace stun
} // namespace imsfw
