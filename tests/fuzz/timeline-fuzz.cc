// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A timeline of any content, beside captures of a run: events or a message that names the line; what was read is written and
/// read again; and a ladder can be drawn.
#include "ladder-text.h"
#include "memory-file.h"
#include "timeline.h"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

namespace fs = std::filesystem;

/// A run folder of this process, gone with it.
class RunFolder
{
  public:
    RunFolder() : m_path(fs::temp_directory_path() / ("imsfw-fuzz-" + std::to_string(getpid())))
    {
        fs::create_directories(m_path);
        // What the golden capture's hosts are called in the corpus: a capture is found by its link's name.
        fs::copy_file(IMSFW_SOURCE_DIR "/tests/golden/captures/sip_null.lan.pcap",
                      m_path / "access.pcapng",
                      fs::copy_options::overwrite_existing);
    }

    ~RunFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }

    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    const fs::path&
    Path() const
    {
        return m_path;
    }

  private:
    fs::path m_path;
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const fuzz::MemoryFile file(data, size);
    const auto events = ReadTimeline(file.Path());
    if (!events)
    {
        FUZZ_CHECK(events.Error().find(file.Path() + ":") == 0);
        return 0;
    }
    static const RunFolder folder;
    const std::string lines = ToJsonLines(*events);
    std::ofstream(folder.Path() / "timeline.jsonl") << lines;
    const auto again = ReadTimeline((folder.Path() / "timeline.jsonl").string());
    FUZZ_CHECK(again && again->size() == events->size());
    FUZZ_CHECK(ToJsonLines(*again) == lines);
    if (const auto ladder = ReadLadder(folder.Path().string()))
    {
        std::ostringstream text;
        PrintLadder(text, *ladder);
        FUZZ_CHECK(!ToSvg(*ladder).empty());
    }
    return 0;
}
