// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The words that stand for an experiment's choices, the same in YAML, on the command line and in results.
#pragma once

#include "experiment.h"

#include <string>
#include <string_view>

namespace imsfw::scenario
{

std::string ToString(ControlTransport transport);
std::string ToString(MediaPathKind path);
std::string ToString(MediaTransport transport);
std::string ToString(ProxyUse use);

/// @return the value that @p word stands for. @pre the schema admitted @p word
ControlTransport ControlTransportFrom(std::string_view word);
MediaPathKind MediaPathKindFrom(std::string_view word);
MediaTransport MediaTransportFrom(std::string_view word);
ProxyUse ProxyUseFrom(std::string_view word);

/// @return @p duration in the largest unit that needs no fraction, for example "30s" or "500us".
std::string ToText(Duration duration);

} // namespace imsfw::scenario
