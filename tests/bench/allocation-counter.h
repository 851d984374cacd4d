// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Counts the allocations of a program: linking this file replaces the global operators new and delete.
#pragma once

#include <cstddef>

namespace imsfw::bench
{

/// @return allocations by operator new since the program began.
std::size_t CountAllocations();

} // namespace imsfw::bench
