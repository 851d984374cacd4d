// SPDX-License-Identifier: GPL-2.0-only
#include "run-folder.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <utility>

namespace imsfw::scenario
{

namespace fs = std::filesystem;

RunFolder::RunFolder(std::string path)
    : m_path(std::move(path)), m_working(m_path + ".unfinished-" + std::to_string(getpid()))
{
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : m_path(std::move(other.m_path)), m_working(std::exchange(other.m_working, {}))
{
}

RunFolder&
RunFolder::operator=(RunFolder&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_working, other.m_working);
    return *this;
}

RunFolder::~RunFolder()
{
    if (!m_working.empty())
    {
        std::error_code ignored;
        fs::remove_all(m_working, ignored);
    }
}

Result<RunFolder, std::string>
RunFolder::Create(const std::string& path)
{
    RunFolder folder(path);
    std::error_code error;
    fs::remove_all(folder.m_working, error);
    fs::create_directories(folder.m_working, error);
    if (error)
    {
        return Failure{folder.m_working + ": cannot make the run's folder: " + error.message()};
    }
    return folder;
}

const std::string&
RunFolder::GetWorkingPath() const
{
    return m_working;
}

std::string
RunFolder::Write(const std::string& name, std::string_view content) const
{
    const std::string path = m_working + "/" + name;
    std::ofstream file(path, std::ios::binary);
    file << content;
    file.close();
    return file ? "" : path + ": cannot be written; is the disk full?";
}

std::string
RunFolder::Finish()
{
    std::error_code error;
    fs::remove_all(m_path, error);
    fs::rename(m_working, m_path, error);
    if (error)
    {
        return m_path + ": cannot be given its name: " + error.message();
    }
    m_working.clear();
    return {};
}

} // namespace imsfw::scenario
