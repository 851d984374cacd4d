// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reads a run folder back: the experiment as it was run, and what was found out about each plane.
#pragma once

#include "base/result.h"
#include "experiment.h"
#include "result.h"

#include <map>
#include <string>

namespace imsfw::scenario
{

struct FinishedRun
{
    std::string folder;
    Experiment experiment;
    PlaneResult control;
    PlaneResult mediaUdp;
    std::string
        suite; ///< IANA name that the UE's first TLS connection negotiated; empty where none

    std::vector<IceLeg> iceLegs{}; ///< of calls by ICE

    /// @return the planes by the names that reports use: "control", "media_udp".
    std::map<std::string, PlaneResult> Planes() const;
    bool HasFailed() const;
};

/// Take the verdicts and the suite from the text of a result.json into @p run.
/// @return false where it is none
bool ReadResult(const std::string& json, FinishedRun& run);

/// @param folder with experiment.yaml and result.json, as `imsfw run` leaves it
/// @return what is wrong with the folder in one message
Result<FinishedRun, std::string> ReadRun(const std::string& folder);

} // namespace imsfw::scenario
