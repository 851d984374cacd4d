// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Access networks in whole runs: every preset lets a registration through and costs what it should; storms lose nothing to
/// a queue that no host has.
#include "scenario-run.h"

#include "base/time.h"

#include <algorithm>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

using Settings = std::vector<std::string>;

const Settings REGISTER{"call.enabled=false", "media.path=none"};

Settings
With(Settings settings, const Settings& more)
{
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

double
RegistrationMs(const Settings& more)
{
    const auto output = RunWith(With(REGISTER, more));
    EXPECT_EQ(output.result.control.verdict, Verdict::PASS) << Why(output.result);
    return output.result.registration ? ToMilliseconds(*output.result.registration) : 0;
}

TEST(AccessScenario, EveryPresetLetsARegistrationAndACallThrough)
{
    const auto names = YamlNames(AccessDirectory());
    EXPECT_EQ(names.size(), 6U);
    for (const auto& name : names)
    {
        const auto output = RunWith({"access=" + name, "transport=solution", "call.duration=2s"});
        EXPECT_EQ(output.result.control.verdict, Verdict::PASS) << name << Why(output.result);
        EXPECT_EQ(output.result.mediaUdp.verdict, Verdict::PASS) << name << Why(output.result);
    }
}

TEST(AccessScenario, DistanceCostsItsRoundTrips)
{
    const double office = RegistrationMs({"access=office-lan"});
    const double satellite = RegistrationMs({"access=satellite", "links.access.loss=0"});
    // TCP, TLS 1.3 (one round trip), two requests: four round trips of 2 * (250 - 0.2) ms.
    EXPECT_NEAR(satellite - office, 4 * 2 * (250 - 0.2), 20);
}

TEST(AccessScenario, KeysRefineTheNamedNetwork)
{
    const double plain = RegistrationMs({"access=home-dsl", "links.access.jitter=0ms"});
    const double nearer =
        RegistrationMs({"access=home-dsl", "links.access.jitter=0ms", "links.access.delay=2ms"});
    EXPECT_NEAR(plain - nearer, 4 * 2 * 10, 1);
}

TEST(AccessScenario, WifiIsAssociatedBeforeAnybodyBegins)
{
    const auto output = RunWith(With(REGISTER, {"access=wifi", "ues.count=3"}));
    ASSERT_EQ(output.result.ues.size(), 3U);
    for (const auto& ue : output.result.ues)
    {
        ASSERT_TRUE(ue.registration) << ue.name;
        EXPECT_GE(ue.started.time_since_epoch(), std::chrono::seconds(1));
        EXPECT_LT(ToMilliseconds(*ue.registration), RegistrationMs({}) + 50) << "the air takes ms";
    }
}

TEST(AccessScenario, AStormLosesNothingWhereTheQueueIsAsLongAsAHosts)
{
    const Settings storm = With(REGISTER, {"ues.count=150"});
    const auto slowest = [](const RunResult& result)
    {
        Duration most{};
        for (const auto& ue : result.ues)
        {
            EXPECT_TRUE(ue.registration) << ue.name;
            most = std::max(most, ue.registration.value_or(Duration()));
        }
        return ToMilliseconds(most);
    };
    const double roomy = slowest(RunWith(storm).result);
    const double tight =
        slowest(RunWith(With(storm, {"links.core.queue_size=100", "links.internet.queue_size=100"}))
                    .result);
    EXPECT_LT(roomy, 300) << "nobody waits for a retransmission";
    EXPECT_GT(tight, roomy + 150) << "a lost segment costs the least time-out, 200 ms";
}

TEST(AccessScenario, TcpIsAsTheExperimentSays)
{
    // A first segment that is lost costs the connection time-out.
    const Settings lossy{"links.access.loss=0.3", "seed=3"};
    const auto run = [&](const Settings& more)
    {
        const auto output = RunWith(With(With(REGISTER, lossy), more));
        return output.result.registration.value_or(Duration());
    };
    EXPECT_NE(run({"tcp.connect_timeout=3s", "tcp.min_rto=1s"}), run({}));
    // Acknowledgements that wait for company hold up nobody here, but they are other packets.
    const auto events = [](const Settings& more)
    { return RunWith(With(REGISTER, more)).result.events; };
    EXPECT_NE(events({"tcp.delayed_ack_segments=1"}), events({}));
    for (const char* variant :
         {"newreno", "linux-reno", "bbr", "vegas", "westwood", "htcp", "dctcp"})
    {
        EXPECT_GT(RegistrationMs({std::string("tcp.variant=") + variant}), 0) << variant;
    }
}

TEST(AccessScenario, TheSameSeedGivesTheSameBytes)
{
    const Experiment experiment;
    for (const char* access : {"hotel-wifi", "wifi"})
    {
        const Settings settings{std::string("access=") + access, "call.duration=1s"};
        const auto once = ToJson(experiment, RunWith(settings).result, {});
        EXPECT_TRUE(once == ToJson(experiment, RunWith(settings).result, {})) << access;
    }
}

TEST(KnownServers, AFirstConnectionResumesWhereTheServerIsKnown)
{
    for (const char* suite : {"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"})
    {
        for (const char* kind : {"tickets", "ids"})
        {
            const Settings settings = With(REGISTER,
                                           {std::string("tls.suites=[") + suite + "]",
                                            std::string("tls.resumption=") + kind,
                                            "cpu.p_cscf.table=server"});
            const auto first = RunWith(settings);
            const auto known = RunWith(With(settings, {"tls.known_servers=true"}));
            ASSERT_EQ(known.result.tls.size(), 1U);
            EXPECT_FALSE(first.result.tls[0].isResumed);
            EXPECT_TRUE(known.result.tls[0].isResumed) << suite << kind;
            EXPECT_LT(known.result.cpus[0].busy, first.result.cpus[0].busy);
        }
    }
}

} // namespace
