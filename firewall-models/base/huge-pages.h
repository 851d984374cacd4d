// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An allocator for large tables that are read at random: it asks the kernel for huge pages.
///
/// A table of many megabytes does not fit what a processor remembers of 4 kB pages, so nearly every access pays for a walk
/// of the page tables besides the access itself. One entry for 2 MB spares that.
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace imsfw
{

constexpr std::size_t HUGE_PAGE = std::size_t{2}
                                  << 20; ///< bytes; of x86-64 and of arm64 with 4 kB pages

/// @return whether so much memory is worth pages of its own.
constexpr bool
DeservesHugePages(std::size_t bytes)
{
    return bytes >= HUGE_PAGE;
}

/// Ask the kernel to back @p memory, which starts at a multiple of HUGE_PAGE, with huge pages. A kernel that has none left
/// or that was built without them gives ordinary ones: slower, and nothing else.
void AdviseHugePages(void* memory, std::size_t bytes);

/// For standard containers. Little memory comes as std::allocator's does.
template <typename T>
struct HugePageAllocator
{
    using value_type = T;

    HugePageAllocator() = default;

    template <typename Other>
    HugePageAllocator(
        const HugePageAllocator<Other>&) // NOLINT(google-explicit-constructor): as containers ask
    {
    }

    /// @throw std::bad_alloc where there is no such memory, as std::allocator
    T*
    allocate(std::size_t count)
    {
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
        {
            throw std::bad_array_new_length();
        }
        const std::size_t bytes = count * sizeof(T);
        void* memory = ::operator new(bytes, AlignmentOf(bytes));
        if (DeservesHugePages(bytes))
        {
            AdviseHugePages(memory, bytes);
        }
        return static_cast<T*>(memory);
    }

    void
    deallocate(T* memory, std::size_t count)
    {
        ::operator delete(memory, AlignmentOf(count * sizeof(T)));
    }

    friend bool
    operator==(const HugePageAllocator&, const HugePageAllocator&)
    {
        return true;
    }

    friend bool
    operator!=(const HugePageAllocator&, const HugePageAllocator&)
    {
        return false;
    }

  private:
    static std::align_val_t
    AlignmentOf(std::size_t bytes)
    {
        return std::align_val_t{DeservesHugePages(bytes) ? HUGE_PAGE : alignof(T)};
    }
};

template <typename T>
using HugePageVector = std::vector<T, HugePageAllocator<T>>;

} // namespace imsfw
