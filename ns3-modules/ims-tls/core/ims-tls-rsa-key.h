// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RSA keys for the simulated CAs and servers. Internal to this module's core.
///
/// OpenSSL's own generator (SP 800-56B: primes around auxiliary primes, in constant time) takes 200 ms for a key of 2048
/// bits, three of which were most of a short run. Nobody is to be kept from these keys, so plain primes do.
#pragma once

#include "ims-tls-openssl.h"

namespace imsfw::tls
{

/// @return a key of @p bits with the public exponent 65537, from two primes that the RandomScope decides; nothing where
/// OpenSSL has no memory.
PkeyPtr MakeRsaKey(int bits);

} // namespace imsfw::tls
