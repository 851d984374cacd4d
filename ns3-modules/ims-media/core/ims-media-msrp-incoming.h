// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One message on its way in: its chunks put together by their byte ranges, in any order (RFC 4975 7.3.1).
#pragma once

#include "ims-media-msrp-message.h"

#include <map>

namespace imsfw::msrp
{

class Incoming
{
  public:
    enum class Outcome
    {
        STORED,
        COMPLETE,
        ABORTED,   ///< the sender gave it up
        TOO_LONG,  ///< it goes, or will go, beyond the limit
        BAD_RANGE, ///< the range contradicts the body or earlier chunks
    };

    /// @param limit bytes of the whole message
    explicit Incoming(std::size_t limit);

    Outcome Add(const Message& chunk);

    /// @return all of it. @pre COMPLETE
    Bytes TakeBody();

    uint64_t
    GetReceived() const
    {
        return m_received;
    }

  private:
    bool NoteTotal(uint64_t total);
    void Cover(uint64_t begin, uint64_t end);

    std::size_t m_limit;
    Bytes m_body;
    std::map<uint64_t, uint64_t>
        m_covered; ///< begin and end of what is there; positions from 0; apart from each other
    std::optional<uint64_t> m_total;
    uint64_t m_received{0}; ///< bytes, repeated ones counted again
};

} // namespace imsfw::msrp
