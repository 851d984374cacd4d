// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The client's data connection against a server made by hand: what it sends to the byte, and every answer it may get.
#include "client-bench.h"

#include "ims-turn-data-connection.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::Parsed;
namespace attribute = stun::attribute;

class DataConnectionTest : public testing::Test
{
  protected:
    static DataConnectionConfig
    Config()
    {
        DataConnectionConfig config;
        config.connection = 0x01020304;
        config.credentials = {
            "alice", "ims.test", "nonce-1", stun::LongTermKey("alice", "ims.test", "secret")};
        config.password = "secret";
        return config;
    }

    /// @return the request that is sent next, parsed; the bytes live until the next one.
    stun::Message
    Next()
    {
        auto bytes = connection.PollTransmit();
        EXPECT_TRUE(bytes);
        sent = bytes.value_or(Bytes());
        return Parsed(sent);
    }

    Bytes
    Response(
        const stun::Message& request,
        uint16_t code,
        const Bytes& key,
        const std::function<void(Builder&)>& add = [](Builder&) {}) const
    {
        Builder builder(request.GetMethod(),
                        code == 0 ? MessageClass::SUCCESS : MessageClass::ERROR,
                        request.GetId());
        if (code != 0)
        {
            builder.AddError(code);
        }
        add(builder);
        if (!key.empty())
        {
            builder.AddIntegrity(key);
        }
        return builder.Finish();
    }

    /// @return the reason of the FAILED that must be the next event.
    std::string
    Failure()
    {
        const auto event = connection.PollEvent();
        EXPECT_TRUE(event && event->type == StreamEvent::Type::FAILED);
        return event ? event->failure.reason : "";
    }

    SeededRandom random{1, 1, "data"};
    DataConnection connection{Config(), random};
    const Bytes key = stun::LongTermKey("alice", "ims.test", "secret");
    Bytes sent;
};

TEST_F(DataConnectionTest, AsksToTheByteAndOpens)
{
    connection.Start(At(0));
    const stun::Message request = Next();
    Builder expected(Method::CONNECTION_BIND, MessageClass::REQUEST, request.GetId());
    expected.AddU32(attribute::CONNECTION_ID, 0x01020304)
        .AddText(attribute::USERNAME, "alice")
        .AddText(attribute::REALM, "ims.test")
        .AddText(attribute::NONCE, "nonce-1")
        .AddIntegrity(key);
    EXPECT_EQ(ToHex(request.GetWhole()), ToHex(expected.Finish()));
    Bytes answer = Response(request, 0, key);
    Append(answer, ByteView(std::string_view("at once")));
    connection.HandleInput(At(1), answer);
    EXPECT_EQ(connection.PollEvent()->type, StreamEvent::Type::ESTABLISHED);
    EXPECT_EQ(ByteView(connection.PollEvent()->data).AsText(), "at once");
    EXPECT_FALSE(connection.NextTimeout());
    connection.Write(At(2), ByteView(std::string_view("\x40\x00 no frame", 11)));
    EXPECT_EQ(connection.PollTransmit()->size(), 11U);
    connection.HandleLowerClosed(At(3), std::nullopt);
    EXPECT_EQ(connection.PollEvent()->type, StreamEvent::Type::CLOSED);
}

