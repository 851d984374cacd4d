// SPDX-License-Identifier: GPL-2.0-only
#include "data-files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace imsfw::scenario
{

std::string
DataRoot()
{
    const char* fromEnvironment = std::getenv("IMSFW_DATA");
    return fromEnvironment != nullptr ? fromEnvironment : IMSFW_SOURCE_DIR;
}

std::string
PolicyDirectory()
{
    return DataRoot() + "/firewall-models/policies";
}

std::string
TransportDirectory()
{
    return DataRoot() + "/scenarios/transports";
}

std::string
AccessDirectory()
{
    return DataRoot() + "/scenarios/access";
}

std::vector<std::string>
YamlNames(const std::string& directory)
{
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    {
        if (entry.path().extension() == ".yaml")
        {
            names.push_back(entry.path().stem());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool
ReadFile(const std::string& path, std::string& content)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || !text)
    {
        return false;
    }
    content = text.str();
    return true;
}

} // namespace imsfw::scenario
