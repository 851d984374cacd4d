// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-outgoing.h"

#include <algorithm>

namespace imsfw::msrp
{

namespace
{

constexpr std::size_t ID_LENGTH = 12;

} // namespace

Outgoing::Outgoing(std::string messageId, Content content)
    : m_messageId(std::move(messageId)), m_content(std::move(content))
{
}

Message
Outgoing::NextChunk(std::size_t largestBody, RandomSource& random)
{
    const std::size_t total = m_content.body.size();
    const std::size_t size = m_isAborted ? 0 : std::min(largestBody, total - m_sent);
    Message chunk;
    chunk.method = "SEND";
    chunk.messageId = m_messageId;
    chunk.successReport = m_content.successReport;
    chunk.failureReport = m_content.failureReport;
    chunk.contentType = m_content.contentType;
    chunk.body = ByteView(m_content.body).Sub(m_sent, size).ToBytes();
    if (!chunk.contentType.empty())
    {
        chunk.byteRange = ByteRange{m_sent + 1, m_sent + size, total};
    }
    chunk.transactionId = DrawTransactionId(chunk.body, random);
    m_sent += size;
    m_isDone = m_isAborted || m_sent == total;
    chunk.flag = m_isAborted ? Flag::ABORTED : m_isDone ? Flag::LAST : Flag::MORE;
    return chunk;
}

std::string
Outgoing::DrawTransactionId(ByteView body, RandomSource& random) const
{
    // RFC 4975 7.1: the sender "MUST ... ensure that the end-line does not appear" within the body.
    while (true)
    {
        std::string id = random.Token(ID_LENGTH);
        if (body.AsText().find("-------" + id) == std::string_view::npos)
        {
            return id;
        }
    }
}

void
Outgoing::Abort()
{
    m_isAborted = true;
    m_isDone = m_isDone || m_sent == 0;
}

} // namespace imsfw::msrp
