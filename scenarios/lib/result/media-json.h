// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What became of voice and video, as JSON.
#pragma once

#include "result.h"

#include <nlohmann/json.hpp>

namespace imsfw::scenario
{

/// @return an item of the list "ice_legs" of result.schema.json.
nlohmann::ordered_json ToJson(const IceLeg& leg);
/// @return the objects "video" and "voice" of result.schema.json, of one direction.
nlohmann::ordered_json ToJson(const VideoResult& video);
nlohmann::ordered_json ToJson(const VoiceResult& voice);

} // namespace imsfw::scenario
