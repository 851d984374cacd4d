// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the core's own sources share to hold libosip2's C structures safely. Not for users of the core.
///
/// osip keeps one table of header parsers, filled by parser_init() and only read after that; OsipReady() fills it once.
/// Nothing else in the parser has state, draws random numbers or reads a clock, so parsing is repeatable.
#pragma once

#include <memory>
#include <string>

#include <osipparser2/osip_port.h>

#include <osipparser2/osip_parser.h>

namespace imsfw::sip
{

/// Fill osip's parser table, once for the process and safely from any thread.
void OsipReady();

template <typename T, void (*FREE)(T*)>
struct OsipFree
{
    void
    operator()(T* item) const
    {
        FREE(item);
    }
};

template <typename T, void (*FREE)(T*)>
using OsipOwned = std::unique_ptr<T, OsipFree<T, FREE>>;

/// @return the C string, or empty for a null pointer.
inline std::string
OsipText(const char* text)
{
    return text != nullptr ? std::string(text) : std::string();
}

} // namespace imsfw::sip
