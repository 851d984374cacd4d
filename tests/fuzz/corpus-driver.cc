// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Runs a fuzz target without libFuzzer: over each file of its corpus as it is, cut short, and changed in places.
///
/// Usage: TARGET [--as-is] FILE-OR-FOLDER...   (--as-is: nothing cut or changed, as for a file that made it fail)
#include "fuzz-input.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace
{

using Input = std::vector<uint8_t>;

void
RunOne(const Input& input)
{
    // A copy of its own, so that a read beyond the end is one beyond an allocation.
    const Input exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void
RunVariants(const Input& input)
{
    constexpr std::size_t VARIANTS = 60;
    const std::size_t step = std::max<std::size_t>(1, input.size() / VARIANTS);
    for (std::size_t size = 0; size < input.size(); size += step)
    {
        RunOne(Input(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size)));
    }
    for (std::size_t at = 0; at < input.size(); at += step)
    {
        for (const uint8_t mask : {0x01, 0x80, 0xFF})
        {
            Input changed = input;
            changed[at] = static_cast<uint8_t>(changed[at] ^ mask);
            RunOne(changed);
        }
    }
}

std::vector<std::string>
FindFiles(const std::string& path)
{
    if (!std::filesystem::is_directory(path))
    {
        return {path};
    }
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path))
    {
        files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int
main(int count, char** arguments)
{
    bool withVariants = true;
    unsigned inputs = 0;
    for (int i = 1; i < count; ++i)
    {
        if (std::string(arguments[i]) == "--as-is")
        {
            withVariants = false;
            continue;
        }
        for (const auto& name : FindFiles(arguments[i]))
        {
            std::ifstream file(name, std::ios::binary);
            if (!file)
            {
                std::fprintf(stderr, "%s: cannot be read\n", name.c_str());
                return 2;
            }
            const Input input{std::istreambuf_iterator<char>(file), {}};
            RunOne(input);
            if (withVariants)
            {
                RunVariants(input);
            }
            ++inputs;
        }
    }
    std::printf("%u inputs\n", inputs);
    return inputs > 0 ? 0 : 2; // a corpus that is not there is a mistake
}
