// SPDX-License-Identifier: GPL-2.0-only
#include "media-side.h"

#include "choice-order.h"

#include <utility>

namespace imsfw::scenario
{

MediaSide::MediaSide(const Experiment& experiment, const Party& party, Handlers handlers)
    : m_party(party),
      m_handlers(std::move(handlers)),
      m_race(SettingsOf(experiment,
                        party.medias.size(),
                        [this](std::size_t attempt)
                        { return IsNextChoice(m_party.medias, GetAttempts(), WayOf(attempt)); }),
             {[this](std::size_t attempt) { StartAttempt(attempt); },
              [this](std::size_t attempt)
              {
                  if (const auto& path = m_party.medias[WayOf(attempt)].path)
                  {
                      path->Close();
                  }
              },
              [this](std::size_t attempt)
              {
                  m_taken = WayOf(attempt);
                  m_advertised = m_addresses[*m_taken];
                  Settle();
              },
              [this](const StreamFailure& failure)
              {
                  m_handlers.onFailed(failure);
                  Settle();
              }}),
      m_addresses(party.medias.size())
{
    for (std::size_t way = 0; way < party.medias.size(); ++way)
    {
        Wire(way);
    }
    const auto send = [this](ByteView bytes)
    {
        if (m_taken)
        {
            m_party.medias[*m_taken].path->Send(bytes);
        }
    };
    if (party.voice)
    {
        party.voice->SetSender(send);
    }
    if (party.video)
    {
        party.video->SetSender(send);
    }
}

void
MediaSide::Wire(std::size_t way)
{
    const auto& path = m_party.medias[way].path;
    if (!path)
    {
        return;
    }
    ns3::imsturn::MediaPath::Handlers handlers;
    handlers.onReady = [this, way](const Endpoint& advertised)
    {
        m_addresses[way] = advertised;
        const std::size_t count = m_party.medias.size();
        m_race.Succeed((way + count - m_first) % count);
    };
    handlers.onPeerReady = [this] { m_handlers.onPeerReady(); };
    handlers.onData = [this](const Endpoint&, ByteView bytes) { HandlePacket(bytes); };
    handlers.onFailure = [this, way](const StreamFailure& failure) { HandleFailure(way, failure); };
    path->SetHandlers(handlers);
}

void
MediaSide::HandlePacket(ByteView packet)
{
    if (m_party.video && m_party.video->IsMine(packet))
    {
        m_party.video->Receive(packet);
        return;
    }
    m_party.voice->Receive(packet);
}

void
MediaSide::HandleFailure(std::size_t way, const StreamFailure& failure)
{
    if (m_taken == way)
    {
        m_handlers.onFailed(failure);
        return;
    }
    const std::size_t count = m_party.medias.size();
    m_race.Fail((way + count - m_first) % count, failure);
}

std::size_t
MediaSide::WayOf(std::size_t attempt) const
{
    return (attempt + m_first) % m_party.medias.size();
}

bool
MediaSide::Exists() const
{
    return !m_party.medias.empty();
}

void
MediaSide::Open(std::size_t first)
{
    m_first = first;
    m_race.Start();
}

void
MediaSide::StartAttempt(std::size_t attempt)
{
    const MediaEnd& end = m_party.medias[WayOf(attempt)];
    if (!end.isPossible)
    {
        m_race.Fail(attempt, {"user", "no-proxy", "this network configures no web proxy"});
        return;
    }
    if (!end.path)
    {
        m_race.Fail(attempt, {"user", "no-media", "this transport has no media"});
        return;
    }
    if (end.nameToResolve.empty())
    {
        end.path->Open();
        return;
    }
    m_party.resolver->Resolve(end.nameToResolve,
                              [this, attempt, &end](const dns::ResolverEvent& told)
                              {
                                  if (m_race.GetAttempts()[attempt].state != AttemptState::RUNNING)
                                  {
                                      return; // given up meanwhile
                                  }
                                  told.address ? end.path->Open()
                                               : m_race.Fail(attempt, told.failure);
                              });
}

void
MediaSide::SetPeer(const Endpoint& peer)
{
    if (m_taken)
    {
        m_party.medias[*m_taken].path->SetPeer(peer);
    }
}

void
MediaSide::SetIcePeer(const ice::Description& peer)
{
    if (m_taken)
    {
        m_party.medias[*m_taken].path->SetIcePeer(peer);
    }
}

std::optional<ice::Description>
MediaSide::GetIce() const
{
    return m_taken ? m_party.medias[*m_taken].path->GetIceDescription() : std::nullopt;
}

const MediaEnd*
MediaSide::GetTaken() const
{
    return m_taken ? &m_party.medias[*m_taken] : nullptr;
}

void
MediaSide::Close()
{
    for (const auto& end : m_party.medias)
    {
        if (end.path)
        {
            end.path->Close();
        }
    }
}

void
MediaSide::Settle()
{
    m_isSettled = true;
    m_handlers.onSettled();
}

bool
MediaSide::IsSettled() const
{
    return m_isSettled;
}

const std::optional<Endpoint>&
MediaSide::GetAdvertised() const
{
    return m_advertised;
}

std::optional<std::string>
MediaSide::GetTakenWay() const
{
    return m_taken ? std::optional(m_party.medias[*m_taken].way.name) : std::nullopt;
}

std::vector<Attempt>
MediaSide::GetAttempts() const
{
    const auto& attempts = m_race.GetAttempts();
    std::vector<Attempt> byWay(attempts.size());
    for (std::size_t i = 0; i < attempts.size(); ++i)
    {
        byWay[WayOf(i)] = attempts[i];
    }
    return byWay;
}

} // namespace imsfw::scenario
