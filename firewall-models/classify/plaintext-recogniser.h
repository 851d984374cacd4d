// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A recogniser that is also shown the plaintext of NULL suites: one that takes such a flow for TLS names what is inside.
///
/// The flow goes to one recogniser as it is. Beside it our own TLS tracker takes the records of NULL suites apart, and
/// what they carry goes, as a TCP connection of its own between the same endpoints, to a second recogniser. Its name
/// becomes the verdict's `inside`.
#pragma once

#include "classify/recogniser.h"

namespace imsfw::classify
{

class PlaintextRecogniserFactory : public RecogniserFactory
{
  public:
    /// @param inner makes both recognisers of a flow; must outlive this factory and what it makes
    explicit PlaintextRecogniserFactory(RecogniserFactory& inner);

    std::string GetName() const override;
    std::unique_ptr<Recogniser> Make(const FiveTuple& flow) override;
    std::vector<std::string> ApplicationNames() const override;
    std::vector<std::string> RiskNames() const override;

  private:
    RecogniserFactory& m_inner;
};

} // namespace imsfw::classify
