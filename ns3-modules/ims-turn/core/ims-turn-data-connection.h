// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The client's stream to one peer of a TCP allocation: a connection to the server that says which of the peers' it wants
/// to be (RFC 6062 4.3: ConnectionBind), and is that peer's stream from then on, byte by byte.
#pragma once

#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-turn-client.h"
#include "ims-turn-outbox.h"
#include "ims-turn-stream-framer.h"
#include "ims-turn-stun-message.h"
#include "ims-turn-transaction.h"

#include <optional>

namespace imsfw
{
namespace turn
{

struct DataConnectionConfig
{
    uint32_t connection{0};         ///< CONNECTION-ID
    SessionCredentials credentials; ///< of the allocation
    std::string password;           ///< for a server that wants another realm here
    bool hasFingerprint{false};
    Duration timeout{std::chrono::milliseconds(39'500)}; ///< for the answer (RFC 8489 6.2.2: Ti)
};

class DataConnection : public StreamLayer
{
  public:
    /// @param random must outlive the connection
    DataConnection(DataConnectionConfig config, RandomSource& random);

    void Start(TimePoint now) override;
    void HandleInput(TimePoint now, ByteView bytes) override;
    void HandleLowerClosed(TimePoint now, const std::optional<StreamFailure>& failure) override;
    void Write(TimePoint now, ByteView bytes) override;
    void Close(TimePoint now) override;
    void HandleTimeout(TimePoint now) override;
    std::optional<Bytes> PollTransmit() override;
    std::optional<StreamEvent> PollEvent() override;
    std::optional<TimePoint> NextTimeout() const override;
    std::size_t MaxExpansion(std::size_t size) const override;

  private:
    enum class State
    {
        IDLE,
        BINDING,
        OPEN,
        DONE,
    };

    void Request(TimePoint now);
    void HandleFrame(TimePoint now, ByteView frame);
    void HandleResponse(TimePoint now, const stun::Message& response);
    void HandleError(TimePoint now, const stun::Message& response);
    void Deliver(ByteView bytes);
    void Fail(StreamFailure failure);

    DataConnectionConfig m_config;
    RandomSource* m_random;
    State m_state{State::IDLE};
    StreamFramer m_framer;
    unsigned m_challenges{0}; ///< how often the server wanted another nonce
    stun::TransactionId m_id{};
    std::optional<TimePoint> m_deadline;
    Outbox<Bytes> m_transmits;
    Outbox<StreamEvent> m_events;
};

} // namespace turn
} // namespace imsfw
