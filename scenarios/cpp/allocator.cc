// SPDX-License-Identifier: GPL-2.0-only
/// @file How jemalloc, which the programs that simulate are linked with, takes memory from the kernel.
///
/// What a packet touches in a host among thousands lies in dozens of pages that the processor has long forgotten: of
/// 2 MiB, where the kernel has such pages to give, it remembers them. None is given back before the end: a run that is
/// still growing would have it cleared once more. MALLOC_CONF in the environment overrides this.

extern "C"
{
    // jemalloc(3), "TUNING": the program's own string of this very name is read before main.
    extern const char* const malloc_conf; // NOLINT(readability-identifier-naming)
    const char* const malloc_conf = "thp:always,metadata_thp:auto,dirty_decay_ms:-1";
}
