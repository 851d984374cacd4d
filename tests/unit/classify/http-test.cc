// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where HTTP messages end, and when a CONNECT becomes a tunnel: RFC 9112 6 and 7, RFC 9110 9.3.6.
#include "classify/connect-tracker.h"
#include "classify/http-message-reader.h"
#include "talk.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

using Body = HttpMessageReader::Body;

/// Read all messages of @p text, each with the body that its head announces.
struct Messages
{
    std::vector<std::string> startLines;
    bool hasFailed{false};
    bool isBetween{false}; ///< another head may begin
};

Messages
ReadAll(std::string_view text, std::size_t pieceSize)
{
    HttpMessageReader reader;
    Messages messages;
    ByteView bytes(text);
    while (!bytes.IsEmpty() && !reader.HasFailed())
    {
        const std::size_t used = reader.Push(bytes.Sub(0, pieceSize));
        bytes = bytes.Sub(used);
        if (const auto head = reader.TakeHead())
        {
            messages.startLines.push_back(head->startLine);
            reader.BeginBody(*head, Body::BY_HEAD);
        }
    }
    messages.hasFailed = reader.HasFailed();
    messages.isBetween = reader.GetHeldBytes() == 0;
    return messages;
}

struct FramingRow
{
    std::string name;
    std::string text;
    std::vector<std::string> startLines;
    bool hasFailed{false};
};

void
PrintTo(const FramingRow& row, std::ostream* out)
{
    *out << row.name;
}

class Framing : public testing::TestWithParam<FramingRow>
{
};

TEST_P(Framing, IsFollowedInPiecesOfAnySize)
{
    const auto& row = GetParam();
    for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{7}, row.text.size()})
    {
        const auto messages = ReadAll(row.text, size);
        EXPECT_EQ(messages.startLines, row.startLines) << size;
        EXPECT_EQ(messages.hasFailed, row.hasFailed) << size;
        EXPECT_TRUE(row.hasFailed || messages.isBetween) << size;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    Framing,
    testing::ValuesIn(std::vector<FramingRow>{
        {"NoBody", "A\r\n\r\nB\r\n\r\n", {"A", "B"}},
        {"BareLineFeeds", "A\nX: y\n\nB\n\n", {"A", "B"}},
        {"EmptyLinesBefore", "\r\n\r\nA\r\n\r\n", {"A"}},
        {"Length", "A\r\nContent-Length: 3\r\n\r\nabcB\r\n\r\n", {"A", "B"}},
        {"LengthZero", "A\r\nContent-Length: 0\r\n\r\nB\r\n\r\n", {"A", "B"}},
        {"LengthTwiceTheSame",
         "A\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\nxB\r\n\r\n",
         {"A", "B"}},
        {"Chunked",
         "A\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nB\r\n\r\n",
         {"A", "B"}},
        {"ChunkedInCapitals",
         "A\r\nTRANSFER-ENCODING: gzip, Chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nB\r\n\r\n",
         {"A", "B"}},
        {"ChunkedOverridesLength",
         "A\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nB\r\n\r\n",
         {"A", "B"}},
        {"ChunkExtensionAndTrailer",
         "A\r\nTransfer-Encoding: chunked\r\n\r\n1 ;q=\"x\"\r\na\r\n0\r\nT: u\r\n\r\nB\r\n\r\n",
         {"A", "B"}},
        {"ChunkHexadecimal",
         "A\r\nTransfer-Encoding: chunked\r\n\r\n0A\r\n0123456789\r\n0\r\n\r\nB\r\n\r\n",
         {"A", "B"}},
        {"FieldWithoutColon", "A\r\nnonsense\r\n\r\nB\r\n\r\n", {"A", "B"}},
        {"LengthNotANumber", "A\r\nContent-Length: 1x\r\n\r\n", {}, true},
        {"LengthNegative", "A\r\nContent-Length: -1\r\n\r\n", {}, true},
        {"LengthsDiffer", "A\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", {}, true},
        {"LengthOverflows", "A\r\nContent-Length: 99999999999999999999\r\n\r\n", {}, true},
        {"ChunkNoNumber", "A\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", {"A"}, true},
        {"ChunkBadNumber", "A\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", {"A"}, true},
        {"ChunkOverflows",
         "A\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
         {"A"},
         true},
        {"ChunkWithoutEnd", "A\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", {"A"}, true},
    }),
    [](const auto& row) { return row.param.name; });

TEST(HttpMessageReader, StopsAtTheEndOfEachHead)
{
    HttpMessageReader reader;
    const Bytes bytes = Text("A\r\nX: y\r\n\r\nrest");
    EXPECT_EQ(reader.Push(bytes), bytes.size() - 4);
    EXPECT_EQ(reader.Push(Text("more")), 0U);
    const auto head = reader.TakeHead();
    ASSERT_TRUE(head);
    EXPECT_FALSE(head->contentLength);
    EXPECT_FALSE(head->isChunked);
    EXPECT_FALSE(reader.TakeHead());
}

TEST(HttpMessageReader, ReadsUntilCloseWhereNothingElseEndsTheBody)
{
    HttpMessageReader reader;
    reader.Push(Text("A\r\n\r\n"));
    reader.BeginBody(*reader.TakeHead(), Body::UNTIL_CLOSE);
    EXPECT_EQ(reader.Push(Text("B\r\n\r\n")), 5U);
    EXPECT_FALSE(reader.TakeHead());
}

