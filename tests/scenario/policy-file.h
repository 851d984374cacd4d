// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A policy that a test writes, in a file of its own.
#pragma once

#include "scenario-run.h"

#include <fstream>
#include <string>

namespace imsfw::scenario
{

/// Gone with this object.
class PolicyFile
{
  public:
    explicit PolicyFile(const std::string& text) : m_folder(ScratchFolder("stalling-policy"))
    {
        std::ofstream(Path()) << text;
    }

    ~PolicyFile()
    {
        std::filesystem::remove_all(m_folder);
    }

    PolicyFile(const PolicyFile&) = delete;
    PolicyFile& operator=(const PolicyFile&) = delete;

    std::string
    Path() const
    {
        return m_folder / "stalling.yaml";
    }

  private:
    std::filesystem::path m_folder;
};

/// @return a firewall that swallows a flow of @p protocol ("tcp", "udp") from the packet on that goes beyond @p bytes.
inline std::string
StallingAfter(unsigned bytes, bool hasProxy, const std::string& protocol = "tcp")
{
    const std::string rules = "rules:\n  - {id: stalls, protocol: " + protocol +
                              ", flow: {bytes_above: " + std::to_string(bytes) +
                              "}, action: drop}\n  - {id: out, protocol: " + protocol +
                              ", action: allow}\n";
    return "id: stalling\ntitle: Stalling\ntype: \"0\"\ndescription: for a test\nrefusal: drop\n" +
           std::string(hasProxy ? "proxy: {port: 3128, connect_ports: [443]}\n" : "") +
           "nat: {enabled: true}\n" + rules + "default: refuse\n";
}

} // namespace imsfw::scenario
