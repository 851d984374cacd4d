// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Loading a recogniser from a shared library: nDPI's, and what is none. This program itself does not link nDPI.
#include "classify/recogniser-plugin.h"
#include "flow-player.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace imsfw::classify
{

namespace
{

TEST(RecogniserPlugin, IsFoundBesideTheProgramOrWhereItIsSaidToBe)
{
    unsetenv("IMSFW_PLUGINS");
    EXPECT_EQ(RecogniserPluginPath("ndpi"),
              std::string(IMSFW_BIN_DIR) + "/imsfw-recogniser-ndpi.so");
    setenv("IMSFW_PLUGINS", "/elsewhere", 1);
    EXPECT_EQ(RecogniserPluginPath("x"), "/elsewhere/imsfw-recogniser-x.so");
    unsetenv("IMSFW_PLUGINS");
}

TEST(RecogniserPlugin, LooksAtFlowsAsItsLibraryDoes)
{
    const auto factory = LoadRecogniser(RecogniserPluginPath("ndpi"), 0);
    ASSERT_TRUE(factory) << factory.Error();
    EXPECT_EQ((*factory)->GetName(), "ndpi");
    const auto watched = WatchCapture(**factory, "sip_aes128sha.lan");
    EXPECT_EQ(watched.verdict.application, "tls");
    EXPECT_TRUE(watched.verdict.HasRisk("tls-weak-cipher"));
}

TEST(RecogniserPlugin, SaysWhatIsWrongWithAFile)
{
    const auto missing = LoadRecogniser("/nowhere/x.so", 0);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.Error().find("/nowhere/x.so"), std::string::npos);
    const auto other = LoadRecogniser("libm.so.6", 0);
    ASSERT_FALSE(other);
    EXPECT_NE(other.Error().find("is no recogniser"), std::string::npos);
}

} // namespace

} // namespace imsfw::classify
