// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reads a STUN message: strict, whole, without copying.
///
/// RFC 8489 5, 14. A message is refused when its length is not exactly that of the bytes, an attribute runs over the
/// end, or a FINGERPRINT is there and wrong; so are bytes that an earlier STUN (RFC 3489, without the magic cookie)
/// would have taken. Integrity is checked by HasValidIntegrity, since the key depends on what the message says.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "ims-turn-stun-constants.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw
{
namespace stun
{

/// RFC 8489 5: 96 bits that tell transactions apart.
class TransactionId
{
  public:
    static constexpr std::size_t SIZE = 12;

    TransactionId() = default;
    explicit TransactionId(const std::array<uint8_t, SIZE>& bytes);
    static TransactionId Draw(RandomSource& random);

    ByteView AsBytes() const;
    /// @return 24 hexadecimal digits.
    std::string ToString() const;

    friend bool operator==(const TransactionId& a, const TransactionId& b);
    friend bool operator!=(const TransactionId& a, const TransactionId& b);
    friend bool operator<(const TransactionId& a, const TransactionId& b);

  private:
    std::array<uint8_t, SIZE> m_bytes{};
};

/// RFC 8489 14.8.
struct ErrorCode
{
    uint16_t code{0}; ///< 300 to 699
    std::string_view reason;
};

/// Why bytes are no STUN message.
enum class MessageError
{
    TOO_SHORT,
    NOT_STUN, ///< the first two bits are not zero
    BAD_COOKIE,
    BAD_LENGTH,    ///< not a multiple of four, or not that of the bytes
    BAD_ATTRIBUTE, ///< one runs over the end
    BAD_FINGERPRINT,
};

/// @return "too-short", ... as in traces.
std::string_view ToString(MessageError error);

/// A view of a message: the bytes that it was parsed from must outlive it.
class Message
{
  public:
    static Result<Message, MessageError> Parse(ByteView bytes);

    Method
    GetMethod() const
    {
        return m_method;
    }

    MessageClass
    GetClass() const
    {
        return m_class;
    }

    const TransactionId&
    GetId() const
    {
        return m_id;
    }

    ByteView
    GetWhole() const
    {
        return m_whole;
    }

    /// @return the value of the first attribute of @p type, without padding. RFC 8489 14: later ones of the same type
    /// "MAY be ignored". Attributes behind MESSAGE-INTEGRITY are ignored as RFC 8489 14.5 wants it.
    std::optional<ByteView> Find(uint16_t type) const;
    bool Has(uint16_t type) const;
    /// @return how many attributes of @p type there are.
    std::size_t Count(uint16_t type) const;
    /// @return nothing where the attribute is absent or has another size.
    std::optional<uint32_t> GetU32(uint16_t type) const;
    std::optional<uint64_t> GetU64(uint16_t type) const;
    std::optional<std::string_view> GetText(uint16_t type) const;
    /// XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS. @return nothing where absent or malformed.
    std::optional<Endpoint> GetXorAddress(uint16_t type) const;
    /// MAPPED-ADDRESS or ALTERNATE-SERVER.
    std::optional<Endpoint> GetAddress(uint16_t type) const;
    /// @return every attribute of @p type that is an XOR address, in order (RFC 8656 10.1: several peers).
    std::vector<Endpoint> GetXorAddresses(uint16_t type) const;
    std::optional<ErrorCode> GetErrorCode() const;
    std::optional<uint16_t> GetChannelNumber() const;

    /// @return the comprehension-required types that nobody here knows (DONT-FRAGMENT among them: nothing here can set
    /// the DF bit), each once, in order.
    std::vector<uint16_t> FindUnknownRequired() const;

    /// @return where MESSAGE-INTEGRITY (its header) begins.
    std::optional<std::size_t>
    GetIntegrityOffset() const
    {
        return m_integrityOffset;
    }

    std::optional<std::size_t>
    GetIntegritySha256Offset() const
    {
        return m_integritySha256Offset;
    }

  private:
    struct Attribute
    {
        uint16_t type;
        ByteView value;
        std::size_t offset; ///< of its header
    };

    Message() = default;

    std::optional<MessageError> ReadHeader();
    std::optional<MessageError> ReadAttributes();
    std::optional<MessageError> AddAttribute(const Attribute& added, bool isLast);
    void Keep(const Attribute& added);
    bool IsAfterIntegrity(uint16_t type) const;
    const Attribute* FindAttribute(uint16_t type) const;

    ByteView m_whole;
    Method m_method{};
    MessageClass m_class{};
    TransactionId m_id;
    std::vector<Attribute> m_attributes; ///< those that count
    std::optional<std::size_t> m_integrityOffset;
    std::optional<std::size_t> m_integritySha256Offset;
};

} // namespace stun
} // namespace imsfw
