// SPDX-License-Identifier: GPL-2.0-only
#include "classify/der-reader.h"

namespace imsfw::classify
{

std::optional<DerElement>
DerReader::Next()
{
    ByteReader reader = m_reader;
    const auto tag = reader.U8();
    const auto first = reader.U8();
    if (!tag || !first)
    {
        return std::nullopt;
    }
    // X.690 8.1.3.4 and 8.1.3.5: a short length, or the number of bytes that hold a long one.
    constexpr uint8_t LONG_FORM = 0x80;
    constexpr unsigned MOST_BYTES = 3;
    std::size_t length = *first;
    if ((*first & LONG_FORM) != 0)
    {
        const unsigned width = *first & ~LONG_FORM;
        if (width == 0 || width > MOST_BYTES)
        {
            return std::nullopt;
        }
        length = 0;
        for (unsigned i = 0; i < width; ++i)
        {
            length = length << 8 | reader.U8().value_or(0);
        }
    }
    const auto content = reader.Take(length);
    if (!content)
    {
        return std::nullopt;
    }
    m_reader = reader;
    return DerElement{*tag, *content};
}

std::optional<ByteView>
DerReader::Take(uint8_t tag)
{
    const auto element = Next();
    return element && element->tag == tag ? std::optional(element->content) : std::nullopt;
}

void
DerReader::Skip(uint8_t tag)
{
    const ByteView rest = m_reader.Rest();
    if (!rest.IsEmpty() && rest[0] == tag)
    {
        Next();
    }
}

} // namespace imsfw::classify
