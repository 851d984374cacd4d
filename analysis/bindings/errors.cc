// SPDX-License-Identifier: GPL-2.0-only
#include "errors.h"

#include "base/text.h"

#include <pybind11/pybind11.h>

namespace imsfw::python
{

namespace
{

void
Raise(const char* name, const std::exception& error)
{
    const auto type = pybind11::module_::import("imsfw.errors").attr(name);
    PyErr_SetString(type.ptr(), error.what());
}

} // namespace

BadInput::BadInput(const config::Diagnostics& diagnostics)
    : std::runtime_error(std::string(Trim(config::ToString(diagnostics))))
{
}

void
RegisterErrors()
{
    pybind11::register_exception_translator(
        [](std::exception_ptr pointer)
        {
            try
            {
                std::rethrow_exception(std::move(pointer));
            }
            catch (const BadInput& error)
            {
                Raise("BadInput", error);
            }
            catch (const SimulationError& error)
            {
                Raise("SimulationError", error);
            }
        });
}

} // namespace imsfw::python
