// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One party's end of the exchange of messages over TCP (MSRP): gets an address that peers can connect to, opens the
/// session as active or passive side, writes its messages, and checks those of the other party.
///
/// Over a TURN server the address is that of a TCP allocation (RFC 6062), directly it is the host's own.
#pragma once

#include "attempt-plan.h"
#include "party.h"
#include "plane-failure.h"
#include "result.h"

#include "ims-media-msrp-setup.h"
#include "ims-sip-sdp.h"

#include "ns3/event-id.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

class MessageSide
{
  public:
    /// @param party, peer outlive this
    /// @param onSettled there is an address to offer, or none will come; after Open
    MessageSide(const Experiment& experiment,
                const Party& party,
                const Party& peer,
                std::function<void()> onSettled);
    ~MessageSide();
    MessageSide(const MessageSide&) = delete;
    MessageSide& operator=(const MessageSide&) = delete;

    /// @return whether the party writes messages at all.
    bool Exists() const;
    /// @param way the number of the way to get out by
    void Open(std::size_t way);
    bool IsSettled() const;
    /// @return the stream as offer or answer has it; nothing where there is no address.
    std::optional<sip::SdpMessages> Describe(msrp::SetupRole role) const;
    /// Offer and answer are known. @param isActive this end opens the connection
    void Start(const sip::SdpMessages& remote, bool isActive);
    /// Call @p then as soon as the peer can connect, after Start as the passive side.
    void SetOnReachable(std::function<void()> then);
    void Fail(const std::string& step, const StreamFailure& failure);
    /// What happens from now on does not count.
    void Conclude();
    void Close();

    /// @return why it did not work; nothing where it did, so far.
    const std::optional<PlaneFailure>&
    GetFailure() const
    {
        return m_failure;
    }

    /// @return what the party was told of the first of its messages that failed; empty where none did.
    const std::string&
    GetRefusal() const
    {
        return m_refusal;
    }

    /// @return what came from the peer. @pre Exists()
    MessageResult GetReceived() const;

    /// @return how the address was got.
    const Attempt&
    GetAttempt() const
    {
        return m_attempt;
    }

    /// @return the way that was opened. @pre Exists()
    const MessageEnd&
    GetEnd() const
    {
        return m_party.messages[m_way];
    }

    /// @return "msrp-open", "first-message": from Start to the session, and to the peer's first message.
    std::vector<ns3::imsturn::MediaPath::Phase> GetPhases() const;
    /// @return the party's own ends of its connections.
    std::vector<Endpoint> GetLocalEndpoints() const;

  private:
    void OpenAllocation();
    void HandleResolved(const dns::ResolverEvent& told);
    void Listen();
    void HandleAddress(const Endpoint& address);
    void Settle(AttemptState state);
    void Connect(ns3::Ptr<ns3::SocketFactory> factory, const ns3::Address& to);
    void Adopt(ns3::Ptr<ns3::Socket> socket);
    void WriteAll();
    void Write(std::size_t from);
    void HandleEvent(const msrp::SessionEvent& event);
    void HandleMessage(const Bytes& body);
    void NoteRefusal(const msrp::SessionEvent& event);
    msrp::MsrpUri MakeUri() const;

    const Party& m_party;
    std::function<void()> m_onSettled;
    std::function<void()> m_onReachable{[] {}};
    Duration m_cap;
    Duration m_interval;
    std::vector<msrp::Content> m_toWrite;
    std::vector<msrp::Content> m_awaited; ///< those of the peer that have not come
    std::size_t m_way{0};
    Attempt m_attempt;
    ns3::EventId m_timer;
    ns3::EventId m_writeTimer;
    std::optional<Endpoint> m_address;
    ns3::Ptr<ns3::Socket> m_listener;
    ns3::Ptr<ns3::Socket> m_accepted; ///< came before Start
    bool m_isActive{false};
    bool m_isConnected{false};
    bool m_isConcluded{false};
    std::optional<TimePoint> m_startedAt;
    std::optional<TimePoint> m_boundAt;
    std::optional<PlaneFailure> m_failure;
    std::string m_refusal;
    MessageResult m_received;
};

} // namespace imsfw::scenario
