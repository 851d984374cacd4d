// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Asks memory for what will be read soon, so that several waits for it overlap.
#pragma once

namespace imsfw
{

/// Have memory bring the cache line of @p address, which need not be valid, without waiting for it.
///
/// GCC 12 takes a function that does nothing else for one without effect, and leaves out calls of it and loops around
/// them; it leaves alone what contains a volatile asm, be it empty.
inline void
Prefetch(const void* address)
{
    __builtin_prefetch(address, 1); // to be written
    asm volatile("");
}

} // namespace imsfw
