// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Our own probes behind the interface that they share with other recognisers.
///
/// The application is the outermost thing that was recognised on the flow; what is found within a NULL suite or a CONNECT
/// tunnel is `inside`. It settles as soon as all of that has a name.
/// Risks are those that the readable part of a handshake shows. Unlike nDPI 4.2, a suite without encryption is one of
/// them, and ports are never a reason to name anything.
#pragma once

#include "classify/recogniser.h"
#include "classify/stream-inspector.h"

namespace imsfw::classify
{

class ProbeRecogniserFactory : public RecogniserFactory
{
  public:
    explicit ProbeRecogniserFactory(InspectionLimits limits = {});

    std::string GetName() const override;
    std::unique_ptr<Recogniser> Make(const FiveTuple& flow) override;
    std::vector<std::string> ApplicationNames() const override;
    std::vector<std::string> RiskNames() const override;

  private:
    InspectionLimits m_limits;
};

/// @return the risks that findings show, sorted: "tls-null-cipher", "tls-obsolete-version", "tls-missing-sni",
/// "malformed-packet".
std::vector<std::string> RisksOf(const Findings& findings);

} // namespace imsfw::classify
