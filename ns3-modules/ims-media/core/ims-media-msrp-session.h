// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One MSRP session over one connection (RFC 4975 7): messages out in chunks that take turns, responses, reports and
/// time-outs; messages in. Sans-IO; the connection is opened by whoever is active (see SetupRole).
///
/// Left out: relays (RFC 4976), several sessions on one connection, chunks above 2048 bytes with interruption, success
/// reports for parts of a message (one is sent for the whole), methods other than SEND and REPORT (answered with 501).
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-media-msrp-framer.h"
#include "ims-media-msrp-incoming.h"
#include "ims-media-msrp-outgoing.h"

#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::msrp
{

struct SessionOptions
{
    MsrpUri local;
    MsrpUri remote;
    bool isActive{true};
    std::size_t chunkSize{2048};   ///< of a body; larger ones are cut to 2048 (RFC 4975 7.1.1)
    std::size_t mostUnanswered{0}; ///< bytes of bodies that wait for responses; 0: any number
    std::size_t largestMessage{10 * 1024 * 1024};    ///< in; a longer one is refused with 413
    Duration failureTimer{std::chrono::seconds(30)}; ///< RFC 4975 7.1.1, after a chunk was sent
    Duration keepAlive{0}; ///< of silence before an empty SEND (RFC 4975 7.1) is sent; 0: none is
    std::vector<std::string> acceptTypes{
        "*"}; ///< media types without parameters; others are refused with 415
};

struct SessionEvent
{
    enum class Type
    {
        BOUND,          ///< the peer has shown that it is the right one; once
        MESSAGE,        ///< a whole message came: messageId, contentType, body
        ABORTED,        ///< the peer gave a message up that it had begun
        ACCEPTED,       ///< every chunk of ours got a 200 (where responses are wanted)
        SUCCESS_REPORT, ///< the peer has the whole message; code is 200
        FAILURE,        ///< a message of ours was refused or not answered (408); code and detail
        FAILED,         ///< the session is over: detail says why; nothing follows
    };

    Type type;
    std::string messageId;
    std::string contentType;
    Bytes body;
    uint16_t code{0};
    std::string detail;
};

struct SessionStatistics
{
    uint64_t chunksSent{0};
    uint64_t chunksReceived{0};
    uint64_t bodyBytesSent{0};
    uint64_t bodyBytesReceived{0};
    uint64_t strays{0}; ///< responses and reports that belong to nothing of ours
};

class Session
{
  public:
    Session(const SessionOptions& options, RandomSource& random);

    /// The connection is open. The active side sends at once: what was queued, or a SEND without a body (7.1).
    void Start(TimePoint now);

    /// @return the Message-ID under which events will speak of it.
    std::string Send(TimePoint now, Content content);

    /// Stop sending a message; unknown ones are ignored.
    void Abort(TimePoint now, const std::string& messageId);

    void HandleInput(TimePoint now, ByteView bytes);
    void HandleTimeout(TimePoint now);
    /// The connection can take more, after PollTransmit was left with something to give.
    void HandleWritable(TimePoint now);
    /// The connection is gone. Messages that are not through fail.
    void HandleLowerClosed(TimePoint now);

    /// @return one message; chunks of different messages take turns, so stop whenever the connection is full.
    std::optional<Bytes> PollTransmit();
    std::optional<SessionEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    bool
    IsOver() const
    {
        return m_isOver;
    }

    const SessionStatistics&
    GetStatistics() const
    {
        return m_statistics;
    }

  private:
    /// A chunk that waits for its response.
    struct Transaction
    {
        std::string messageId;
        TimePoint deadline;
        std::size_t size; ///< of its body; 0 where a good one is not answered
    };

    using Transactions = std::map<std::string, Transaction>;

    /// A message of ours of which not every response came.
    struct Pending
    {
        std::size_t unanswered{0};
        bool isSent{false};
        FailureReport failureReport{FailureReport::YES};
    };

    void QueueEmpty();
    void NoteSent();
    void Queue(Content content, const std::string& messageId);
    Bytes MakeChunk();
    void NoteChunk(const Message& chunk, const Outgoing& outgoing);
    /// @return the next one
    Transactions::iterator EndTransaction(Transactions::iterator transaction);

    void HandleMessage(const Message& message);
    void HandleRequest(const Message& request);
    bool IsForUs(const Message& message) const;
    void Bind();
    uint16_t HandleSend(const Message& chunk);
    uint16_t AddChunk(const Message& chunk);
    bool Accepts(const std::string& contentType) const;
    void Respond(const Message& request, uint16_t code);
    void SendSuccessReport(const Message& chunk, uint64_t size);
    void HandleReport(const Message& report);
    void HandleResponse(const Message& response);

    void NoteAnswered(const std::string& messageId);
    void FailMessage(const std::string& messageId, uint16_t code, const std::string& detail);
    void Fail(const std::string& detail);
    void Emit(SessionEvent::Type type,
              const std::string& messageId,
              uint16_t code = 0,
              const std::string& detail = "");

    SessionOptions m_options;
    RandomSource& m_random;
    Framer m_framer;
    TimePoint m_now{};
    std::string m_bindingId; ///< of the last SEND without a body, which only says that we are there
    std::optional<TimePoint> m_keepAliveAt; ///< nothing before anything was sent
    bool m_isStarted{false};
    bool m_isBound{false}; ///< the peer has sent something that fits
    bool m_isOver{false};
    std::list<Outgoing> m_outgoing;              ///< the next to have its turn first
    std::map<std::string, Pending> m_pending;    ///< by Message-ID
    Transactions m_transactions;                 ///< by transaction id
    std::size_t m_unanswered{0};                 ///< the sum of their sizes
    std::map<std::string, bool> m_reportsWanted; ///< messages of which a success report is awaited
    std::map<std::string, Incoming> m_incoming;
    std::deque<Bytes> m_control; ///< responses and reports: before any chunk
    std::deque<SessionEvent> m_events;
    SessionStatistics m_statistics;
};

const char* ToString(SessionEvent::Type type);

} // namespace imsfw::msrp
