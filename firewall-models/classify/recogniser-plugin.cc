// SPDX-License-Identifier: GPL-2.0-only
#include "classify/recogniser-plugin.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace imsfw::classify
{

std::string
RecogniserPluginPath(const std::string& name)
{
    const char* folder = std::getenv("IMSFW_PLUGINS");
    std::error_code error;
    const std::filesystem::path place =
        folder != nullptr ? std::filesystem::path(folder)
                          : std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    return (place / ("imsfw-recogniser-" + name + ".so")).string();
}

Result<std::shared_ptr<RecogniserFactory>, std::string>
LoadRecogniser(const std::string& path, uint64_t epochSeconds)
{
    void* opened = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr)
    {
        const char* reason = dlerror();
        return Failure{"cannot load a recogniser: " +
                       std::string(reason != nullptr ? reason : path)};
    }
    const std::shared_ptr<void> library(opened, [](void* handle) { dlclose(handle); });
    const auto entry = reinterpret_cast<RecogniserEntry>(dlsym(opened, RECOGNISER_ENTRY));
    if (entry == nullptr)
    {
        return Failure{path + " is no recogniser: it does not export " + RECOGNISER_ENTRY};
    }
    RecogniserFactory* factory = entry(RECOGNISER_INTERFACE, epochSeconds);
    if (factory == nullptr)
    {
        return Failure{path + " was built for another version of imsfw, or could not be started"};
    }
    // The library goes after the factory whose code it holds.
    return std::shared_ptr<RecogniserFactory>(factory,
                                              [library](RecogniserFactory* made) { delete made; });
}

} // namespace imsfw::classify
