// SPDX-License-Identifier: GPL-2.0-only
#include "allocation-counter.h"

#include <cstdlib>
#include <new>

namespace
{

std::size_t allocations = 0;

} // namespace

std::size_t
imsfw::bench::CountAllocations()
{
    return allocations;
}

void*
operator new(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size))
    {
        return memory;
    }
    throw std::bad_alloc();
}

void
operator delete(void* memory) noexcept
{
    std::free(memory);
}

void
operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void*
operator new(std::size_t size, std::align_val_t alignment)
{
    ++allocations;
    const auto to = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(to, (size + to - 1) / to * to))
    {
        return memory;
    }
    throw std::bad_alloc();
}

void
operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}

void
operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}
