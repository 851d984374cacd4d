// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a party's media gets out: over one of its ways, tried as the experiment says. Voice, and video where there is some,
/// go over the way that was taken.
#pragma once

#include "attempt-race.h"
#include "party.h"

#include <functional>
#include <optional>
#include <vector>

namespace imsfw::scenario
{

class MediaSide
{
  public:
    struct Handlers
    {
        std::function<void()> onSettled;   ///< there is an address to advertise, or none will come
        std::function<void()> onPeerReady; ///< what is said reaches for the peer from now on
        std::function<void(const StreamFailure&)> onFailed; ///< by no way, or the one taken broke
    };

    /// @param party outlives this
    MediaSide(const Experiment& experiment, const Party& party, Handlers handlers);
    MediaSide(const MediaSide&) = delete;
    MediaSide& operator=(const MediaSide&) = delete;

    /// @return whether the party has media at all.
    bool Exists() const;
    /// @param first the way to try first where they are tried in order: the one that signalling took
    void Open(std::size_t first);
    void SetPeer(const Endpoint& peer);
    /// As SetPeer, by what the peer's SDP says for ICE.
    void SetIcePeer(const ice::Description& peer);
    void Close();

    bool IsSettled() const;
    /// @return what peers are to be told; nothing where there is nothing.
    const std::optional<Endpoint>& GetAdvertised() const;

    /// @return the name of the way that voice goes over; nothing where none was taken.
    std::optional<std::string> GetTakenWay() const;
    /// @return what peers are to be told for ICE; nothing where the way that was taken has none.
    std::optional<ice::Description> GetIce() const;
    /// @return the way that was taken; null before.
    const MediaEnd* GetTaken() const;

    /// @return as many as the party has ways, in their order.
    std::vector<Attempt> GetAttempts() const;

  private:
    std::size_t WayOf(std::size_t attempt) const;
    void Wire(std::size_t way);
    void StartAttempt(std::size_t attempt);
    void HandlePacket(ByteView packet);
    void HandleFailure(std::size_t way, const StreamFailure& failure);
    void Settle();

    const Party& m_party;
    Handlers m_handlers;
    AttemptRace m_race;
    std::size_t m_first{0};
    std::vector<std::optional<Endpoint>> m_addresses; ///< by way
    std::optional<Endpoint> m_advertised;
    std::optional<std::size_t> m_taken; ///< the way
    bool m_isSettled{false};
};

} // namespace imsfw::scenario
