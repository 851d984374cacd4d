// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An MSRP session in full, under a peer that knows its paths: chunks in any order, answers and reports of any kind, time.
///
/// The input: a byte of settings (1: active, 2: few bytes may wait for responses, 4: keep-alives), then steps of a byte each
/// with their numbers: bytes as they stand; a SEND, a response to one of ours, a REPORT; a while that passes; a message of
/// ours, or its end; the end of the connection.
#include "fuzz-input.h"

#include "base/random.h"
#include "ims-media-msrp-session.h"

#include <map>

using namespace imsfw;

namespace
{

using Type = msrp::SessionEvent::Type;

constexpr std::size_t BOUND = 3000;
constexpr std::size_t LARGEST = 4096;

msrp::SessionOptions
OptionsOf(uint8_t settings)
{
    msrp::SessionOptions options;
    options.local = *msrp::ParseUri("msrp://a.example:1/s1;tcp");
    options.remote = *msrp::ParseUri("msrp://b.example:2/s2;tcp");
    options.largestMessage = LARGEST;
    options.isActive = (settings & 1) != 0;
    options.mostUnanswered = (settings & 2) != 0 ? BOUND : 0;
    options.keepAlive = std::chrono::seconds((settings & 4) != 0 ? 20 : 0);
    return options;
}

class World
{
  public:
    explicit World(uint8_t settings)
        : m_options(OptionsOf(settings)), m_session(m_options, m_random)
    {
        m_session.Start(m_now);
        Drain();
    }

    void
    Step(uint8_t what, fuzz::FuzzInput& input)
    {
        switch (what % 8)
        {
        case 0:
            m_session.HandleInput(m_now, input.Piece());
            break;
        case 1:
        case 2:
            ReceiveSend(input);
            break;
        case 3:
            ReceiveResponse(input);
            break;
        case 4:
            ReceiveReport(input);
            break;
        case 5:
            m_now += std::chrono::milliseconds(input.U16());
            m_session.HandleTimeout(m_now);
            break;
        case 6:
            Send(input);
            break;
        default:
            End(input.U8());
            break;
        }
        Drain();
        const auto next = m_session.NextTimeout();
        FUZZ_CHECK(what % 8 != 5 || !next || *next > m_now);
    }

    /// Silence for long ends all that waits for something.
    void
    Finish()
    {
        for (unsigned i = 0; i < 1000 && !m_session.IsOver() && m_session.NextTimeout(); ++i)
        {
            m_now = std::max(m_now, *m_session.NextTimeout());
            m_session.HandleTimeout(m_now);
            Drain();
        }
        FUZZ_CHECK(m_session.IsOver() || !m_session.NextTimeout());
        for (const auto& [id, told] : m_told)
        {
            FUZZ_CHECK(told <= 1);
        }
    }

  private:
    msrp::Message
    FromPeer() const
    {
        msrp::Message message;
        message.toPath = {m_options.local};
        message.fromPath = {m_options.remote};
        return message;
    }

    void
    ReceiveSend(fuzz::FuzzInput& input)
    {
        msrp::Message chunk = FromPeer();
        const uint8_t kind = input.U8();
        chunk.method = kind % 16 == 15 ? "AUTH" : "SEND";
        chunk.transactionId = "peer" + std::to_string(m_step++);
        chunk.messageId = "message" + std::to_string(input.U8() % 12);
        chunk.successReport = (kind & 16) != 0;
        chunk.failureReport =
            (kind & 32) != 0 ? msrp::FailureReport::PARTIAL : msrp::FailureReport::YES;
        chunk.flag = (kind & 3) == 0   ? msrp::Flag::MORE
                     : (kind & 3) == 1 ? msrp::Flag::ABORTED
                                       : msrp::Flag::LAST;
        const uint64_t start = input.U16();
        const ByteView body = input.Take(input.U8());
        if ((kind & 64) == 0)
        {
            chunk.contentType = "text/plain";
            chunk.body = body.ToBytes();
            chunk.byteRange = msrp::ByteRange{start, start + body.Size() - 1, input.U16()};
        }
        m_session.HandleInput(m_now, msrp::WriteMessage(chunk));
    }

