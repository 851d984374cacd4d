// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Proof that results come from rules and bytes: change one rule, one suite, one name, and see exactly what follows.
#include "scenario-run.h"

#include "data-files.h"

#include <filesystem>
#include <fstream>

using namespace imsfw::scenario;

namespace
{

/// The directory of the shipped policies with one more file in it, so that `extends` finds its bases.
class PolicyWorkshop
{
  public:
    PolicyWorkshop() : m_directory(ScratchFolder("policies"))
    {
        std::filesystem::copy(PolicyDirectory(), m_directory);
    }

    ~PolicyWorkshop()
    {
        std::filesystem::remove_all(m_directory);
    }

    PolicyWorkshop(const PolicyWorkshop&) = delete;
    PolicyWorkshop& operator=(const PolicyWorkshop&) = delete;

    /// @return the path of a new policy with that text.
    std::string
    Write(const std::string& id, const std::string& text) const
    {
        const auto path = m_directory / (id + ".yaml");
        std::ofstream(path) << "id: " << id << "\n" << text;
        return path;
    }

  private:
    std::filesystem::path m_directory;
};

/// @return e.g. "P--P": one letter for each of the four sample transports.
std::string
Passing(const std::string& policy)
{
    const std::vector<std::vector<std::string>> samples{
        {"transport=turn-tcp-80", "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]"},
        {"transport=solution", "tls.suites=[TLS_RSA_WITH_AES_128_CBC_SHA]"},
        {"transport=solution", "tls.suites=[TLS_RSA_WITH_NULL_SHA]"},
        {"transport=sip-tcp"},
    };
    std::string letters;
    for (auto settings : samples)
    {
        settings.push_back("firewall.policy=" + policy);
        settings.emplace_back("call.duration=2s");
        const auto result = RunWith(settings).result;
        letters +=
            result.control.verdict == Verdict::PASS && result.mediaUdp.verdict == Verdict::PASS
                ? 'P'
                : '-';
    }
    return letters;
}

} // namespace

TEST(MutationTest, RemovingTheHttpCheckLetsTurnThroughPort80AndNothingElse)
{
    const PolicyWorkshop workshop;
    EXPECT_EQ(Passing("web-protocols-only"), "-PP-");
    const auto changed = workshop.Write(
        "changed", "title: changed\nextends: web-protocols-only\nremove: [not-http-on-80]\n");
    EXPECT_EQ(Passing(changed), "PPP-");
}

TEST(MutationTest, RemovingTheWebPortsStopsEverything)
{
    const PolicyWorkshop workshop;
    const auto changed = workshop.Write("changed",
                                        "title: changed\nextends: web-protocols-only\nremove: "
                                        "[web-ports, not-http-on-80, not-tls-on-443]\n");
    EXPECT_EQ(Passing(changed), "----");
}

TEST(MutationTest, TheNullRulesAndTheContentRulesOfType9EachStopNullAlone)
{
    const PolicyWorkshop workshop;
    EXPECT_EQ(Passing("content-inspecting"), "-P--");
    const char* null = "null-suite-from-proxy, null-suite-to-proxy";
    const char* content = "content-from-proxy, content-to-proxy";
    const auto without = [&](const std::string& rules)
    {
        return workshop.Write(
            "changed", "title: changed\nextends: content-inspecting\nremove: [" + rules + "]\n");
    };
    EXPECT_EQ(Passing(without(null)), "-P--");
    EXPECT_EQ(Passing(without(content)), "-P--");
    EXPECT_EQ(Passing(without(std::string(null) + ", " + content)), "-PP-");
}

TEST(MutationTest, ANameAndATypeNumberChangeNothing)
{
    const PolicyWorkshop workshop;
    const auto renamed = workshop.Write(
        "another-name", "title: renamed\ntype: \"1\"\nextends: content-inspecting\n");
    EXPECT_EQ(Passing(renamed), Passing("content-inspecting"));
    const auto one =
        workshop.Write("type-nine", "title: renamed\ntype: \"9\"\nextends: stateful-nat\n");
    EXPECT_EQ(Passing(one), Passing("stateful-nat"));
}
