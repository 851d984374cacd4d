// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Is this line the start line of a SIP or an MSRP message? RFC 3261 7.1, 7.2 and 25.1; RFC 4975 9.
///
/// The probes answer for a line's beginning as well as for the whole line. Headers and bodies are not looked at.
/// Limit: START_LINE_LIMIT bytes, beyond which the answer is NO.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

namespace imsfw::classify
{

constexpr std::size_t START_LINE_LIMIT = 2048;

/// @param line beginning at the line's first byte; what follows its LF is ignored.
/// @return YES for a whole start line, UNDECIDED where no LF is there and all bytes so far fit.
Answer ProbeSip(ByteView line);
Answer ProbeMsrp(ByteView line);

} // namespace imsfw::classify
