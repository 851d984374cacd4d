// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Lets Ctrl-C end a simulation that Python is waiting for.
#pragma once

#include <functional>

namespace imsfw::python
{

/// Run @p simulate in a thread of its own, and look for Python's signals meanwhile. @pre the GIL is held
///
/// Where a signal handler raises (KeyboardInterrupt), the simulation is stopped, and the exception is thrown when it
/// has ended. What @p simulate throws is thrown here.
void RunInterruptibly(const std::function<void()>& simulate);

} // namespace imsfw::python
