// SPDX-License-Identifier: GPL-2.0-only
#include "calibration.h"

#include "ims-tls-library.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

namespace imsfw::calibrate
{

std::vector<Step>
AllSteps()
{
    std::vector<Step> steps;
    for (auto part : {KeyExchangeSteps,
                      SignatureSteps,
                      RecordSteps,
                      SrtpSteps,
                      HandshakeSteps,
                      ForwardingSteps})
    {
        const auto more = part();
        steps.insert(steps.end(), more.begin(), more.end());
    }
    return steps;
}

uint64_t
WholeNs(double ns)
{
    return static_cast<uint64_t>(std::llround(std::max(0.0, ns)));
}

cpu::Cost
LineThrough(double fewNs, std::size_t few, double manyNs, std::size_t many)
{
    const double perByte = std::max(0.0, (manyNs - fewNs) / static_cast<double>(many - few));
    return {WholeNs(fewNs - perByte * static_cast<double>(few)), WholeNs(perByte * 1000)};
}

void
Require(bool isGood, const std::string& what)
{
    if (!isGood)
    {
        std::cerr << "imsfw calibrate: " << what << ": " << tls::TakeErrors() << "\n";
        std::exit(EXIT_FAILURE);
    }
}

} // namespace imsfw::calibrate
