// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Takes DER elements off a view, front to back: X.690 8.1 with definite lengths of up to three bytes.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>

namespace imsfw::classify
{

enum DerTag : uint8_t
{
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_OCTETS = 0x04,
    DER_BOOLEAN = 0x01,
    DER_CONTEXT_0 = 0xA0, ///< [0], constructed
    DER_CONTEXT_3 = 0xA3,
    DER_CONTEXT_2_PLAIN = 0x82, ///< [2], primitive
};

struct DerElement
{
    uint8_t tag;
    ByteView content;
};

class DerReader
{
  public:
    explicit DerReader(ByteView bytes) : m_reader(bytes)
    {
    }

    /// @return the next element; nothing at the end and where the bytes are not DER.
    std::optional<DerElement> Next();
    /// @return the content of the next element, which must have tag @p tag.
    std::optional<ByteView> Take(uint8_t tag);
    /// Pass over the next element where it has tag @p tag.
    void Skip(uint8_t tag);

    bool
    IsAtEnd() const
    {
        return m_reader.IsAtEnd();
    }

  private:
    ByteReader m_reader;
};

} // namespace imsfw::classify
