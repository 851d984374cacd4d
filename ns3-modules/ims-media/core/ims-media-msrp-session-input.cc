// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The receiving half of a session.
#include "base/text.h"
#include "ims-media-msrp-codes.h"
#include "ims-media-msrp-session.h"

#include <algorithm>

namespace imsfw::msrp
{

namespace
{

constexpr std::size_t MOST_INCOMING = 8; // messages at a time; a peer shall not fill the memory
constexpr std::size_t ID_LENGTH = 12;

} // namespace

const char*
CommentOf(uint16_t code)
{
    switch (code)
    {
    case CODE_OK:
        return "OK";
    case CODE_BAD_REQUEST:
        return "Bad Request";
    case CODE_TIMEOUT:
        return "Timeout";
    case CODE_STOP_SENDING:
        return "Stop Sending";
    case CODE_UNSUPPORTED_TYPE:
        return "Unsupported Media Type";
    case CODE_NO_SESSION:
        return "No Such Session";
    case CODE_UNKNOWN_METHOD:
        return "Unknown Method";
    default: // read off the wire
        return "";
    }
}

void
Session::HandleInput(TimePoint now, ByteView bytes)
{
    m_now = now;
    m_framer.Add(bytes);
    while (!m_isOver)
    {
        const auto frame = m_framer.Next();
        if (!frame)
        {
            break;
        }
        const auto message = ParseMessage(*frame);
        if (!message)
        {
            // No 400 can be sent without knowing where to: its paths may be what is wrong.
            Fail(ToString(message.Error()));
            return;
        }
        HandleMessage(*message);
    }
    if (m_framer.GetError())
    {
        Fail(ToString(*m_framer.GetError()));
    }
}

void
Session::HandleMessage(const Message& message)
{
    if (message.IsRequest())
    {
        HandleRequest(message);
    }
    else
    {
        HandleResponse(message);
    }
}

void
Session::HandleRequest(const Message& request)
{
    const bool isReport = request.method == "REPORT";
    if (!IsForUs(request))
    {
        // 7.3: "481"; a REPORT is never answered (7.1.2).
        m_statistics.strays += isReport ? 1 : 0;
        if (!isReport)
        {
            Respond(request, CODE_NO_SESSION);
        }
        return;
    }
    Bind();
    if (isReport)
    {
        HandleReport(request);
        return;
    }
    const uint16_t code = request.method == "SEND" ? HandleSend(request) : CODE_UNKNOWN_METHOD;
    const bool isWanted =
        request.failureReport == FailureReport::YES ||
        (request.failureReport == FailureReport::PARTIAL && code != CODE_OK); // 7.3
    if (isWanted)
    {
        Respond(request, code);
    }
}

bool
Session::IsForUs(const Message& message) const
{
    return message.toPath.size() == 1 && message.toPath.front().IsSameAs(m_options.local) &&
           message.fromPath.back().IsSameAs(m_options.remote);
}

void
Session::Bind()
{
    if (!m_isBound)
    {
        m_isBound = true;
        Emit(SessionEvent::Type::BOUND, "");
    }
}

uint16_t
Session::HandleSend(const Message& chunk)
{
    ++m_statistics.chunksReceived;
    m_statistics.bodyBytesReceived += chunk.body.size();
    if (chunk.messageId.empty())
    {
        return CODE_BAD_REQUEST;
    }
    if (chunk.contentType.empty())
    {
        return CODE_OK; // it only binds the session (7.1)
    }
    return Accepts(chunk.contentType) ? AddChunk(chunk) : CODE_UNSUPPORTED_TYPE;
}

uint16_t
Session::AddChunk(const Message& chunk)
{
    auto incoming = m_incoming.find(chunk.messageId);
    if (incoming == m_incoming.end())
    {
        if (chunk.flag == Flag::ABORTED)
        {
            return CODE_OK; // of a message that was refused, or of which nothing came
        }
        if (m_incoming.size() >= MOST_INCOMING)
        {
            return CODE_STOP_SENDING;
        }
        incoming = m_incoming.emplace(chunk.messageId, Incoming(m_options.largestMessage)).first;
    }
    const auto outcome = incoming->second.Add(chunk);
    switch (outcome)
    {
    case Incoming::Outcome::STORED:
        return CODE_OK;
    case Incoming::Outcome::COMPLETE:
    {
        SessionEvent event{
            SessionEvent::Type::MESSAGE, chunk.messageId, chunk.contentType, {}, 0, ""};
        event.body = incoming->second.TakeBody();
        if (chunk.successReport)
        {
            SendSuccessReport(chunk, event.body.size());
        }
        m_events.push_back(std::move(event));
        break;
    }
    case Incoming::Outcome::ABORTED:
        Emit(SessionEvent::Type::ABORTED, chunk.messageId);
        break;
    case Incoming::Outcome::TOO_LONG:
    case Incoming::Outcome::BAD_RANGE:
        break;
    }
    m_incoming.erase(incoming);
    const bool isGood =
        outcome == Incoming::Outcome::COMPLETE || outcome == Incoming::Outcome::ABORTED;
    const uint16_t failure =
        outcome == Incoming::Outcome::TOO_LONG ? CODE_STOP_SENDING : CODE_BAD_REQUEST;
    return isGood ? CODE_OK : failure;
}

bool
Session::Accepts(const std::string& contentType) const
{
    const std::string_view type =
        Trim(std::string_view(contentType).substr(0, contentType.find(';')));
    return std::any_of(m_options.acceptTypes.begin(),
                       m_options.acceptTypes.end(),
                       [&](const std::string& accepted)
                       { return accepted == "*" || EqualsIgnoringCase(accepted, type); });
}

void
Session::Respond(const Message& request, uint16_t code)
{
    m_control.push_back(WriteMessage(MakeResponse(request, code, CommentOf(code))));
}

void
Session::SendSuccessReport(const Message& chunk, uint64_t size)
{
    Message report;
    report.transactionId = m_random.Token(ID_LENGTH);
    report.method = "REPORT";
    report.toPath = chunk.fromPath; // 7.1.2: all of it
    report.fromPath = {m_options.local};
    report.messageId = chunk.messageId;
    report.byteRange = ByteRange{1, size, size};
    report.status = Status{CODE_OK, "OK"};
    m_control.push_back(WriteMessage(report));
}

void
Session::HandleReport(const Message& report)
{
    if (report.messageId.empty() || !report.status)
    {
        ++m_statistics.strays;
        return;
    }
    if (report.status->code != CODE_OK && m_pending.count(report.messageId) > 0)
    {
        FailMessage(report.messageId, report.status->code, report.status->comment);
        return;
    }
    // A message that is through may still fail further on; one that awaits no report has none.
    if (m_reportsWanted.erase(report.messageId) == 0)
    {
        ++m_statistics.strays;
        return;
    }
    const auto type = report.status->code == CODE_OK ? SessionEvent::Type::SUCCESS_REPORT
                                                     : SessionEvent::Type::FAILURE;
    Emit(type, report.messageId, report.status->code, report.status->comment);
}

void
Session::HandleResponse(const Message& response)
{
    const auto transaction = m_transactions.find(response.transactionId);
    const bool isForUs = response.toPath.front().IsSameAs(m_options.local);
    if (transaction == m_transactions.end() || !isForUs)
    {
        ++m_statistics.strays;
        return;
    }
    const std::string messageId = transaction->second.messageId;
    EndTransaction(transaction);
    if (m_pending.count(messageId) == 0)
    {
        return; // given up before
    }
    if (response.code == CODE_OK)
    {
        Bind();
        NoteAnswered(messageId);
        return;
    }
    FailMessage(messageId, response.code, response.comment);
    if (response.code == CODE_NO_SESSION)
    {
        Fail("no-such-session"); // 10.5: the peer does not know this session
    }
}

} // namespace imsfw::msrp
