// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-auth-params.h"

#include "base/text.h"

namespace imsfw::http
{

namespace
{

/// Walks over a header value; every step either takes what it names or moves nothing.
class Cursor
{
  public:
    explicit Cursor(std::string_view text) : m_rest(text)
    {
    }

    bool
    IsAtEnd() const
    {
        return m_rest.empty();
    }

    std::size_t
    Remaining() const
    {
        return m_rest.size();
    }

    void
    SkipSpace()
    {
        while (!m_rest.empty() && (m_rest.front() == ' ' || m_rest.front() == '\t' ||
                                   m_rest.front() == '\r' || m_rest.front() == '\n'))
        {
            m_rest.remove_prefix(1);
        }
    }

    bool
    Take(char expected)
    {
        if (m_rest.empty() || m_rest.front() != expected)
        {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }

    /// Empty elements of a list are allowed (RFC 9110 5.6.1.2).
    void
    SkipCommas()
    {
        SkipSpace();
        while (Take(','))
        {
            SkipSpace();
        }
    }

    std::string_view
    TakeToken()
    {
        std::size_t size = 0;
        while (size < m_rest.size() && IsTokenCharacter(m_rest[size]))
        {
            ++size;
        }
        const std::string_view token = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return token;
    }

    /// @return the text within the quotes with quoted pairs resolved; nothing where it does not end.
    std::optional<std::string>
    TakeQuoted()
    {
        if (!Take('"'))
        {
            return std::nullopt;
        }
        std::string text;
        while (!m_rest.empty())
        {
            char next = m_rest.front();
            m_rest.remove_prefix(1);
            if (next == '"')
            {
                return text;
            }
            if (next == '\\')
            {
                if (m_rest.empty())
                {
                    return std::nullopt;
                }
                next = m_rest.front();
                m_rest.remove_prefix(1);
            }
            const auto code = static_cast<unsigned char>(next);
            if ((code < 0x20 && next != '\t') || code == 0x7f)
            {
                return std::nullopt;
            }
            text += next;
        }
        return std::nullopt;
    }

  private:
    std::string_view m_rest;
};

using Param = std::pair<std::string, std::string>;

/// One `name = value`, with the optional space around "=" (RFC 9110 11.2, BWS).
std::optional<Param>
TakeParam(Cursor& cursor)
{
    const std::string name = ToLower(cursor.TakeToken());
    cursor.SkipSpace();
    if (name.empty() || !cursor.Take('='))
    {
        return std::nullopt;
    }
    cursor.SkipSpace();
    if (const std::string_view token = cursor.TakeToken(); !token.empty())
    {
        return Param{name, std::string(token)};
    }
    auto quoted = cursor.TakeQuoted();
    if (!quoted)
    {
        return std::nullopt;
    }
    return Param{name, std::move(*quoted)};
}

/// @return whether a scheme, and not a parameter, begins here: a token that no "=" follows.
bool
IsAtScheme(Cursor cursor)
{
    if (cursor.TakeToken().empty())
    {
        return false;
    }
    cursor.SkipSpace();
    return !cursor.Take('=');
}

/// Pass over one list element whatever it holds, minding that a quoted string may hold commas.
void
SkipElement(Cursor& cursor, std::string_view value)
{
    while (!cursor.IsAtEnd())
    {
        const char next = value[value.size() - cursor.Remaining()];
        if (next == ',')
        {
            return;
        }
        if (next == '"')
        {
            if (!cursor.TakeQuoted())
            {
                return;
            }
            continue;
        }
        cursor.Take(next);
    }
}

} // namespace

std::optional<AuthParams>
AuthParams::Parse(std::string_view header, std::string_view scheme)
{
    Cursor cursor(header);
    cursor.SkipSpace();
    if (!EqualsIgnoringCase(cursor.TakeToken(), scheme))
    {
        return std::nullopt;
    }
    const std::size_t before = cursor.Remaining();
    cursor.SkipCommas();
    if (!cursor.IsAtEnd() && cursor.Remaining() == before)
    {
        return std::nullopt; // something else than space follows the scheme
    }
    AuthParams params;
    while (!cursor.IsAtEnd())
    {
        auto param = TakeParam(cursor);
        cursor.SkipSpace();
        if (!param || params.Has(param->first) || (!cursor.IsAtEnd() && !cursor.Take(',')))
        {
            return std::nullopt;
        }
        params.m_params.push_back(std::move(*param));
        cursor.SkipCommas();
    }
    return params;
}

std::string
AuthParams::Get(std::string_view name) const
{
    for (const auto& [known, value] : m_params)
    {
        if (EqualsIgnoringCase(known, name))
        {
            return value;
        }
    }
    return "";
}

bool
AuthParams::Has(std::string_view name) const
{
    for (const auto& param : m_params)
    {
        if (EqualsIgnoringCase(param.first, name))
        {
            return true;
        }
    }
    return false;
}

std::vector<std::string>
SplitChallenges(std::string_view value)
{
    std::vector<std::string> challenges;
    Cursor cursor(value);
    cursor.SkipCommas();
    while (!cursor.IsAtEnd())
    {
        const bool isNew = IsAtScheme(cursor) || challenges.empty();
        const std::size_t begin = value.size() - cursor.Remaining();
        const std::size_t before = cursor.Remaining();
        SkipElement(cursor, value);
        const std::size_t end = value.size() - cursor.Remaining();
        const std::string element(Trim(value.substr(begin, end - begin)));
        if (isNew)
        {
            challenges.push_back(element);
        }
        else
        {
            challenges.back() += ", " + element;
        }
        cursor.SkipCommas();
        if (cursor.Remaining() == before)
        {
            break; // cannot happen; a loop over input must end by itself all the same
        }
    }
    return challenges;
}

std::string
Quote(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text)
    {
        if (c == '"' || c == '\\')
        {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + '"';
}

bool
IsTokenCharacter(char character)
{
    const bool isAlphanumeric = (character >= '0' && character <= '9') ||
                                (character >= 'a' && character <= 'z') ||
                                (character >= 'A' && character <= 'Z');
    return isAlphanumeric ||
           (character != '\0' &&
            std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos);
}

} // namespace imsfw::http
