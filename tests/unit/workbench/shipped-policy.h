// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Policies and captures of the project, for the tests of the workbench.
#pragma once

#include "engine/policy/policy-loader.h"
#include "workbench/capture-reader.h"

#include <gtest/gtest.h>

#include <string>

namespace imsfw::workbench
{

/// One that does not load fails the test.
inline engine::Policy
ShippedPolicy(const std::string& id)
{
    const auto policy = engine::LoadPolicy(id, IMSFW_SOURCE_DIR "/firewall-models/policies");
    EXPECT_TRUE(policy) << (policy ? "" : config::ToString(policy.Error()));
    return policy ? *policy : engine::Policy{};
}

inline std::string
GoldenCapture(const std::string& name)
{
    return IMSFW_SOURCE_DIR "/tests/golden/captures/" + name + ".pcap";
}

} // namespace imsfw::workbench
