// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "errors.h"

PYBIND11_MODULE(_core, module)
{
    module.doc() = "Experiments, policies and runs of imsfw. Use them by way of the package imsfw.";
    imsfw::python::RegisterErrors();
    imsfw::python::BindExperiment(module);
    imsfw::python::BindExplain(module);
    imsfw::python::BindLadder(module);
    imsfw::python::BindPolicy(module);
    imsfw::python::BindRun(module);
}
