// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cuts a byte stream into MSRP messages (RFC 4975 7): each begins with "MSRP" and its transaction id, and ends with the
/// end-line that has the same id. Bodies have no length: they end where the end-line stands.
#pragma once

#include "base/bytes.h"

#include <optional>
#include <string>

namespace imsfw::msrp
{

class Framer
{
  public:
    enum class Error
    {
        NOT_MSRP, ///< a message does not begin with "MSRP", a transaction id and something more
        START_LINE_TOO_LONG,
        MESSAGE_TOO_LONG, ///< no end-line within the limit
    };

    /// @param limit bytes of a message with its body
    explicit Framer(std::size_t limit = 1 << 20);

    /// Any number of bytes, any split. Harmless after an error.
    void Add(ByteView bytes);

    /// @return the next whole message; nothing where more bytes are needed or GetError() says why none will come.
    std::optional<Bytes> Next();

    const std::optional<Error>&
    GetError() const
    {
        return m_error;
    }

    std::size_t
    GetBuffered() const
    {
        return m_buffer.size() - m_begin;
    }

  private:
    std::string_view Buffered() const;
    bool ReadStartLine();
    std::optional<std::size_t> FindEnd();
    void DropConsumed();

    std::size_t m_limit;
    Bytes m_buffer;
    std::size_t m_begin{0}; ///< of the message at hand
    std::string m_endLine;  ///< what ends it, up to the flag; empty before its start line is there
    std::size_t m_scanned{0}; ///< how far the end-line was sought, from m_begin
    std::optional<Error> m_error;
};

const char* ToString(Framer::Error error);

} // namespace imsfw::msrp
