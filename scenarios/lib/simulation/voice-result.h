// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One direction of a voice stream, told from its two ends: what came, how late, and whether it lived to the end.
#pragma once

#include "base/time.h"
#include "result.h"

#include "ims-media-voice-application.h"

#include <optional>
#include <string>

namespace imsfw::scenario
{

/// @return what @p receiver measured of what @p sender sent.
VoiceResult ToVoiceResult(const ns3::imsmedia::VoiceApplication& sender,
                          const ns3::imsmedia::VoiceApplication& receiver);

/// @return why the stream counts as dead at @p talkEnd ("no-packets", "stopped"); nothing where it lives.
std::optional<std::string> WhyDead(const ns3::imsmedia::VoiceApplication& receiver,
                                   TimePoint talkEnd);

} // namespace imsfw::scenario
