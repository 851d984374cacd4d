// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/byte-regex.h"

#include <re2/re2.h>

namespace imsfw::engine
{

Result<ByteRegex, std::string>
ByteRegex::Parse(const std::string& pattern)
{
    constexpr int64_t MOST_MEMORY = 1 << 20;
    re2::RE2::Options options(re2::RE2::Latin1);
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_max_mem(MOST_MEMORY);
    auto regex = std::make_shared<re2::RE2>(pattern, options);
    if (!regex->ok())
    {
        return Failure{regex->error()};
    }
    ByteRegex result;
    result.m_regex = std::move(regex);
    return result;
}

bool
ByteRegex::Finds(ByteView text) const
{
    const auto* bytes = reinterpret_cast<const char*>(text.Data());
    return IsAsked() && re2::RE2::PartialMatch(re2::StringPiece(bytes, text.Size()), *m_regex);
}

const std::string&
ByteRegex::Text() const
{
    static const std::string NONE;
    return m_regex ? m_regex->pattern() : NONE;
}

} // namespace imsfw::engine