    void
    ReceiveResponse(fuzz::FuzzInput& input)
    {
        static constexpr uint16_t CODES[]{200, 200, 200, 400, 408, 413, 481, 999};
        msrp::Message response = FromPeer();
        response.code = CODES[input.U8() % 8];
        const std::size_t which = input.U8();
        response.transactionId = m_ours.empty() ? "nobody" : m_ours[which % m_ours.size()];
        m_session.HandleInput(m_now, msrp::WriteMessage(response));
    }

    void
    ReceiveReport(fuzz::FuzzInput& input)
    {
        msrp::Message report = FromPeer();
        report.method = "REPORT";
        report.transactionId = "peer" + std::to_string(m_step++);
        const std::size_t which = input.U8();
        report.messageId = m_messages.empty() ? "nobody" : m_messages[which % m_messages.size()];
        report.byteRange = msrp::ByteRange{1, input.U8(), input.U8()};
        report.status = msrp::Status{static_cast<uint16_t>(input.U8() % 2 == 0 ? 200 : 413), "so"};
        m_session.HandleInput(m_now, msrp::WriteMessage(report));
    }

    void
    Send(fuzz::FuzzInput& input)
    {
        msrp::Content content;
        const uint8_t kind = input.U8();
        content.contentType = "text/plain";
        content.body = Bytes(input.U16() % 10'000, 'x');
        content.successReport = (kind & 1) != 0;
        content.failureReport = (kind & 2) != 0   ? msrp::FailureReport::PARTIAL
                                : (kind & 4) != 0 ? msrp::FailureReport::NO
                                                  : msrp::FailureReport::YES;
        m_messages.push_back(m_session.Send(m_now, content));
    }

    void
    End(uint8_t what)
    {
        if (what % 4 != 0 && !m_messages.empty())
        {
            m_session.Abort(m_now, m_messages[what % m_messages.size()]);
        }
        else if (what % 4 == 0)
        {
            m_session.HandleLowerClosed(m_now);
        }
    }

    void
    Drain()
    {
        std::size_t burst = 0;
        while (const auto bytes = m_session.PollTransmit())
        {
            const auto message = msrp::ParseMessage(*bytes);
            FUZZ_CHECK(message);
            if (message->method == "SEND")
            {
                m_ours.push_back(message->transactionId);
                burst +=
                    message->failureReport == msrp::FailureReport::YES ? message->body.size() : 0;
            }
        }
        FUZZ_CHECK(m_options.mostUnanswered == 0 || burst < BOUND + m_options.chunkSize);
        while (const auto event = m_session.PollEvent())
        {
            FUZZ_CHECK(!m_isOver || event->detail == "session-over"); // what Send says then
            FUZZ_CHECK(event->body.size() <= LARGEST);
            m_isOver = m_isOver || event->type == Type::FAILED;
            m_told[event->messageId] += event->type == Type::ACCEPTED ? 1 : 0;
        }
        FUZZ_CHECK(m_isOver == m_session.IsOver());
    }

    SeededRandom m_random{1, 1, "msrp"};
    msrp::SessionOptions m_options;
    msrp::Session m_session;
    TimePoint m_now{};
    unsigned m_step{0};
    bool m_isOver{false};
    std::vector<std::string> m_ours;     ///< transactions
    std::vector<std::string> m_messages; ///< Message-IDs of ours
    std::map<std::string, int> m_told;   ///< how often each was accepted
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    World world(input.U8());
    for (unsigned steps = 0; !input.IsAtEnd() && steps < 400; ++steps)
    {
        world.Step(input.U8(), input);
    }
    world.Finish();
    return 0;
}
