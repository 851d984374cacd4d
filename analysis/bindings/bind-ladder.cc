// SPDX-License-Identifier: GPL-2.0-only
#include "bindings.h"
#include "errors.h"
#include "ladder-text.h"

#include <sstream>

namespace imsfw::python
{

namespace
{

namespace py = pybind11;

/// @return the message sequence as text and as SVG
std::pair<std::string, std::string>
DrawLadder(const std::string& folder)
{
    const auto ladder = scenario::ReadLadder(folder);
    if (!ladder)
    {
        throw BadInput(ladder.Error());
    }
    std::ostringstream text;
    scenario::PrintLadder(text, *ladder);
    return {text.str(), scenario::ToSvg(*ladder)};
}

} // namespace

void
BindLadder(py::module_& module)
{
    module.def("ladder", &DrawLadder, py::arg("folder"));
}

} // namespace imsfw::python
