// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The applications that a firewall of this test bed can name when it sees their bytes, and sets of them.
///
/// The names are the ones that policies, traces and results use.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::classify
{

enum class Application : uint8_t
{
    UNKNOWN,
    TLS,
    HTTP,
    SIP,
    STUN,
    TURN_CHANNEL, ///< TURN ChannelData frames
    RTP,
    RTCP,
    MSRP,
    DNS,
    DTLS,
};

/// @return "tls", "turn-channel", ...
std::string ToString(Application application);
/// @return nothing where no application has this name.
std::optional<Application> FindApplication(std::string_view name);
/// @return the names of all applications but UNKNOWN, for messages about misspelt ones.
std::vector<std::string> ApplicationNames();

/// A set of applications.
class ApplicationSet
{
  public:
    constexpr ApplicationSet() = default;

    constexpr ApplicationSet(std::initializer_list<Application> applications)
    {
        for (const auto application : applications)
        {
            Add(application);
        }
    }

    constexpr void
    Add(Application application)
    {
        m_bits |= 1U << static_cast<unsigned>(application);
    }

    constexpr void
    Add(ApplicationSet others)
    {
        m_bits |= others.m_bits;
    }

    constexpr bool
    Has(Application application) const
    {
        return (m_bits >> static_cast<unsigned>(application) & 1U) != 0;
    }

    constexpr bool
    HasAnyOf(ApplicationSet others) const
    {
        return (m_bits & others.m_bits) != 0;
    }

    constexpr bool
    IsEmpty() const
    {
        return m_bits == 0;
    }

    /// @return the members' names in the order of the enumeration, joined by commas; "none" for the empty set.
    std::string ToString() const;

    friend constexpr bool
    operator==(ApplicationSet a, ApplicationSet b)
    {
        return a.m_bits == b.m_bits;
    }

    friend constexpr bool
    operator!=(ApplicationSet a, ApplicationSet b)
    {
        return !(a == b);
    }

  private:
    uint32_t m_bits{0};
};

} // namespace imsfw::classify
