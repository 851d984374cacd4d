// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "errors.h"
#include "explain-run.h"
#include "interruptible.h"

namespace imsfw::python
{

namespace
{

namespace py = pybind11;

/// @return what `imsfw explain RUN --json` prints
std::string
Explain(const std::string& folder, bool findsChanges)
{
    std::string text;
    RunInterruptibly(
        [&]
        {
            const auto explained = scenario::ExplainRun(folder, findsChanges);
            if (explained)
            {
                text = scenario::ToJson(*explained);
                return;
            }
            const auto& error = explained.Error();
            if (error.isBadInput)
            {
                throw BadInput(error.message);
            }
            throw SimulationError(error.message);
        });
    return text;
}

} // namespace

void
BindExplain(py::module_& module)
{
    module.def("explain", &Explain, py::arg("folder"), py::arg("find_changes") = true);
}

} // namespace imsfw::python
