// SPDX-License-Identifier: GPL-2.0-only
#include "recorded-run.h"

#include "pcapng.h"
#include "result-json.h"
#include "run-folder.h"

#include <filesystem>
#include <vector>

namespace imsfw::scenario
{

namespace
{

namespace fs = std::filesystem;

/// Turn every pcap file of the folder into a pcapng file with the secrets in it. @return an error text, or nothing
std::string
FinishCaptures(const RunFolder& folder, const std::string& keyLog)
{
    std::vector<fs::path> captures;
    for (const auto& entry : fs::directory_iterator(folder.GetWorkingPath()))
    {
        if (entry.path().extension() == ".pcap")
        {
            captures.push_back(entry.path());
        }
    }
    for (const auto& capture : captures)
    {
        const auto pcapng = ToPcapng(capture, {capture.stem(), keyLog});
        if (!pcapng)
        {
            return pcapng.Error() + "; is the disk full?";
        }
        const std::string name = capture.stem().string() + ".pcapng";
        if (std::string error = folder.Write(name, ByteView(*pcapng).AsText()); !error.empty())
        {
            return error;
        }
        fs::remove(capture);
    }
    return {};
}

std::string
WriteAll(RunFolder& folder, const Experiment& experiment, const RunOutput& output)
{
    const auto& evidence = experiment.evidence;
    std::string error = folder.Write("experiment.yaml", experiment.ToYaml());
    if (error.empty())
    {
        error = folder.Write("result.json",
                             ToJson(experiment, output.result, MakeProvenance(output.policyHash)));
    }
    if (error.empty() && evidence.timeline)
    {
        error = folder.Write("timeline.jsonl", ToJsonLines(output.timeline));
    }
    if (error.empty() && evidence.keyLog)
    {
        error = folder.Write("keys.log", output.keyLog);
    }
    if (error.empty() && evidence.captures)
    {
        error = FinishCaptures(folder, evidence.keyLog ? output.keyLog : "");
    }
    return error.empty() ? folder.Finish() : error;
}

} // namespace

Result<RunOutput, std::string>
RunIntoFolder(const Experiment& experiment, const std::string& path)
{
    auto folder = RunFolder::Create(path);
    if (!folder)
    {
        return Failure{folder.Error()};
    }
    auto output =
        RunExperiment(experiment, experiment.evidence.captures ? folder->GetWorkingPath() : "");
    if (!output)
    {
        return output;
    }
    if (std::string error = WriteAll(*folder, experiment, *output); !error.empty())
    {
        return Failure{std::move(error)};
    }
    return output;
}

} // namespace imsfw::scenario
