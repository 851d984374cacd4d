// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A regular expression over bytes, in RE2's syntax (https://github.com/google/re2/wiki/Syntax).
///
/// RE2 runs in time linear in the text and within bounded memory, so no traffic can make a rule slow. Bytes stand for
/// themselves (Latin-1): `\xff` is one byte, and `.` is any byte.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <memory>
#include <string>

namespace re2
{
class RE2;
} // namespace re2

namespace imsfw::engine
{

class ByteRegex
{
  public:
    /// An expression that is not asked for: finds nothing.
    ByteRegex() = default;

    /// @return what is wrong with @p pattern where it is no regular expression, or one too large.
    static Result<ByteRegex, std::string> Parse(const std::string& pattern);

    /// @return whether the expression matches anywhere in @p text.
    bool Finds(ByteView text) const;

    bool
    IsAsked() const
    {
        return m_regex != nullptr;
    }

    const std::string& Text() const;

  private:
    std::shared_ptr<const re2::RE2> m_regex; ///< copies of a policy share what is compiled
};

} // namespace imsfw::engine
