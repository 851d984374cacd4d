// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cuts the handshake content of one direction's TLS records into messages: RFC 5246 7.4, RFC 8446 4.
///
/// A message may span records, and a record may hold several messages. Only hellos are held whole, up to HELLO_LIMIT,
/// and of a certificate message its first CERTIFICATE_LIMIT bytes; of all others nothing but the header is looked at.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>

namespace imsfw::classify
{

enum class HandshakeType : uint8_t
{
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11,
    SERVER_HELLO_DONE = 14,
};

class HandshakeReader
{
  public:
    static constexpr std::size_t HELLO_LIMIT = 32 * 1024;
    static constexpr std::size_t CERTIFICATE_LIMIT = 16 * 1024;
    static constexpr std::size_t HEADER = 4;

    /// A message, as soon as what is held of it is there.
    struct Message
    {
        HandshakeType type; ///< also values that have no name here
        std::size_t length; ///< as its header says
        ByteView body;      ///< what is held of it; valid until Release
        uint32_t records;   ///< that it was spread over so far

        bool
        IsHello() const
        {
            return type == HandshakeType::CLIENT_HELLO || type == HandshakeType::SERVER_HELLO;
        }
    };

    /// The content handed in next is that of another record.
    void BeginRecord();

    /// Take content off the front of @p content, up to the end of what is held of one message.
    /// @return that message, where it was reached.
    std::optional<Message> Take(ByteView& content);

    /// Let go of the message that Take returned, before the next Take.
    void Release();

    void Reset();

    std::size_t
    GetHeldBytes() const
    {
        return m_held.size();
    }

  private:
    bool TakeUpTo(std::size_t size, ByteView& content);

    Bytes m_held;                ///< header and kept part of the present message
    std::size_t m_skip{0};       ///< bytes of it still to be passed over
    std::size_t m_length{0};     ///< once the header is held
    std::size_t m_kept{0};       ///< bytes of its body that are wanted
    uint32_t m_records{0};       ///< that it was spread over so far
    bool m_countedRecord{false}; ///< the present record
};

} // namespace imsfw::classify