TEST(HttpMessageReader, SkipsTheBodyThatAHeadRequestDoesNotGet)
{
    HttpMessageReader reader;
    reader.Push(Text("A\r\nContent-Length: 5\r\n\r\n"));
    reader.BeginBody(*reader.TakeHead(), Body::NONE);
    reader.Push(Text("B\r\n\r\n"));
    EXPECT_EQ(reader.TakeHead()->startLine, "B");
}

TEST(HttpMessageReader, GivesUpOnALongHead)
{
    HttpMessageReader reader;
    const Bytes line = Text("X: 0123456789\r\n");
    reader.Push(Text("A\r\n"));
    for (std::size_t size = 0; size < HttpMessageReader::HEAD_LIMIT; size += line.size())
    {
        EXPECT_FALSE(reader.HasFailed());
        reader.Push(line);
    }
    EXPECT_TRUE(reader.HasFailed());
}

/// Tells a tracker what was said, and keeps what the tunnel carried.
class Connection
{
  public:
    Connection&
    Client(std::string_view text)
    {
        Take(m_tracker.Push(Direction::TO_SERVER, ByteView(text)));
        return *this;
    }

    Connection&
    Server(std::string_view text)
    {
        Take(m_tracker.Push(Direction::TO_CLIENT, ByteView(text)));
        return *this;
    }

    ConnectTracker&
    Tracker()
    {
        return m_tracker;
    }

    std::string toServer;
    std::string toClient;

  private:
    void
    Take(const ConnectTracker::TunnelBytes& tunnel)
    {
        toServer += ByteView(tunnel.toServer).AsText();
        toClient += ByteView(tunnel.toClient).AsText();
    }

    ConnectTracker m_tracker;
};

constexpr const char* CONNECT = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n";

TEST(ConnectTracker, OpensOnAny2xx)
{
    for (const std::string code : {"200", "204", "299"})
    {
        Connection connection;
        connection.Client(CONNECT)
            .Server("HTTP/1.0 " + code + " Fine\r\n\r\nhello")
            .Client("there");
        EXPECT_TRUE(connection.Tracker().HasTunnel()) << code;
        EXPECT_EQ(connection.toClient, "hello");
        EXPECT_EQ(connection.toServer, "there");
        EXPECT_EQ(connection.Tracker().GetTarget(), "a.test:443");
        EXPECT_FALSE(connection.Tracker().HasOtherRequest());
        EXPECT_EQ(connection.Tracker().GetHeldBytes(), 0U);
    }
}

TEST(ConnectTracker, StaysClosedOnAnythingElse)
{
    for (const std::string code : {"300", "403", "407", "502"})
    {
        Connection connection;
        connection.Client(CONNECT).Server("HTTP/1.1 " + code + " No\r\nContent-Length: 0\r\n\r\n");
        connection.Client("x").Server("y");
        EXPECT_FALSE(connection.Tracker().HasTunnel()) << code;
        EXPECT_EQ(connection.toClient + connection.toServer, "");
        EXPECT_TRUE(connection.Tracker().HasRequest());
    }
}

TEST(ConnectTracker, NamesTheLatestTarget)
{
    Connection connection;
    connection.Client(CONNECT).Server("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(connection.Tracker().GetTarget(), "a.test:443");
    connection.Client("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(connection.Tracker().GetTarget(), "[2001:db8::1]:443");
}

TEST(ConnectTracker, HoldsEarlyDataUntilTheAnswer)
{
    Connection connection;
    connection.Client(std::string(CONNECT) + "early").Client(" data");
    EXPECT_EQ(connection.toServer, "");
    EXPECT_EQ(connection.Tracker().GetHeldBytes(), 10U);
    connection.Server("HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(connection.toServer, "");
    connection.Server("\r\n");
    EXPECT_EQ(connection.toServer, "early data");
}

TEST(ConnectTracker, FailsOnWhatItCannotPair)
{
    const std::vector<std::pair<std::string, std::string>> talks{
        {"GET\r\n\r\n", ""},
        {"GET / HTTP/2.0\r\n\r\n", ""},
        {"GET  / HTTP/1.1\r\n\r\n", ""},
        {CONNECT, "HTTP/2 200 OK\r\n\r\n"},
        {CONNECT, "HTTP/1.1 2x0 OK\r\n\r\n"},
        {CONNECT, "HTTP/1.1\r\n\r\n"},
        {"GET / HTTP/1.1\r\n\r\n",
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"},
    };
    for (const auto& [client, server] : talks)
    {
        Connection connection;
        connection.Client(client).Server(server);
        EXPECT_TRUE(connection.Tracker().HasFailed()) << client << server;
        connection.Client(CONNECT).Server("HTTP/1.1 200 OK\r\n\r\n");
        EXPECT_FALSE(connection.Tracker().HasTunnel());
    }
}

TEST(ConnectTracker, BoundsItsPipeline)
{
    Connection connection;
    for (std::size_t i = 0; i < ConnectTracker::PIPELINE_LIMIT; ++i)
    {
        connection.Client("GET / HTTP/1.1\r\n\r\n");
        EXPECT_FALSE(connection.Tracker().HasFailed());
    }
    connection.Client("GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(connection.Tracker().HasFailed());
}

} // namespace

} // namespace imsfw::classify
