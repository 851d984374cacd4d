// SPDX-License-Identifier: GPL-2.0-only
#include "change-search.h"

#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "finished-run.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

Places
SomePlaces()
{
    const auto parse = [](const char* text) { return *IpAddress::Parse(text); };
    return {parse("10.1.0.2"),
            parse("10.3.0.2"),
            parse("192.0.2.2"),
            parse("192.0.2.6"),
            "employee",
            "correct horse"};
}

engine::Policy
Shipped(const std::string& id)
{
    const auto policy = engine::LoadPolicy(id, PolicyDirectory());
    EXPECT_TRUE(policy);
    return policy ? *policy : engine::Policy{};
}

const Change*
FindChange(const std::vector<Change>& changes, const std::string& title)
{
    const auto found = std::find_if(changes.begin(),
                                    changes.end(),
                                    [&](const Change& change) { return change.title == title; });
    return found == changes.end() ? nullptr : &*found;
}

/// Passes where @p passes says so; counts what is asked.
struct FakeRunner
{
    std::function<bool(const Experiment&)> passes;
    std::size_t runs{0};

    SearchResult
    Find(const FinishedRun& run, const std::string& scratch)
    {
        const Runner runner = [this](const Experiment& e) -> Result<RunResult, std::string>
        {
            ++runs;
            RunResult result;
            result.control.verdict = passes(e) ? Verdict::PASS : Verdict::FAIL;
            result.mediaUdp.verdict = passes(e) ? Verdict::PASS : Verdict::NOT_ATTEMPTED;
            return result;
        };
        const workbench::Sides sides{{*IpPrefix::Parse("10.1.0.0/16")},
                                     {*IpPrefix::Parse("10.3.0.0/30")}};
        return FindChanges(run, {runner, SomePlaces(), sides, scratch});
    }
};

} // namespace

TEST(ChangeTest, TheNearestSuiteThatEncryptsComesFirst)
{
    const TestFolder folder;
    const auto run = FailedRun(folder,
                               "transport: solution\nfirewall: {policy: content-inspecting}\n"
                               "tls: {suites: [TLS_RSA_WITH_NULL_SHA]}\n",
                               "null-suite-from-proxy");
    const auto policy = Shipped("content-inspecting");
    const auto changes = SuiteChanges(run, &policy.rules.front());
    const auto first = std::find_if(
        changes.begin(), changes.end(), [](const Change& c) { return c.ruledOut.empty(); });
    ASSERT_NE(first, changes.end());
    EXPECT_EQ(first->settings.front().find("tls.suites=[TLS_RSA_WITH_"), 0U);
    const auto* readable = FindChange(changes, "offer TLS_RSA_WITH_NULL_SHA256 alone");
    ASSERT_NE(readable, nullptr);
    EXPECT_EQ(readable->ruledOut, "rule null-suite-from-proxy matches it too");
}

TEST(ChangeTest, NoSuiteHelpsAgainstARuleAboutPorts)
{
    const TestFolder folder;
    const auto run = FailedRun(folder, "transport: sip-tls-5061\n", "sip-tcp-closed");
    const auto policy = Shipped("voip-vpn-ports-closed");
    EXPECT_TRUE(SuiteChanges(run, &policy.rules.front()).empty());
    EXPECT_TRUE(SuiteChanges(run, nullptr).empty());
}

TEST(ChangeTest, ThePolicyRulesOutTransportsWithoutARun)
{
    const TestFolder folder;
    const auto run = FailedRun(
        folder, "transport: sip-udp\nfirewall: {policy: web-ports-only}\n", "udp-blocked");
    const auto changes = TransportChanges(run, Shipped("web-ports-only"), SomePlaces());
    const auto* sip = FindChange(changes, "go by transport sip-tcp");
    ASSERT_NE(sip, nullptr);
    EXPECT_EQ(sip->ruledOut, "rule default refuses tcp 10.1.0.2:50000 > 192.0.2.2:5060");
    const auto* solution = FindChange(changes, "go by transport solution-direct");
    ASSERT_NE(solution, nullptr);
    EXPECT_EQ(solution->ruledOut, "");
    EXPECT_EQ(solution->size, 3U); // control: transport, port; media: path
    EXPECT_EQ(FindChange(changes, "go by transport sip-udp"), nullptr);
}

