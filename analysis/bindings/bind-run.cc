// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "errors.h"
#include "interruptible.h"
#include "recorded-run.h"
#include "result-json.h"
#include "simulation.h"

#include <pybind11/stl.h>

namespace imsfw::python
{

namespace
{

namespace py = pybind11;
using namespace scenario;

/// @return result.json's text
std::string
Told(const Experiment& experiment, const Result<RunOutput, std::string>& output)
{
    if (!output)
    {
        throw SimulationError(output.Error());
    }
    return ToJson(experiment, output->result, MakeProvenance(output->policyHash));
}

std::string
Run(const Experiment& experiment, const std::string& folder, bool interruptible)
{
    std::string result;
    const auto simulate = [&]
    {
        // With a folder, the same evidence as imsfw run leaves.
        result = Told(experiment,
                      folder.empty() ? RunExperiment(experiment, {})
                                     : RunIntoFolder(experiment, folder));
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