TEST_F(DataConnectionTest, EveryAnswerThatIsNone)
{
    using Make = std::function<Bytes(const stun::Message&)>;

    struct Row
    {
        const char* name;
        Make answer;
        const char* reason;
    };

    const auto refuse = [this](uint16_t code)
    { return [this, code](const stun::Message& r) { return Response(r, code, key); }; };
    const std::vector<Row> rows = {
        {"400", refuse(400), "bad-request"},
        {"441", refuse(441), "wrong-credentials"},
        {"401 without a nonce", refuse(401), "unauthorized"},
        {"438 with the nonce that it has",
         [this](const stun::Message& r)
         {
             return Response(
                 r,
                 438,
                 {},
                 [](Builder& b)
                 { b.AddText(attribute::REALM, "ims.test").AddText(attribute::NONCE, "nonce-1"); });
         },
         "stale-nonce"},
        {"success that is not signed",
         [this](const stun::Message& r) { return Response(r, 0, {}); },
         "integrity-violated"},
        {"success signed by somebody else",
         [this](const stun::Message& r)
         { return Response(r, 0, stun::LongTermKey("bob", "ims.test", "secret")); },
         "integrity-violated"},
        {"something to understand",
         [this](const stun::Message& r)
         { return Response(r, 0, key, [](Builder& b) { b.AddU32(0x7001, 1); }); },
         "unknown-attribute"},
        {"HTTP",
         [](const stun::Message&)
         { return ByteView(std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n")).ToBytes(); },
         "bad-framing"},
        {"TLS",
         [](const stun::Message&) {
             return Bytes{0x16, 0x03, 0x03, 0x00, 0x04, 0x0e, 0x00, 0x00, 0x00};
         },
         "bad-framing"},
        {"an answer to something else",
         [this](const stun::Message&)
         {
             Builder other(Method::CONNECTION_BIND, MessageClass::SUCCESS, stun::TransactionId());
             return other.AddIntegrity(key).Finish();
         },
         "bad-response"},
        {"an error without a code",
         [](const stun::Message& r)
         { return Builder(r.GetMethod(), MessageClass::ERROR, r.GetId()).Finish(); },
         "bad-response"},
    };
    for (const Row& row : rows)
    {
        connection = DataConnection(Config(), random);
        connection.Start(At(0));
        const Bytes answer = row.answer(Next());
        connection.HandleInput(At(1), answer);
        EXPECT_EQ(Failure(), row.reason) << row.name;
        EXPECT_FALSE(connection.NextTimeout()) << row.name;
        connection.HandleInput(At(1), answer);
        connection.HandleLowerClosed(At(2), std::nullopt);
        connection.Write(At(2), answer);
        EXPECT_FALSE(connection.PollEvent()) << row.name << ": nothing follows";
        EXPECT_FALSE(connection.PollTransmit()) << row.name;
    }
}

TEST_F(DataConnectionTest, NewNoncesAreTakenThreeTimes)
{
    connection.Start(At(0));
    for (int i = 0; i < 4; ++i)
    {
        const stun::Message request = Next();
        connection.HandleInput(
            At(1),
            Response(request,
                     438,
                     {},
                     [i](Builder& b)
                     {
                         b.AddText(attribute::REALM, i == 0 ? "other.test" : "ims.test")
                             .AddText(attribute::NONCE, "fresh-" + std::to_string(i));
                     }));
        if (i == 0)
        {
            const stun::Message again = Next();
            EXPECT_TRUE(
                stun::HasValidIntegrity(again, stun::LongTermKey("alice", "other.test", "secret")));
            connection.HandleInput(At(1),
                                   Response(again,
                                            438,
                                            {},
                                            [](Builder& b) {
                                                b.AddText(attribute::REALM, "ims.test")
                                                    .AddText(attribute::NONCE, "fresh-x");
                                            }));
        }
        if (connection.NextTimeout() == std::nullopt)
        {
            EXPECT_EQ(i, 2);
            break;
        }
    }
    EXPECT_EQ(Failure(), "stale-nonce");
}

TEST_F(DataConnectionTest, EndsInANamedErrorWhateverStopsIt)
{
    connection.Start(At(0));
    EXPECT_EQ(connection.NextTimeout(), At(39.5));
    connection.HandleTimeout(At(39.4));
    EXPECT_FALSE(connection.PollEvent());
    connection.HandleTimeout(At(39.5));
    EXPECT_EQ(Failure(), "timeout");

    connection = DataConnection(Config(), random);
    connection.Start(At(0));
    connection.HandleLowerClosed(At(1), std::nullopt);
    EXPECT_EQ(Failure(), "closed");

    connection = DataConnection(Config(), random);
    connection.Start(At(0));
    connection.HandleLowerClosed(At(1), StreamFailure{"tcp", "reset", ""});
    EXPECT_EQ(Failure(), "reset");

    connection = DataConnection(Config(), random);
    connection.Start(At(0));
    const stun::Message request = Next();
    connection.Close(At(1));
    connection.HandleInput(At(2), Response(request, 0, key));
    EXPECT_FALSE(connection.PollEvent()) << "closed by the user: silence";
}

TEST_F(DataConnectionTest, AnAnswerInPiecesIsOne)
{
    connection.Start(At(0));
    const Bytes answer = Response(Next(), 0, key);
    for (std::size_t i = 0; i < answer.size(); ++i)
    {
        EXPECT_FALSE(connection.PollEvent()) << i;
        connection.HandleInput(At(1), ByteView(answer).Sub(i, 1));
    }
    EXPECT_EQ(connection.PollEvent()->type, StreamEvent::Type::ESTABLISHED);
}

} // namespace
} // namespace imsfw::turn
