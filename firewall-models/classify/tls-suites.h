// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The cipher suites that do not encrypt, and how long their message authentication codes are.
///
/// RFC 5246 A.5, RFC 4492 6, RFC 4785, RFC 5487, RFC 5489 (TLS 1.2 and before); RFC 9150 (TLS 1.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace imsfw::classify
{

/// @return the length in bytes of the code after each record's data under the NULL suite @p suite; nothing where
/// @p suite encrypts or is unknown.
std::optional<std::size_t> FindNullSuiteMac(uint16_t suite);

} // namespace imsfw::classify
