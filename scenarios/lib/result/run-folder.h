// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One folder for each run: the experiment as run, result.json, captures, key log.
///
/// A folder appears under its final name only when it is complete: it is filled under a temporary name beside it.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace imsfw::scenario
{

class RunFolder
{
  public:
    /// Make the temporary folder for a run to be called @p path, or say why that cannot be done.
    static Result<RunFolder, std::string> Create(const std::string& path);

    RunFolder(RunFolder&& other) noexcept;
    RunFolder& operator=(RunFolder&& other) noexcept;
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    /// Removes what is there of a run that was not finished.
    ~RunFolder();

    /// @return where files of the run are to be written.
    const std::string& GetWorkingPath() const;

    /// @return an error text where @p content could not be written whole.
    [[nodiscard]] std::string Write(const std::string& name, std::string_view content) const;

    /// The run is complete: give the folder its name, in the place of an earlier run of that name.
    [[nodiscard]] std::string Finish();

  private:
    explicit RunFolder(std::string path);

    std::string m_path;
    std::string m_working;
};

} // namespace imsfw::scenario
