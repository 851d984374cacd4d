// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "errors.h"
#include "interruptible.h"
#include "result-json.h"
#include "run-folder.h"
#include "simulation.h"

#include <pybind11/stl.h>

namespace imsfw::python
{

namespace
{

namespace py = pybind11;
using namespace scenario;

void
Require(const std::string& error)
{
    if (!error.empty())
    {
        throw SimulationError(error);
    }
}

std::string
Simulate(const Experiment& experiment, const std::string& captures, std::string& keyLog)
{
    const auto output = RunExperiment(experiment, captures);
    if (!output)
    {
        throw SimulationError(output.Error());
    }
    keyLog = output->keyLog;
    return ToJson(experiment, output->result, MakeProvenance(output->policyHash));
}

/// Simulate and keep the evidence in a run folder, as imsfw run does. @return result.json's text
std::string
SimulateInto(const Experiment& experiment, const std::string& path)
{
    auto folder = RunFolder::Create(path);
    if (!folder)
    {
        throw SimulationError(folder.Error());
    }
    std::string keyLog;
    const std::string captures =
        experiment.evidence.captures ? folder->GetWorkingPath() : std::string();
    std::string result = Simulate(experiment, captures, keyLog);
    Require(folder->Write("experiment.yaml", experiment.ToYaml()));
    Require(folder->Write("result.json", result));
    if (experiment.evidence.keyLog)
    {
        Require(folder->Write("keys.log", keyLog));
    }
    Require(folder->Finish());
    return result;
}

std::string
Run(const Experiment& experiment, const std::string& folder, bool interruptible)
{
    std::string result;
    const auto simulate = [&]
    {
        std::string keyLog;
        result =
            folder.empty() ? Simulate(experiment, {}, keyLog) : SimulateInto(experiment, folder);
    };
    if (interruptible)
    {
        RunInterruptibly(simulate);
        return result;
    }
    const py::gil_scoped_release release;
    simulate();
    return result;
}

} // namespace

void
BindRun(py::module_& module)
{
    module.def("run",
               &Run,
               py::arg("experiment"),
               py::arg("folder") = "",
               py::arg("interruptible") = true);
    module.def("versions",
               []
               {
                   const Provenance provenance = MakeProvenance({});
                   return std::map<std::string, std::string>{{"imsfw", IMSFW_VERSION},
                                                             {"commit", provenance.commit},
                                                             {"ns3", provenance.ns3},
                                                             {"openssl", provenance.openssl}};
               });
}

} // namespace imsfw::python
