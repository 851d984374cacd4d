// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A BIO that hands on what is written to it, first byte first. Internal to this module's core.
///
/// OpenSSL's memory BIO does the same and keeps the memory of its longest flight for as long as it lives: 2.4 kB for each
/// direction of a connection with a certificate, most of what an idle connection would hold besides SSL itself.
#pragma once

#include <openssl/types.h>

namespace imsfw::tls
{

/// @return a BIO for one thread; empty, it asks the reader to come again. Whoever gets it frees it.
BIO* MakeBytePipe();

} // namespace imsfw::tls
