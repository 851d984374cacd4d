// SPDX-License-Identifier: GPL-2.0-only
#include "base/huge-pages.h"

#include <sys/mman.h>

void
imsfw::AdviseHugePages(void* memory, std::size_t bytes)
{
    // The last page may be shared with whatever follows: advice concerns whole pages that are this memory's alone.
    madvise(memory, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
}
