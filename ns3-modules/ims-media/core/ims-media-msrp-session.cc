// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The sending half of a session, and what both halves share.
#include "ims-media-msrp-session.h"

#include "ims-media-msrp-codes.h"

#include <algorithm>

namespace imsfw::msrp
{

namespace
{

// RFC 4975 7.1.1: chunks above 2048 octets must be interruptible; these are not.
constexpr std::size_t LARGEST_CHUNK = 2048;
constexpr std::size_t ID_LENGTH = 12;

} // namespace

Session::Session(const SessionOptions& options, RandomSource& random)
    : m_options(options), m_random(random)
{
    m_options.chunkSize = std::clamp<std::size_t>(m_options.chunkSize, 1, LARGEST_CHUNK);
}

void
Session::Start(TimePoint now)
{
    m_now = now;
    m_isStarted = true;
    // 7.1: the endpoint that opened the connection "MUST immediately send a SEND request", with no body if need be.
    if (m_options.isActive && m_outgoing.empty())
    {
        QueueEmpty();
    }
}

void
Session::QueueEmpty()
{
    m_bindingId = m_random.Token(ID_LENGTH);
    Queue({}, m_bindingId);
}

void
Session::NoteSent()
{
    if (m_options.keepAlive > Duration::zero())
    {
        m_keepAliveAt = m_now + m_options.keepAlive;
    }
}

std::string
Session::Send(TimePoint now, Content content)
{
    m_now = now;
    const std::string messageId = m_random.Token(ID_LENGTH);
    if (m_isOver)
    {
        Emit(SessionEvent::Type::FAILURE, messageId, 0, "session-over");
        return messageId;
    }
    Queue(std::move(content), messageId);
    return messageId;
}

void
Session::Queue(Content content, const std::string& messageId)
{
    m_pending[messageId].failureReport = content.failureReport;
    if (content.successReport)
    {
        m_reportsWanted[messageId] = true;
    }
    m_outgoing.emplace_back(messageId, std::move(content));
}

void
Session::Abort(TimePoint now, const std::string& messageId)
{
    m_now = now;
    for (auto outgoing = m_outgoing.begin(); outgoing != m_outgoing.end(); ++outgoing)
    {
        if (outgoing->GetMessageId() == messageId)
        {
            outgoing->Abort();
            m_reportsWanted.erase(messageId);
            if (outgoing->IsDone())
            {
                m_outgoing.erase(outgoing);
                m_pending.erase(messageId);
            }
            return;
        }
    }
}

std::optional<Bytes>
Session::PollTransmit()
{
    if (!m_control.empty())
    {
        Bytes bytes = std::move(m_control.front());
        m_control.pop_front();
        NoteSent();
        return bytes;
    }
    // The passive side says nothing before the active one has shown who it is.
    const bool maySend = m_isStarted && !m_isOver && (m_options.isActive || m_isBound);
    // What is written ahead of the responses waits in buffers on the way, in relays too: on a slow link for longer than
    // the failure timer runs.
    const bool isFull = m_options.mostUnanswered > 0 && m_unanswered >= m_options.mostUnanswered;
    if (!maySend || m_outgoing.empty() || isFull)
    {
        return std::nullopt;
    }
    return MakeChunk();
}

Bytes
Session::MakeChunk()
{
    Outgoing outgoing = std::move(m_outgoing.front());
    m_outgoing.pop_front();
    Message chunk = outgoing.NextChunk(m_options.chunkSize, m_random);
    chunk.toPath = {m_options.remote};
    chunk.fromPath = {m_options.local};
    NoteChunk(chunk, outgoing);
    if (!outgoing.IsDone())
    {
        m_outgoing.push_back(std::move(outgoing)); // the others' turn (5.1)
    }
    NoteSent();
    return WriteMessage(chunk);
}

void
Session::NoteChunk(const Message& chunk, const Outgoing& outgoing)
{
    ++m_statistics.chunksSent;
    m_statistics.bodyBytesSent += chunk.body.size();
    const auto pending = m_pending.find(chunk.messageId);
    if (pending == m_pending.end())
    {
        return; // it has failed; this chunk only says that the rest will not come
    }
    pending->second.isSent = outgoing.IsDone();
    if (chunk.failureReport == FailureReport::NO || chunk.flag == Flag::ABORTED)
    {
        if (outgoing.IsDone())
        {
            m_pending.erase(pending);
        }
        return;
    }
    ++pending->second.unanswered;
    // 7.1.2: with "partial" only failures are answered.
    const std::size_t size = chunk.failureReport == FailureReport::YES ? chunk.body.size() : 0;
    m_transactions[chunk.transactionId] = {chunk.messageId, m_now + m_options.failureTimer, size};
    m_unanswered += size;
}

Session::Transactions::iterator
Session::EndTransaction(Transactions::iterator transaction)
{
    m_unanswered -= transaction->second.size;
    return m_transactions.erase(transaction);
}

void
Session::HandleWritable(TimePoint now)
{
    m_now = now;
}

void
Session::HandleTimeout(TimePoint now)
{
    m_now = now;
    for (auto transaction = m_transactions.begin(); transaction != m_transactions.end();)
    {
        if (transaction->second.deadline > now)
        {
            ++transaction;
            continue;
        }
        const std::string messageId = transaction->second.messageId;
        transaction = EndTransaction(transaction);
        const auto pending = m_pending.find(messageId);
        if (pending == m_pending.end())
        {
            continue;
        }
        // 7.1.1: silence is a failure where the report is "yes"; with "partial" it is consent.
        if (pending->second.failureReport == FailureReport::PARTIAL)
        {
            NoteAnswered(messageId);
            continue;
        }
        FailMessage(messageId, CODE_TIMEOUT, "no-response");
        transaction = m_transactions.begin(); // those of the message are gone
    }
    if (m_keepAliveAt && *m_keepAliveAt <= now && !m_isOver)
    {
        NoteSent();
        if (m_pending.count(m_bindingId) == 0)
        {
            QueueEmpty(); // one that is not answered ends the session, as the first would
        }
    }
}

std::optional<TimePoint>
Session::NextTimeout() const
{
    std::optional<TimePoint> next = m_isOver ? std::nullopt : m_keepAliveAt;
    for (const auto& [id, transaction] : m_transactions)
    {
        next = Earlier(next, transaction.deadline);
    }
    return next;
}

void
Session::HandleLowerClosed(TimePoint now)
{
    m_now = now;
    Fail("connection-closed");
}

void
Session::NoteAnswered(const std::string& messageId)
{
    const auto pending = m_pending.find(messageId);
    --pending->second.unanswered;
    if (!pending->second.isSent || pending->second.unanswered > 0)
    {
        return;
    }
    m_pending.erase(pending);
    if (messageId != m_bindingId)
    {
        Emit(SessionEvent::Type::ACCEPTED, messageId);
    }
}

void
Session::FailMessage(const std::string& messageId, uint16_t code, const std::string& detail)
{
    if (m_pending.erase(messageId) == 0)
    {
        return; // told already
    }
    m_reportsWanted.erase(messageId);
    for (auto transaction = m_transactions.begin(); transaction != m_transactions.end();)
    {
        transaction = transaction->second.messageId == messageId ? EndTransaction(transaction)
                                                                 : std::next(transaction);
    }
    if (messageId == m_bindingId)
    {
        Fail(detail);
        return;
    }
    Abort(m_now, messageId);
    Emit(SessionEvent::Type::FAILURE, messageId, code, detail);
}

void
Session::Fail(const std::string& detail)
{
    if (m_isOver)
    {
        return;
    }
    m_isOver = true;
    m_outgoing.clear();
    while (!m_pending.empty())
    {
        FailMessage(std::string(m_pending.begin()->first), 0, detail);
    }
    m_incoming.clear();
    m_transactions.clear();
    m_unanswered = 0;
    Emit(SessionEvent::Type::FAILED, "", 0, detail);
}

void
Session::Emit(SessionEvent::Type type,
              const std::string& messageId,
              uint16_t code,
              const std::string& detail)
{
    m_events.push_back({type, messageId, "", {}, code, detail});
}

std::optional<SessionEvent>
Session::PollEvent()
{
    if (m_events.empty())
    {
        return std::nullopt;
    }
    SessionEvent event = std::move(m_events.front());
    m_events.pop_front();
    return event;
}

const char*
ToString(SessionEvent::Type type)
{
    switch (type)
    {
    case SessionEvent::Type::BOUND:
        return "bound";
    case SessionEvent::Type::MESSAGE:
        return "message";
    case SessionEvent::Type::ABORTED:
        return "aborted";
    case SessionEvent::Type::ACCEPTED:
        return "accepted";
    case SessionEvent::Type::SUCCESS_REPORT:
        return "success-report";
    case SessionEvent::Type::FAILURE:
        return "failure";
    case SessionEvent::Type::FAILED:
        return "failed";
    }
    return "";
}

} // namespace imsfw::msrp
