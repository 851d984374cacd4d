// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which commit this program was built from; written by the build (cmake/write-commit.cmake).
#pragma once

namespace imsfw::scenario
{

/// Abbreviated to 12 digits, with "-dirty" where the tree was changed; "unknown" outside a git checkout.
extern const char* const COMMIT;

} // namespace imsfw::scenario
