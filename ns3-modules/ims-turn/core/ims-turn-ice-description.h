// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the agents of ICE tell each other by signalling: credentials, options, candidates.
///
/// RFC 8839 5: a=ice-ufrag, ice-pwd, ice-options, ice-lite, candidate, for one data stream. Left out: ice-pacing,
/// remote-candidates (both are not needed where one stream is negotiated once), restarts.
#pragma once

#include "ims-turn-ice-candidate.h"

#include <string>
#include <utility>
#include <vector>

namespace imsfw::ice
{

/// Attributes of an SDP as names with values.
using Attributes = std::vector<std::pair<std::string, std::string>>;

enum class DescriptionError
{
    NO_ICE, ///< neither credentials nor candidates: the peer does not do ICE
    BAD_UFRAG,
    BAD_PASSWORD,
    BAD_CANDIDATE,
    TOO_MANY_CANDIDATES,
};

/// @return "no-ice", ... as in failures.
std::string_view ToString(DescriptionError error);

struct Description
{
    std::string ufrag;    ///< RFC 8839 5.4: 4 to 256 of ice-char
    std::string password; ///< 22 to 256
    std::vector<std::string> options;
    bool isLite{false};
    std::vector<Candidate> candidates;

    /// @return what goes into the description of the stream, in the order in which RFC 8839's examples have it.
    Attributes ToStreamAttributes() const;
    /// @return what goes into the part for the whole session: a=ice-lite may stand there only (RFC 8839 5.3).
    Attributes ToSessionAttributes() const;

    /// Candidates that are well-formed and of no use here are left out, as RFC 8839 5.1 wants it.
    /// @param session the session's attributes; a stream's credentials win over them (RFC 8839 5.4)
    static Result<Description, DescriptionError> Parse(const Attributes& session,
                                                       const Attributes& stream);
};

} // namespace imsfw::ice
