// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Bytes and the one way to take them apart.
///
/// Every parser of the project reads through ByteReader: it is bounded, big-endian (network order), never throws and
/// has no pointer arithmetic to get wrong. A read past the end returns nothing and moves nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw
{

using Bytes = std::vector<uint8_t>;

/// A read-only window on bytes that somebody else owns; as cheap to copy as a pointer.
class ByteView
{
  public:
    constexpr ByteView() = default;

    constexpr ByteView(const uint8_t* data, std::size_t size) : m_data(data), m_size(size)
    {
    }

    ByteView(const Bytes& bytes) : m_data(bytes.data()), m_size(bytes.size())
    {
    }

    explicit ByteView(std::string_view text)
        : m_data(reinterpret_cast<const uint8_t*>(text.data())), m_size(text.size())
    {
    }

    constexpr const uint8_t*
    Data() const
    {
        return m_data;
    }

    constexpr std::size_t
    Size() const
    {
        return m_size;
    }

    constexpr bool
    IsEmpty() const
    {
        return m_size == 0;
    }

    constexpr const uint8_t*
    begin() const
    {
        return m_data;
    }

    constexpr const uint8_t*
    end() const
    {
        return m_data + m_size;
    }

    /// @pre index < Size()
    constexpr uint8_t
    operator[](std::size_t index) const
    {
        return m_data[index];
    }

    /// @return the bytes from @p offset, at most @p count of them; empty where the view ends before @p offset.
    constexpr ByteView
    Sub(std::size_t offset, std::size_t count = SIZE_MAX) const
    {
        if (offset >= m_size)
        {
            return {};
        }
        const std::size_t rest = m_size - offset;
        return {m_data + offset, count < rest ? count : rest};
    }

    /// @return the same bytes as text; they still belong to the owner of this view.
    std::string_view
    AsText() const
    {
        return {reinterpret_cast<const char*>(m_data), m_size};
    }

    Bytes
    ToBytes() const
    {
        return Bytes(begin(), end());
    }

    bool StartsWith(ByteView prefix) const;

    friend bool operator==(ByteView a, ByteView b);

    friend bool
    operator!=(ByteView a, ByteView b)
    {
        return !(a == b);
    }

  private:
    const uint8_t* m_data{nullptr};
    std::size_t m_size{0};
};

/// Takes a view apart from front to back.
class ByteReader
{
  public:
    explicit ByteReader(ByteView bytes) : m_rest(bytes)
    {
    }

    std::optional<uint8_t> U8();
    std::optional<uint16_t> U16();
    std::optional<uint32_t> U24();
    std::optional<uint32_t> U32();
    std::optional<uint64_t> U64();

    /// @return the next @p count bytes, or nothing (and no move) where fewer are left.
    std::optional<ByteView> Take(std::size_t count);

    /// Take the block whose length stands before it in 1, 2 or 3 bytes, as TLS writes its vectors.
    std::optional<ByteView> TakePrefixed8();
    std::optional<ByteView> TakePrefixed16();
    std::optional<ByteView> TakePrefixed24();

    ByteView
    Rest() const
    {
        return m_rest;
    }

    std::size_t
    Remaining() const
    {
        return m_rest.Size();
    }

    /// A strict parser ends with this check: nothing may follow what it understood.
    bool
    IsAtEnd() const
    {
        return m_rest.IsEmpty();
    }

  private:
    std::optional<uint64_t> Integer(std::size_t width);

    ByteView m_rest;
};

/// Puts bytes together, in network order.
class ByteWriter
{
  public:
    void U8(uint8_t value);
    void U16(uint16_t value);
    void U24(uint32_t value);
    void U32(uint32_t value);
    void U64(uint64_t value);
    void Put(ByteView bytes);
    void Zeros(std::size_t count);

    /// Write @p value over the two bytes at @p offset, for lengths known only afterwards.
    /// @pre offset + 2 <= Size()
    void PatchU16(std::size_t offset, uint16_t value);

    std::size_t
    Size() const
    {
        return m_bytes.size();
    }

    const Bytes&
    Written() const
    {
        return m_bytes;
    }

    /// @return all that was written; the writer is empty afterwards.
    Bytes Finish();

  private:
    Bytes m_bytes;
};

void Append(Bytes& target, ByteView more);

} // namespace imsfw
