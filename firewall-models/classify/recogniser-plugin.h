// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Recognisers from shared libraries that are loaded when a policy asks for them: "ndpi" is
/// imsfw-recogniser-ndpi.so. So no program needs such a library in order to be built or to start.
///
/// For programs, not for cores: it opens files. A target of its own (imsfw-recogniser-plugin).
#pragma once

#include "base/result.h"
#include "classify/recogniser.h"

#include <cstdint>
#include <memory>
#include <string>

namespace imsfw::classify
{

/// Changes with every change of recogniser.h that a plug-in would notice.
constexpr uint32_t RECOGNISER_INTERFACE = 1;

/// What each plug-in exports, with C linkage, under the name RECOGNISER_ENTRY.
/// @param interface the caller's RECOGNISER_INTERFACE
/// @param epochSeconds the instant, in seconds since 1970, that TimePoint 0 stands for
/// @return owned by the caller; null where the interface is another one or the recogniser cannot be started.
using RecogniserEntry = RecogniserFactory* (*)(uint32_t interface, uint64_t epochSeconds);
constexpr const char* RECOGNISER_ENTRY = "ImsfwMakeRecogniserFactory";

/// @return where the plug-in of that name is looked for: in the folder that the environment variable IMSFW_PLUGINS
/// names, else beside the running program.
std::string RecogniserPluginPath(const std::string& name);

/// @return the plug-in's factory, which keeps it loaded, or what is wrong in one line.
Result<std::shared_ptr<RecogniserFactory>, std::string> LoadRecogniser(const std::string& path,
                                                                       uint64_t epochSeconds);

} // namespace imsfw::classify
