// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names what one direction of a TLS connection carries, as far as it can be seen from outside (RFC 5246 7.4, RFC 8446 5.1).
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @return "ClientHello", "Finished", "handshake 99": RFC 5246 7.4, RFC 6347 4.3.2.
std::string HandshakeName(uint8_t type);

class TlsNames
{
  public:
    /// Any number of the stream's bytes, split anywhere.
    /// @return the handshake messages and records that begin in them: "ClientHello", "ChangeCipherSpec", "encrypted
    /// handshake", "alert", "application data"
    std::vector<std::string> Push(ByteView bytes);

  private:
    void BeginRecord(std::vector<std::string>& names);
    std::size_t TakeContent(ByteView bytes, std::vector<std::string>& names);
    void TakeHandshake(ByteView bytes, std::vector<std::string>& names);

    Bytes m_header;
    uint8_t m_type{0};
    std::size_t m_content{0};  ///< of the present record: still to come
    Bytes m_message;           ///< the part of a handshake message's header that came
    std::size_t m_body{0};     ///< of the present handshake message: still to come
    bool m_isEncrypted{false}; ///< ChangeCipherSpec went by
};

} // namespace imsfw::scenario
