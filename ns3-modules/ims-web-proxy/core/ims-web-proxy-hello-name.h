// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The server name that the beginning of a TLS connection asks for (RFC 8446 5.1, 4.1.2; RFC 6066 3).
///
/// For whoever must choose a certificate before a TLS session can be made. Left out: everything but the name.
#pragma once

#include "base/bytes.h"

#include <string>

namespace imsfw::http
{

struct HelloName
{
    enum class State
    {
        NEED_MORE, ///< what is there may become a ClientHello
        NOT_TLS,   ///< it cannot, or it is malformed
        COMPLETE,
    };

    State state{State::NEED_MORE};
    std::string name; ///< COMPLETE only; empty where the client names none
};

/// @param stream what the client has sent so far, from its first byte on
HelloName FindHelloName(ByteView stream);

} // namespace imsfw::http