TEST(ChangeTest, AWebProxyIsOfferedWhereThereIsOne)
{
    const TestFolder folder;
    const auto run =
        FailedRun(folder,
                  "transport: solution-direct\nfirewall: {policy: authenticating-proxy}\n"
                  "proxy: {password: wrong}\n",
                  "default");
    EXPECT_TRUE(ProxyChanges(run, Shipped("web-ports-only"), SomePlaces()).empty());
    const auto changes = ProxyChanges(run, Shipped("authenticating-proxy"), SomePlaces());
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].settings.front(), "proxy.use=if-configured");
    EXPECT_EQ(changes[1].settings.front(), "proxy.password=\"correct horse\"");
}

TEST(ChangeSearchTest, OnlyWhatPassedWhenRunAgainIsConfirmed)
{
    const TestFolder folder;
    const auto run = FailedRun(
        folder, "transport: sip-udp\nfirewall: {policy: web-ports-only}\n", "udp-blocked");
    FakeRunner runner{[](const Experiment& e) { return e.media.port == 80; }};
    const auto found = runner.Find(run, folder.Path());
    ASSERT_EQ(found.confirmed.size(), 1U);
    EXPECT_EQ(found.confirmed[0].change.title, "go by transport turn-tcp-80");
    EXPECT_EQ(found.confirmed[0].outcome, "control pass, media pass");
    EXPECT_FALSE(found.ruledOut.empty());
    FakeRunner never{[](const Experiment&) { return false; }};
    EXPECT_TRUE(never.Find(run, folder.Path()).confirmed.empty());
    EXPECT_GT(never.runs, 1U);
}

TEST(ChangeSearchTest, ThePolicyIsChangedLast)
{
    const TestFolder folder;
    const auto run = FailedRun(
        folder, "transport: sip-udp\nfirewall: {policy: web-ports-only}\n", "udp-blocked");
    FakeRunner runner{[](const Experiment&) { return true; }};
    const auto found = runner.Find(run, folder.Path());
    ASSERT_EQ(found.confirmed.size(), 2U);
    EXPECT_EQ(found.confirmed[0].change.kind, ChangeKind::TRANSPORT);
    EXPECT_EQ(found.confirmed[1].change.kind, ChangeKind::POLICY);
    EXPECT_EQ(found.confirmed[1].change.title, "the policy without rule udp-blocked");
}

TEST(ChangeSearchTest, ATransportWithoutTlsTakesTheSectionOut)
{
    const TestFolder folder;
    const auto run = FailedRun(folder,
                               "transport: solution\nfirewall: {policy: stateful-nat}\n"
                               "tls: {suites: [TLS_RSA_WITH_NULL_SHA]}\n",
                               "tcp-out");
    FakeRunner runner{[](const Experiment& e) { return !e.UsesTls(); }};
    const auto found = runner.Find(run, folder.Path());
    ASSERT_FALSE(found.confirmed.empty());
    EXPECT_EQ(found.confirmed[0].change.title, "go by transport sip-udp");
    EXPECT_TRUE(found.confirmed[0].change.withoutTls);
}

TEST(ChangeSearchTest, WhereTheCalleesFirewallDecidedItsPolicyIsChanged)
{
    const TestFolder folder;
    const auto run = FailedRun(folder,
                               "transport: sip-udp\nfirewall: {policy: stateful-nat}\n"
                               "callee: {policy: udp-blocked}\n",
                               "udp-blocked");
    FakeRunner runner{[](const Experiment& e) { return e.callee.policy != "udp-blocked"; }};
    const auto found = runner.Find(run, folder.Path());
    ASSERT_EQ(found.confirmed.size(), 1U);
    EXPECT_EQ(found.confirmed[0].change.title, "the callee's policy without rule udp-blocked");
    EXPECT_EQ(found.confirmed[0].change.settings[0].rfind("callee.policy=", 0), 0U);
}

TEST(ChangeSearchTest, WhatBreaksAnotherPlaneIsNoHelp)
{
    FinishedRun before;
    before.control.verdict = Verdict::PASS;
    before.mediaUdp.verdict = Verdict::FAIL;
    RunResult now;
    now.control.verdict = Verdict::FAIL;
    now.mediaUdp.verdict = Verdict::PASS;
    EXPECT_FALSE(LetsPass(before, now));
    now.control.verdict = Verdict::PASS;
    EXPECT_TRUE(LetsPass(before, now));
    now.mediaUdp.verdict = Verdict::NOT_ATTEMPTED;
    EXPECT_FALSE(LetsPass(before, now));
}

} // namespace imsfw::scenario
