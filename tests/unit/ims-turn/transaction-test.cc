// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When requests are sent again and when they fail (RFC 8489 6.2.1, 6.2.2).
#include "ims-turn-transaction.h"

#include <gtest/gtest.h>

namespace imsfw::stun
{
namespace
{

using std::chrono::milliseconds;

/// Walks from deadline to deadline. @return the milliseconds at which the request goes out, and the end as last entry.
std::vector<int64_t>
Schedule(const TransactionParameters& parameters, TransportMode mode)
{
    const TimePoint start{std::chrono::hours(1)};
    const auto since = [start](TimePoint when)
    { return std::chrono::duration_cast<milliseconds>(when - start).count(); };
    Transaction transaction(parameters, mode, TransactionId(), {1, 2, 3}, start);
    std::vector<int64_t> moments{0};
    for (;;)
    {
        const TimePoint due = transaction.NextTimeout();
        EXPECT_EQ(transaction.HandleTimeout(due - Duration(1)), Transaction::Action::NONE);
        moments.push_back(since(due));
        if (transaction.HandleTimeout(due) == Transaction::Action::FAIL)
        {
            return moments;
        }
    }
}

TEST(StunTransaction, ScheduleTable)
{
    struct Row
    {
        const char* name;
        TransactionParameters parameters;
        TransportMode mode;
        std::vector<int64_t> moments;
    };

    const auto set = [](int rto, unsigned rc, unsigned rm, int ti) {
        return TransactionParameters{milliseconds(rto), rc, rm, milliseconds(ti)};
    };
    const std::vector<Row> rows = {
        // RFC 8489 6.2.1: "requests would be sent at times 0 ms, 500 ms, 1500 ms, 3500 ms, 7500 ms, 15500 ms, and 31500
        // ms. If the client has not received a response after 39500 ms, the client will consider the transaction [...]
        // timed out."
        {"defaults", {}, TransportMode::DATAGRAM, {0, 500, 1500, 3500, 7500, 15500, 31500, 39500}},
        {"one second",
         set(1000, 7, 16, 0),
         TransportMode::DATAGRAM,
         {0, 1000, 3000, 7000, 15000, 31000, 63000, 79000}},
        {"two sends", set(500, 2, 16, 0), TransportMode::DATAGRAM, {0, 500, 8500}},
        {"one send", set(500, 1, 16, 0), TransportMode::DATAGRAM, {0, 8000}},
        {"stream", {}, TransportMode::STREAM, {0, 39500}},
        {"stream, short", set(500, 7, 16, 1000), TransportMode::STREAM, {0, 1000}},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(Schedule(row.parameters, row.mode), row.moments) << row.name;
    }
}

TEST(StunTransaction, KeepsWhatIsSentAgain)
{
    SeededRandom random(1, 1, "transaction");
    const auto id = TransactionId::Draw(random);
    const Transaction transaction({}, TransportMode::DATAGRAM, id, {1, 2, 3}, TimePoint());
    EXPECT_EQ(transaction.GetId(), id);
    EXPECT_EQ(transaction.GetRequest(), (Bytes{1, 2, 3}));
}

TEST(StunTransaction, ALateTimerCostsNoStep)
{
    // The owner came late, at 5 s: what was due is made up for, one step a call, and the end stays where it was.
    Transaction transaction({}, TransportMode::DATAGRAM, TransactionId(), {}, TimePoint());
    const TimePoint late{std::chrono::seconds(5)};
    int resends = 0;
    while (transaction.HandleTimeout(late) == Transaction::Action::RESEND)
    {
        ++resends;
    }
    EXPECT_EQ(resends, 3); // 500, 1500, 3500
    EXPECT_EQ(transaction.NextTimeout(), TimePoint(milliseconds(7500)));
}

} // namespace
} // namespace imsfw::stun
