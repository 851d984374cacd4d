// SPDX-License-Identifier: GPL-2.0-only
// When a silent connection is probed and given up: tables of what happens when, against RFC 9293 3.8.4 and Linux's timing.
#include "ims-access-keep-alive.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace imsfw::access
{
namespace
{

using std::chrono::seconds;

TimePoint
At(int64_t second)
{
    return TimePoint(seconds(second));
}

/// Runs a connection from second 0 on.
class Connection
{
  public:
    explicit Connection(const KeepAliveSettings& settings) : m_keepAlive(settings, At(0))
    {
    }

    /// Segments come in at these seconds, each probe is answered or not.
    std::string
    Run(const std::vector<int64_t>& segments, bool isAnswered, int64_t until)
    {
        std::string story;
        auto segment = segments.begin();
        for (auto next = m_keepAlive.NextTimeout(); next && *next <= At(until);
             next = m_keepAlive.NextTimeout())
        {
            for (; segment != segments.end() && At(*segment) <= *next; ++segment)
            {
                m_keepAlive.HandleSegment(At(*segment));
            }
            const auto action = m_keepAlive.HandleTimeout(*next, m_isWaiting);
            if (action != KeepAlive::Action::NONE)
            {
                const auto second =
                    std::chrono::duration_cast<seconds>(next->time_since_epoch()).count();
                story += (action == KeepAlive::Action::PROBE ? "probe " : "over ") +
                         std::to_string(second) + ", ";
            }
            if (action == KeepAlive::Action::PROBE && isAnswered)
            {
                m_keepAlive.HandleSegment(*next);
            }
        }
        return story;
    }

    void
    Wait(bool isWaiting)
    {
        m_isWaiting = isWaiting;
    }

  private:
    KeepAlive m_keepAlive;
    bool m_isWaiting{false};
};

const KeepAliveSettings SHORT{seconds(100), seconds(10), 3};

TEST(KeepAliveTest, TheDefaultsAreLinuxs)
{
    Connection connection({});
    EXPECT_EQ(connection.Run({}, false, 100000),
              "probe 7200, probe 7275, probe 7350, probe 7425, probe 7500, probe 7575, probe 7650, "
              "probe 7725, probe 7800, over 7875, ");
}

TEST(KeepAliveTest, ProbesAsLongAsThePeerIsSilent)
{
    struct Row
    {
        const char* what;
        std::vector<int64_t> segments;
        bool isAnswered;
        const char* story;
    };

    const Row rows[] = {
        {"a dead peer", {}, false, "probe 100, probe 110, probe 120, over 130, "},
        {"a silent one", {}, true, "probe 100, probe 200, probe 300, probe 400, "},
        {"a talkative one", {50, 90, 180, 260, 350, 440}, true, ""},
        {"silence counts from the last segment",
         {50},
         true,
         "probe 150, probe 250, probe 350, probe 450, "},
        {"it comes back at the last probe",
         {125},
         false,
         "probe 100, probe 110, probe 120, probe 225, probe 235, probe 245, over 255, "},
        {"it dies later", {99, 105}, false, "probe 205, probe 215, probe 225, over 235, "},
    };
    for (const auto& row : rows)
    {
        Connection connection(SHORT);
        EXPECT_EQ(connection.Run(row.segments, row.isAnswered, 450), row.story) << row.what;
    }
}

TEST(KeepAliveTest, NothingIsProbedWhileTheRetransmissionTimerRuns)
{
    Connection connection(SHORT);
    connection.Wait(true);
    EXPECT_EQ(connection.Run({}, false, 1000), "");
    connection.Wait(false);
    EXPECT_EQ(connection.Run({}, false, 1130), "probe 1100, probe 1110, probe 1120, over 1130, ");
}

TEST(KeepAliveTest, ATimerThatComesEarlyOrAfterTheEndChangesNothing)
{
    KeepAlive early(SHORT, At(0));
    EXPECT_EQ(early.HandleTimeout(At(99), false), KeepAlive::Action::NONE);
    EXPECT_EQ(early.NextTimeout(), At(100));
    KeepAlive over({seconds(1), seconds(1), 1}, At(0));
    EXPECT_EQ(over.HandleTimeout(At(1), false), KeepAlive::Action::PROBE);
    EXPECT_EQ(over.HandleTimeout(At(2), false), KeepAlive::Action::GIVE_UP);
    EXPECT_FALSE(over.NextTimeout());
    EXPECT_EQ(over.HandleTimeout(At(3), false), KeepAlive::Action::NONE);
}

} // namespace
} // namespace imsfw::access
