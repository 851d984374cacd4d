// SPDX-License-Identifier: GPL-2.0-only
#include "classify/text-probe.h"

#include "base/text.h"
#include "classify/text-classes.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace imsfw::classify
{

namespace
{

constexpr std::size_t LONGEST_METHOD = 32;
constexpr std::size_t LONGEST_SCHEME = 16;
constexpr std::string_view SIP_VERSION = "SIP/2.0";

/// A line, or as much of it as is there.
struct Line
{
    std::string_view text; ///< without CR and LF
    bool isWhole;
};

/// @return nothing where the line is longer than the limit.
std::optional<Line>
CutLine(ByteView bytes)
{
    const auto text = bytes.Sub(0, START_LINE_LIMIT).AsText();
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
    {
        return bytes.Size() >= START_LINE_LIMIT ? std::nullopt : std::optional(Line{text, false});
    }
    const bool hasReturn = end > 0 && text[end - 1] == '\r';
    return Line{text.substr(0, hasReturn ? end - 1 : end), true};
}

/// What stands before the first space, and what stands behind it where there is one.
struct Cut
{
    std::string_view word;
    std::optional<std::string_view> rest;
};

Cut
CutWord(std::string_view text)
{
    const auto space = text.find(' ');
    if (space == std::string_view::npos)
    {
        return {text, std::nullopt};
    }
    return {text.substr(0, space), text.substr(space + 1)};
}

/// @return whether @p text, cut short perhaps, can still become @p whole.
bool
IsPrefixOf(std::string_view text, std::string_view whole)
{
    return text.size() <= whole.size() && EqualsIgnoringCase(text, whole.substr(0, text.size()));
}

/// RFC 3261 25.1: absoluteURI and SIP-URI both begin with scheme ":", scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
Answer
ProbeUri(std::string_view uri, bool isWhole)
{
    const auto colon = uri.find(':');
    const auto scheme = uri.substr(0, colon);
    const auto isSchemeByte = [](uint8_t byte)
    { return IsAlphaByte(byte) || IsDigitByte(byte) || byte == '+' || byte == '-' || byte == '.'; };
    const bool isScheme = scheme.size() <= LONGEST_SCHEME && IsAll(scheme, isSchemeByte) &&
                          IsAlphaByte(static_cast<uint8_t>(scheme[0]));
    const bool isEmptyYet = uri.empty() && !isWhole;
    const auto after = colon == std::string_view::npos ? "" : uri.substr(colon + 1);
    const bool fits = isEmptyYet || (isScheme && (after.empty() || IsAll(after, IsVisibleByte)));
    if (!fits)
    {
        return Answer::NO;
    }
    if (!isWhole)
    {
        return Answer::UNDECIDED;
    }
    return after.empty() ? Answer::NO : Answer::YES;
}

/// RFC 3261 7.1: Request-Line = Method SP Request-URI SP SIP-Version CRLF
Answer
ProbeRequest(const Line& line)
{
    const auto [method, afterMethod] = CutWord(line.text);
    const bool isMethod = method.size() <= LONGEST_METHOD && IsAll(method, IsTokenByte);
    if (!isMethod && !(line.text.empty() && !line.isWhole))
    {
        return Answer::NO;
    }
    if (!afterMethod)
    {
        return line.isWhole ? Answer::NO : Answer::UNDECIDED;
    }
    const auto [uri, afterUri] = CutWord(*afterMethod);
    const auto uriAnswer = ProbeUri(uri, afterUri.has_value() || line.isWhole);
    if (uriAnswer == Answer::NO || !afterUri)
    {
        return line.isWhole ? Answer::NO : uriAnswer;
    }
    // RFC 3261 7.1: "The SIP-Version string is case-insensitive"
    if (line.isWhole)
    {
        return EqualsIgnoringCase(*afterUri, SIP_VERSION) ? Answer::YES : Answer::NO;
    }
    const auto version = afterUri->substr(0, afterUri->find('\r'));
    return IsPrefixOf(version, SIP_VERSION) ? Answer::UNDECIDED : Answer::NO;
}

/// @return whether @p text is a status code, or can become one.
Answer
ProbeCode(std::string_view text, bool isWhole)
{
    const bool isCode = text.size() <= 3 && (text.empty() || IsAll(text, IsDigitByte));
    const bool isInRange = text.empty() || (text[0] >= '1' && text[0] <= '6');
    if (!isCode || !isInRange || (isWhole && text.size() != 3))
    {
        return Answer::NO;
    }
    return isWhole ? Answer::YES : Answer::UNDECIDED;
}

/// RFC 3261 7.2: Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF
Answer
ProbeStatus(const Line& line)
{
    const auto [version, afterVersion] = CutWord(line.text);
    if (!afterVersion)
    {
        const bool fits = !line.isWhole && IsPrefixOf(version, SIP_VERSION);
        return fits ? Answer::UNDECIDED : Answer::NO;
    }
    if (!EqualsIgnoringCase(version, SIP_VERSION))
    {
        return Answer::NO;
    }
    const auto [code, reason] = CutWord(*afterVersion);
    const auto answer = ProbeCode(code, reason.has_value() || line.isWhole);
    if (answer == Answer::NO || !reason)
    {
        return line.isWhole ? Answer::NO : answer;
    }
    return line.isWhole ? Answer::YES : Answer::UNDECIDED;
}

Answer
Either(Answer a, Answer b)
{
    if (a == Answer::YES || b == Answer::YES)
    {
        return Answer::YES;
    }
    return a == Answer::UNDECIDED || b == Answer::UNDECIDED ? Answer::UNDECIDED : Answer::NO;
}

} // namespace

Answer
ProbeSip(ByteView bytes)
{
    const auto line = CutLine(bytes);
    return line ? Either(ProbeRequest(*line), ProbeStatus(*line)) : Answer::NO;
}

namespace
{

/// RFC 4975 9: ident = ALPHANUM 3*31ident-char
bool
IsIdent(std::string_view text, bool isWhole)
{
    const auto isIdentByte = [](uint8_t byte)
    {
        return IsAlphaByte(byte) || IsDigitByte(byte) || byte == '.' || byte == '-' ||
               byte == '+' || byte == '%' || byte == '=';
    };
    const auto isFirst = [](uint8_t byte) { return IsAlphaByte(byte) || IsDigitByte(byte); };
    if (text.empty())
    {
        return !isWhole;
    }
    const bool fits =
        text.size() <= 32 && isFirst(static_cast<uint8_t>(text[0])) && IsAll(text, isIdentByte);
    return fits && (!isWhole || text.size() >= 4);
}

/// RFC 4975 9: method = 1*UPALPHA
bool
IsMsrpMethod(std::string_view text)
{
    return text.size() <= LONGEST_METHOD &&
           IsAll(text, [](uint8_t byte) { return byte >= 'A' && byte <= 'Z'; });
}

/// RFC 4975 9: the method, or the status code with an optional comment
Answer
ProbeMsrpEnd(std::string_view text, bool isWhole)
{
    const auto [word, comment] = CutWord(text);
    const auto code = ProbeCode(word, comment.has_value() || isWhole);
    if (comment)
    {
        return code == Answer::YES && isWhole
                   ? Answer::YES
                   : (code == Answer::NO ? Answer::NO : Answer::UNDECIDED);
    }
    if (isWhole)
    {
        return code == Answer::YES || IsMsrpMethod(word) ? Answer::YES : Answer::NO;
    }
    const auto uncut = word.substr(0, word.find('\r'));
    const bool fits = uncut.empty() || code != Answer::NO || IsMsrpMethod(uncut) ||
                      ProbeCode(uncut, true) == Answer::YES;
    return fits ? Answer::UNDECIDED : Answer::NO;
}

} // namespace

Answer
ProbeMsrp(ByteView bytes)
{
    constexpr std::string_view MSRP = "MSRP";
    const auto line = CutLine(bytes);
    if (!line)
    {
        return Answer::NO;
    }
    const auto [protocol, afterProtocol] = CutWord(line->text);
    if (!afterProtocol)
    {
        const bool fits = !line->isWhole && MSRP.substr(0, protocol.size()) == protocol;
        return fits ? Answer::UNDECIDED : Answer::NO;
    }
    const auto [ident, afterIdent] = CutWord(*afterProtocol);
    if (protocol != MSRP || !IsIdent(ident, afterIdent.has_value()))
    {
        return Answer::NO;
    }
    if (!afterIdent)
    {
        return line->isWhole ? Answer::NO : Answer::UNDECIDED;
    }
    return ProbeMsrpEnd(*afterIdent, line->isWhole);
}

} // namespace imsfw::classify
