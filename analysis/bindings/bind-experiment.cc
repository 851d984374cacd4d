// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "data-files.h"
#include "engine/config/yaml-to-json.h"
#include "engine/policy/policy-loader.h"
#include "errors.h"
#include "experiment-loader.h"

#include <pybind11/stl.h>

namespace imsfw::python
{

namespace
{

namespace py = pybind11;
using namespace scenario;
using Settings = std::vector<std::string>;

std::string
HashOf(const std::string& policy)
{
    return engine::PolicyHash(ValueOrBadInput(engine::LoadPolicy(policy, PolicyDirectory())));
}

/// @return a hash of every policy that the experiment runs with.
std::string
PolicyHash(const Experiment& experiment)
{
    const std::string hash = HashOf(experiment.firewall.policy);
    return experiment.HasCalleeSite() ? hash + "+" + HashOf(experiment.callee.policy) : hash;
}

/// @return the document as JSON, with YAML's scalars typed as the schema sees them.
std::string
AsJson(const std::string& name, const std::string& yaml)
{
    const auto document = ValueOrBadInput(config::LoadText(name, yaml, "{}"));
    return config::ToTypedJson(document).value.dump();
}

std::string
ReadDocument(const std::string& path)
{
    std::string schema;
    ReadFile(DataRoot() + "/scenarios/experiment.schema.json", schema);
    return config::ToTypedJson(ValueOrBadInput(config::LoadFile(path, schema))).value.dump();
}

} // namespace

void
BindExperiment(py::module_& module)
{
    py::class_<Experiment>(module, "Experiment")
        .def_static(
            "from_file",
            [](const std::string& path, const Settings& settings)
            { return ValueOrBadInput(LoadExperiment(path, settings)); },
            py::arg("path"),
            py::arg("settings") = Settings{})
        .def_static(
            "from_text",
            [](const std::string& name, const std::string& yaml, const Settings& settings)
            { return ValueOrBadInput(LoadExperimentText(name, yaml, settings)); },
            py::arg("name"),
            py::arg("yaml"),
            py::arg("settings") = Settings{})
        .def(
            "with_run",
            [](Experiment experiment, uint32_t seed, uint32_t run)
            {
                experiment.seed = seed;
                experiment.run = run;
                return experiment;
            },
            py::arg("seed"),
            py::arg("run"))
        .def("to_yaml", &Experiment::ToYaml)
        .def("to_json",
             [](const Experiment& experiment)
             { return AsJson(experiment.name, experiment.ToYaml()); })
        .def("policy_hash", &PolicyHash)
        .def_readonly("name", &Experiment::name);
    module.def("read_document", &ReadDocument, py::arg("path"));
    module.def("data_root", &DataRoot);
}

} // namespace imsfw::python
