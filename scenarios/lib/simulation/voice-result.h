// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One direction of a voice or video stream, told from its two ends: what came, how late, and whether it lived to the end.
#pragma once

#include "base/time.h"
#include "result.h"

#include "ims-media-video-application.h"
#include "ims-media-voice-application.h"

#include <optional>
#include <string>

namespace imsfw::scenario
{

/// @return what @p receiver measured of what @p sender sent.
VoiceResult ToVoiceResult(const ns3::imsmedia::VoiceApplication& sender,
                          const ns3::imsmedia::VoiceApplication& receiver);

VideoResult ToVideoResult(const ns3::imsmedia::VideoApplication& sender,
                          const ns3::imsmedia::VideoApplication& receiver);

/// @return why the stream counts as dead at @p talkEnd ("no-packets", "stopped"); nothing where it lives.
std::optional<std::string> WhyDead(const ns3::imsmedia::VoiceApplication& receiver,
                                   TimePoint talkEnd);
/// The same of a video stream.
std::optional<std::string> WhyDead(const rtp::VideoStatistics& received, TimePoint talkEnd);

} // namespace imsfw::scenario
