// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Errors as C++ exceptions on their way to Python, where they are those of imsfw.errors.
#pragma once

#include "engine/config/checked-yaml.h"

#include <stdexcept>

namespace imsfw::python
{

/// Becomes imsfw.errors.BadInput.
class BadInput : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
    explicit BadInput(const config::Diagnostics& diagnostics);
};

/// Becomes imsfw.errors.SimulationError.
class SimulationError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

void RegisterErrors();

/// @return the value of @p result. Throws BadInput where there is none.
template <typename T>
T
ValueOrBadInput(Result<T, config::Diagnostics> result)
{
    if (!result)
    {
        throw BadInput(result.Error());
    }
    return std::move(result.Value());
}

} // namespace imsfw::python
