// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two MSRP sessions and the connection between them, for tests.
#pragma once

#include "ims-media-msrp-session.h"

#include <gtest/gtest.h>

namespace imsfw::msrp
{
namespace tests
{

using std::chrono::milliseconds;
using std::chrono::seconds;
using Type = SessionEvent::Type;

inline TimePoint
At(int64_t ms)
{
    return TimePoint(milliseconds(ms));
}

inline const MsrpUri ALICE = *ParseUri("msrp://10.0.0.1:7777/alicesession;tcp");
inline const MsrpUri BOB = *ParseUri("msrp://10.0.0.2:8888/bobsession;tcp");

inline SessionOptions
Options(bool isAlice)
{
    SessionOptions options;
    options.local = isAlice ? ALICE : BOB;
    options.remote = isAlice ? BOB : ALICE;
    options.isActive = isAlice;
    return options;
}

inline Content
Text(const std::string& text)
{
    Content content;
    content.contentType = "text/plain";
    content.body = ByteView(text).ToBytes();
    return content;
}

/// Alice, who opens the connection, and Bob.
class Pair
{
  public:
    explicit Pair(const SessionOptions& ofBob = Options(false))
        : alice(Options(true), m_random), bob(ofBob, m_random)
    {
    }

    /// Carry everything both ways until nobody has anything to say.
    void
    Exchange(int64_t ms)
    {
        bool isMoving = true;
        while (isMoving)
        {
            isMoving = Carry(ms, alice, bob, "a");
            isMoving = Carry(ms, bob, alice, "b") || isMoving;
        }
    }

    void
    Start(int64_t ms)
    {
        alice.Start(At(ms));
        bob.Start(At(ms));
        Exchange(ms);
        TakeEvents(alice);
        TakeEvents(bob);
    }

    static std::vector<SessionEvent>
    TakeEvents(Session& session)
    {
        std::vector<SessionEvent> events;
        while (auto event = session.PollEvent())
        {
            events.push_back(std::move(*event));
        }
        return events;
    }

    std::vector<std::pair<std::string, Message>> wire; ///< who sent what
    SeededRandom m_random{1, 1, "msrp"};
    Session alice;
    Session bob;

  private:
    bool
    Carry(int64_t ms, Session& from, Session& to, const std::string& who)
    {
        const auto bytes = from.PollTransmit();
        if (bytes)
        {
            const auto message = ParseMessage(*bytes);
            EXPECT_TRUE(message) << ByteView(*bytes).AsText();
            wire.emplace_back(who, *message);
            to.HandleInput(At(ms), *bytes);
        }
        return bytes.has_value();
    }
};

inline std::vector<std::string>
Names(const std::vector<SessionEvent>& events)
{
    std::vector<std::string> names;
    for (const SessionEvent& event : events)
    {
        names.emplace_back(ToString(event.type));
    }
    return names;
}

using NameList = std::vector<std::string>;

} // namespace tests
} // namespace imsfw::msrp
