// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An input as a file that is on no disk.
#pragma once

#include "fuzz-input.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace imsfw::fuzz
{

/// A file in memory, for what reads files by their path.
class MemoryFile
{
  public:
    MemoryFile(const uint8_t* data, std::size_t size) : m_descriptor(memfd_create("fuzz", 0))
    {
        FUZZ_CHECK(m_descriptor >= 0);
        FUZZ_CHECK(write(m_descriptor, data, size) == static_cast<ssize_t>(size));
    }

    ~MemoryFile()
    {
        close(m_descriptor);
    }

    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string
    Path() const
    {
        return "/proc/self/fd/" + std::to_string(m_descriptor);
    }

  private:
    int m_descriptor;
};

} // namespace imsfw::fuzz
