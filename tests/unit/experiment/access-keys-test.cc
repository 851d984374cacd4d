// SPDX-License-Identifier: GPL-2.0-only
// Access networks and TCP in experiments: named ones, keys that refine them, and bad ones.
#include "data-files.h"
#include "experiment-loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::scenario
{
namespace
{

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::HasSubstr;

Experiment
Load(const std::string& yaml, const std::vector<std::string>& settings = {})
{
    const auto experiment = LoadExperimentText("e.yaml", yaml, settings);
    EXPECT_TRUE(experiment) << config::ToString(experiment ? Diagnostics() : experiment.Error());
    return experiment ? *experiment : Experiment();
}

TEST(AccessKeysTest, NamedNetworksLieBelowTheFile)
{
    const auto plain = Load("name: x\n");
    EXPECT_EQ(plain.links.access.queueSize, 1000U);
    EXPECT_EQ(plain.links.access.queue, QueueDiscipline::FIFO);
    EXPECT_TRUE(plain.links.access.rateUp.empty());
    const auto dsl = Load("access: home-dsl\nlinks: {access: {rate_up: 2Mbps, queue: fq-codel}}\n");
    EXPECT_EQ(dsl.access, "home-dsl");
    EXPECT_EQ(dsl.links.access.rate, "16Mbps") << "of the network";
    EXPECT_EQ(dsl.links.access.rateUp, "2Mbps") << "of the file";
    EXPECT_EQ(dsl.links.access.queue, QueueDiscipline::FQ_CODEL);
    const auto set = Load("access: home-dsl\n", {"access=office-lan", "links.access.delay=1ms"});
    EXPECT_EQ(set.access, "office-lan") << "the last one counts";
    EXPECT_EQ(set.links.access.delay, milliseconds(1));
    EXPECT_EQ(set.links.access.jitter, Duration(0)) << "nothing of the other one is left";
}

TEST(AccessKeysTest, BothLibrariesTogether)
{
    const auto both = Load("access: satellite\ntransport: sip-udp\n");
    EXPECT_EQ(both.control.transport, ControlTransport::UDP);
    EXPECT_EQ(both.links.access.delay, milliseconds(250));
}

TEST(AccessKeysTest, WhatIsWrittenIsReadBack)
{
    const auto first = Load(
        "access: hotel-wifi\n"
        "links: {core: {loss: 0.02, burst: 4, loss_in_burst: 0.5, jitter: 3ms, reorder: true}}\n"
        "tcp: {variant: bbr, nagle: true, min_rto: 1s, keep_alive: ues, keep_alive_time: 1min}\n");
    const auto second = Load(first.ToYaml());
    EXPECT_EQ(second.ToYaml(), first.ToYaml());
    EXPECT_EQ(second.links.core.lossInBurst, 0.5);
    EXPECT_TRUE(second.links.core.reorder);
    EXPECT_EQ(second.tcp.variant, "bbr");
    EXPECT_EQ(second.tcp.keepAlive, TcpKeepAlive::UES);
    EXPECT_EQ(second.tcp.keepAliveTime, std::chrono::minutes(1));
    EXPECT_EQ(second.tcp.keepAliveProbes, 9U) << "Linux's";
}

TEST(AccessKeysTest, EveryNamedNetworkLoadsAndKeepsToItsOwnLink)
{
    for (const auto& name : YamlNames(AccessDirectory()))
    {
        const auto experiment = Load("access: " + name + "\n");
        EXPECT_EQ(experiment.links.core.delay, microseconds(500)) << name;
    }
}

TEST(AccessKeysTest, TheDefaultsAreThoseOfLinux)
{
    const TcpSettings tcp;
    EXPECT_EQ(tcp.variant, "cubic");
    EXPECT_EQ(tcp.initialWindow, 10U);
    EXPECT_EQ(tcp.delayedAck, milliseconds(40));
    EXPECT_EQ(tcp.minRto, milliseconds(200));
    EXPECT_EQ(tcp.synRetries, 6U);
    EXPECT_FALSE(tcp.nagle);
    EXPECT_TRUE(tcp.sack);
}

TEST(AccessKeysTest, BadOnesAreRefusedWithTheirPlace)
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"access: hotel\n", "unknown access network \"hotel\""},
        {"access: hotel-wify\n", "did you mean \"hotel-wifi\""},
        {"links: {access: {loss: 0.5, burst: 3, loss_in_burst: 0.4}}\n", "links.access.loss"},
        {"links: {access: {loss: 0.1, loss_in_burst: 0.4}}\n", "there are no bursts"},
        {"links: {access: {reorder: true}}\n", "links.access.reorder: without jitter"},
        {"links: {core: {medium: wifi}}\n", "only links.access can be wifi"},
        {"links: {internet: {cross_traffic: 0.5}}\n", "would end at the firewall"},
        {"links: {access: {cross_traffic: 1}}\n", "cross_traffic"},
        {"links: {access: {burst: 0.5}}\n", "burst"},
        {"links: {access: {queue_size: 0}}\n", "queue_size"},
        {"links: {access: {queue: red}}\n", "queue"},
        {"links: {access: {jitter: 5}}\n", "jitter"},
        {"tcp: {variant: renoo}\n", "variant"},
        {"tcp: {initial_window: 0}\n", "initial_window"},
        {"tcp: {keepalive: 1s}\n", "keepalive"},
        {"tls: {known_servers: true}\n", "without resumption"},
    };
    for (const auto& [yaml, message] : rows)
    {
        const auto experiment = LoadExperimentText("e.yaml", yaml);
        ASSERT_FALSE(experiment) << yaml;
        EXPECT_THAT(config::ToString(experiment.Error()), HasSubstr("e.yaml:1")) << yaml;
        EXPECT_THAT(config::ToString(experiment.Error()), HasSubstr(message)) << yaml;
    }
}

} // namespace
} // namespace imsfw::scenario
