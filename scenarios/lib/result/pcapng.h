// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// From the pcap file that ns-3 wrote to a pcapng file that carries its TLS secrets, so that Wireshark opens it decrypted.
///
/// draft-ietf-opsawg-pcapng: section header, interface description, decryption secrets, enhanced packets. The secrets
/// stand in front of the packets: a reader that goes through the file once has them when it needs them.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>

namespace imsfw::scenario
{

/// What a capture file says of itself.
struct CaptureLabel
{
    std::string interface; ///< the link's name
    std::string keyLog;    ///< NSS key log lines; empty for none
};

/// @param path a pcap file (either byte order, micro- or nanoseconds)
/// @return the pcapng file's content, or what is wrong with @p path, beginning with its name
Result<Bytes, std::string> ToPcapng(const std::string& path, const CaptureLabel& label);

} // namespace imsfw::scenario
