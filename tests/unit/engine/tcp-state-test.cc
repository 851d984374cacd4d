// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/tcp-state.h"

#include "engine/packet/ip-packet.h"

#include <gtest/gtest.h>

namespace imsfw::engine
{

namespace
{

/// Segments as letters: S SYN, A ACK, F FIN, R RST; "<" before those of the server; a space ends one.
TcpState
After(const std::string& segments)
{
    TcpState state;
    auto direction = classify::Direction::TO_SERVER;
    uint8_t flags = 0;
    for (const char c : segments + " ")
    {
        flags |= c == 'S'   ? TCP_SYN
                 : c == 'A' ? TCP_ACK
                 : c == 'F' ? TCP_FIN
                 : c == 'R' ? TCP_RST
                            : 0;
        direction = c == '<' ? classify::Direction::TO_CLIENT : direction;
        if (c == ' ')
        {
            state.Handle(direction, flags);
            direction = classify::Direction::TO_SERVER;
            flags = 0;
        }
    }
    return state;
}

struct Row
{
    const char* segments;
    bool isEstablished;
    bool isOver;
};

TEST(TcpState, Table)
{
    const Row rows[] = {
        {"S", false, false},
        {"S <SA", false, false}, // the client has not agreed yet
        {"S <SA A", true, false},
        {"S <S", false, false},
        {"S <S SA <SA", true, false}, // simultaneous open
        {"S S <SA A", true, false},
        {"S <RA", false, true}, // refused
        {"S A", false, false},
        {"S <SA A FA", true, false}, // half-closed: the server may go on
        {"S <SA A FA <A <A", true, false},
        {"S <SA A <FA", true, false},
        {"S <SA A FA <FA", false, true},
        {"S <SA A FA <FA A", false, true},
        {"S <SA A R", false, true},
        {"S <SA A R A", true, false}, // RFC 6146 3.5.2.2: the RST was not believed
        {"S <SA A R R", false, true},
        {"S <SA A FA <FA R A", false, true},
    };
    for (const Row& row : rows)
    {
        const TcpState state = After(row.segments);
        EXPECT_EQ(state.IsEstablished(), row.isEstablished) << row.segments;
        EXPECT_EQ(state.IsOver(), row.isOver) << row.segments;
    }
}

} // namespace

} // namespace imsfw::engine
