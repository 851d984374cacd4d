// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Who opens the connection of an MSRP session: the setup attribute (RFC 6135, RFC 4145).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace imsfw::msrp
{

enum class SetupRole
{
    ACTIVE,   ///< opens the connection, and sends the first SEND
    PASSIVE,  ///< waits for it
    ACTPASS,  ///< either; in offers only (RFC 6135 4.2.2: an offerer that can do both MUST say so)
    HOLDCONN, ///< no connection for now
};

/// RFC 4145 4.1: the port in the m line of an endpoint that will be active.
constexpr uint16_t ACTIVE_PORT = 9;

const char* ToString(SetupRole setup);
std::optional<SetupRole> ParseSetup(std::string_view text);

/// @param offer what the offer says; nothing where it has no such attribute: its sender is active then (RFC 4975 8.1)
/// @param preferred ACTIVE or PASSIVE: ours, where the offer leaves the choice
/// @return what the answer says.
SetupRole AnswerSetup(const std::optional<SetupRole>& offer, SetupRole preferred);

/// @return whether the offerer opens the connection, after its offer was answered with @p answer; nothing where nobody does,
/// or the two do not fit (RFC 4145 4.1).
std::optional<bool> OffererIsActive(const std::optional<SetupRole>& offer,
                                    const std::optional<SetupRole>& answer);

} // namespace imsfw::msrp
