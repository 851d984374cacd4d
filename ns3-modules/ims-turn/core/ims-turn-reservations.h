// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Ports that are kept for an allocation to come, each under a token (RFC 8656 7.2, 18.7: EVEN-PORT's R bit and
/// RESERVATION-TOKEN).
#pragma once

#include "base/random.h"
#include "ims-turn-expiry-queue.h"

#include <cstdint>
#include <map>
#include <optional>

namespace imsfw
{
namespace turn
{

class Reservations
{
  public:
    /// Keeps @p port until @p end. @return the token that it is given out for
    uint64_t
    Add(uint16_t port, TimePoint end, RandomSource& random)
    {
        const uint64_t token = random.U64();
        if (m_ports.emplace(token, port).second)
        {
            m_ends.Set(token, end);
            return token;
        }
        return Add(port, end, random);
    }

    /// @return the port, which is not kept any longer; nothing for a token that is none (any more).
    std::optional<uint16_t>
    Take(uint64_t token)
    {
        const auto found = m_ports.find(token);
        if (found == m_ports.end())
        {
            return std::nullopt;
        }
        const uint16_t port = found->second;
        m_ports.erase(found);
        m_ends.Remove(token);
        return port;
    }

    bool
    Has(uint64_t token) const
    {
        return m_ports.count(token) != 0;
    }

    /// @return a port that was kept until @p now at most and is not any longer; nothing for none.
    std::optional<uint16_t>
    NextEnded(TimePoint now)
    {
        const auto token = m_ends.PopEnded(now);
        if (!token)
        {
            return std::nullopt;
        }
        const uint16_t port = m_ports.at(*token);
        m_ports.erase(*token);
        return port;
    }

    std::optional<TimePoint>
    NextEnd() const
    {
        return m_ends.Next();
    }

  private:
    std::map<uint64_t, uint16_t> m_ports;
    ExpiryQueue<uint64_t> m_ends;
};

} // namespace turn
} // namespace imsfw
