// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "errors.h"

#include <pybind11/stl.h>

namespace imsfw::python
{

namespace py = pybind11;
using engine::Policy;

void
BindPolicy(py::module_& module)
{
    py::class_<engine::Rule>(module, "Rule")
        .def_readonly("id", &engine::Rule::id)
        .def_readonly("description", &engine::Rule::description)
        .def_property_readonly(
            "action", [](const engine::Rule& rule) { return engine::ToString(rule.action); });
    py::class_<Policy>(module, "Policy")
        .def_readonly("id", &Policy::id)
        .def_readonly("title", &Policy::title)
        .def_readonly("label", &Policy::label)
        .def_readonly("description", &Policy::description)
        .def_readonly("rules", &Policy::rules)
        .def_property_readonly("has_proxy",
                               [](const Policy& policy) { return policy.proxy.has_value(); })
        .def("flatten", &engine::Flatten)
        .def("hash", &engine::PolicyHash);
    module.def(
        "load_policy",
        [](const std::string& idOrPath)
        { return ValueOrBadInput(engine::LoadPolicy(idOrPath, scenario::PolicyDirectory())); },
        py::arg("id_or_path"));
    module.def("policy_names", [] { return scenario::YamlNames(scenario::PolicyDirectory()); });
}

} // namespace imsfw::python
