// SPDX-License-Identifier: GPL-2.0-only
#include "base/bytes.h"

#include <algorithm>
#include <utility>

namespace imsfw
{

bool
ByteView::StartsWith(ByteView prefix) const
{
    return Size() >= prefix.Size() && Sub(0, prefix.Size()) == prefix;
}

bool
operator==(ByteView a, ByteView b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::optional<uint64_t>
ByteReader::Integer(std::size_t width)
{
    const auto bytes = Take(width);
    if (!bytes)
    {
        return std::nullopt;
    }
    uint64_t value = 0;
    for (const uint8_t byte : *bytes)
    {
        value = value << 8 | byte;
    }
    return value;
}

std::optional<uint8_t>
ByteReader::U8()
{
    return Integer(1);
}

std::optional<uint16_t>
ByteReader::U16()
{
    return Integer(2);
}

std::optional<uint32_t>
ByteReader::U24()
{
    return Integer(3);
}

std::optional<uint32_t>
ByteReader::U32()
{
    return Integer(4);
}

std::optional<uint64_t>
ByteReader::U64()
{
    return Integer(8);
}

std::optional<ByteView>
ByteReader::Take(std::size_t count)
{
    if (count > m_rest.Size())
    {
        return std::nullopt;
    }
    const ByteView taken = m_rest.Sub(0, count);
    m_rest = m_rest.Sub(count);
    return taken;
}

namespace
{

/// Read a length with @p readLength and then that many bytes; a length that lies moves nothing.
template <typename ReadLength>
std::optional<ByteView>
TakePrefixed(ByteReader& reader, ReadLength readLength)
{
    ByteReader trial = reader;
    const auto length = (trial.*readLength)();
    if (!length)
    {
        return std::nullopt;
    }
    const auto block = trial.Take(*length);
    if (block)
    {
        reader = trial;
    }
    return block;
}

} // namespace

std::optional<ByteView>
ByteReader::TakePrefixed8()
{
    return TakePrefixed(*this, &ByteReader::U8);
}

std::optional<ByteView>
ByteReader::TakePrefixed16()
{
    return TakePrefixed(*this, &ByteReader::U16);
}

std::optional<ByteView>
ByteReader::TakePrefixed24()
{
    return TakePrefixed(*this, &ByteReader::U24);
}

void
ByteWriter::U8(uint8_t value)
{
    m_bytes.push_back(value);
}

void
ByteWriter::U16(uint16_t value)
{
    U8(value >> 8);
    U8(value & 0xff);
}

void
ByteWriter::U24(uint32_t value)
{
    U8(value >> 16 & 0xff);
    U16(value & 0xffff);
}

void
ByteWriter::U32(uint32_t value)
{
    U16(value >> 16);
    U16(value & 0xffff);
}

void
ByteWriter::U64(uint64_t value)
{
    U32(value >> 32);
    U32(value & 0xffffffff);
}

void
ByteWriter::Put(ByteView bytes)
{
    Append(m_bytes, bytes);
}

void
ByteWriter::Zeros(std::size_t count)
{
    m_bytes.insert(m_bytes.end(), count, 0);
}

void
ByteWriter::PatchU16(std::size_t offset, uint16_t value)
{
    m_bytes[offset] = value >> 8;
    m_bytes[offset + 1] = value & 0xff;
}

Bytes
ByteWriter::Finish()
{
    return std::exchange(m_bytes, {});
}

void
Append(Bytes& target, ByteView more)
{
    target.insert(target.end(), more.begin(), more.end());
}

} // namespace imsfw
