// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One message on its way out, chunk by chunk (RFC 4975 5.1, 7.1.1).
#pragma once

#include "base/random.h"
#include "ims-media-msrp-message.h"

#include <string>

namespace imsfw::msrp
{

/// What the user wants to send.
struct Content
{
    std::string contentType; ///< empty for a SEND without a body
    Bytes body;
    bool successReport{false};
    FailureReport failureReport{FailureReport::YES};
};

class Outgoing
{
  public:
    Outgoing(std::string messageId, Content content);

    const std::string&
    GetMessageId() const
    {
        return m_messageId;
    }

    const Content&
    GetContent() const
    {
        return m_content;
    }

    /// @return the next chunk without its paths, with a transaction id drawn from @p random that its body does not have in
    /// it. @pre !IsDone()
    Message NextChunk(std::size_t largestBody, RandomSource& random);

    /// Give the rest up: one more chunk without content says so (flag "#"), if any was sent.
    void Abort();

    bool
    IsDone() const
    {
        return m_isDone;
    }

  private:
    std::string DrawTransactionId(ByteView body, RandomSource& random) const;

    std::string m_messageId;
    Content m_content;
    std::size_t m_sent{0};
    bool m_isAborted{false};
    bool m_isDone{false};
};

} // namespace imsfw::msrp
