// SPDX-License-Identifier: GPL-2.0-only
#include "explain-run.h"

#include "address-plan.h"
#include "identities.h"
#include "simulation.h"

#include <filesystem>
#include <stdlib.h>

namespace imsfw::scenario
{

namespace
{

namespace fs = std::filesystem;

workbench::Sides
SidesOfTheTopology()
{
    return {{*IpPrefix::Parse(addresses::INSIDE_NETWORK)},
            {*IpPrefix::Parse(addresses::DMZ_NETWORK)}};
}

Places
PlacesOfTheTopology()
{
    const auto parse = [](const std::string& text) { return *IpAddress::Parse(text); };
    return {parse(addresses::Ue(0).host),
            parse(addresses::WEB_PROXY.host),
            parse(addresses::PCscf(0).host),
            parse(addresses::TURN_SERVER.host),
            identities::PROXY_USER,
            identities::PROXY_PASSWORD};
}

/// A folder of its own that is gone with this object.
class ScratchFolder
{
  public:
    ScratchFolder()
    {
        std::error_code error;
        std::string path = fs::temp_directory_path(error).string() + "/imsfw-explain-XXXXXX";
        if (!error && mkdtemp(path.data()) != nullptr)
        {
            m_path = path;
        }
    }

    ~ScratchFolder()
    {
        std::error_code error;
        if (!m_path.empty())
        {
            fs::remove_all(m_path, error);
        }
    }

    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    /// @return empty where it could not be made.
    const std::string&
    Path() const
    {
        return m_path;
    }

  private:
    std::string m_path;
};

Result<RunResult, std::string>
RunAgain(const Experiment& experiment)
{
    auto output = RunExperiment(experiment, {});
    if (!output)
    {
        return Failure{output.Error()};
    }
    return std::move(output->result);
}

void
FindDecisions(ExplainedRun& explained)
{
    for (const auto& [name, plane] : explained.run.Planes())
    {
        if (plane.verdict != Verdict::FAIL || !plane.decidedBy || !plane.decidedBy->IsByFirewall())
        {
            continue;
        }
        if (auto found = FindDecision(explained.run, *plane.decidedBy, SidesOfTheTopology()))
        {
            explained.decisions.emplace(name, std::move(*found));
        }
    }
}

} // namespace

Result<ExplainedRun, ExplainError>
ExplainRun(const std::string& folder, bool findsChanges)
{
    auto run = ReadRun(folder);
    if (!run)
    {
        return Failure{ExplainError{run.Error(), true}};
    }
    const ScratchFolder scratch;
    if (scratch.Path().empty())
    {
        return Failure{ExplainError{"cannot make a temporary folder", false}};
    }
    ExplainedRun explained{std::move(*run), {}, {}};
    FindDecisions(explained);
    if (explained.run.HasFailed() && findsChanges)
    {
        explained.changes = FindChanges(
            explained.run, {RunAgain, PlacesOfTheTopology(), SidesOfTheTopology(), scratch.Path()});
    }
    return explained;
}

} // namespace imsfw::scenario
