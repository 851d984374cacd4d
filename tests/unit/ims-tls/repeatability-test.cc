// SPDX-License-Identifier: GPL-2.0-only
// One seed, one sequence of bytes: in one process, whatever happened before, whatever the date.
#include "tls-pair.h"

#include "ims-tls-suites.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

namespace imsfw::tls
{
namespace
{

/// What both sides sent in a handshake, a message each way and the closing.
std::vector<Bytes>
Conversation(const PairOptions& options)
{
    TlsPair pair(options);
    pair.Handshake();
    pair.Send(pair.client, "question");
    pair.Send(pair.server, "answer");
    pair.client.session->Close(pair.now);
    pair.Pump();
    std::vector<Bytes> all = pair.client.flights;
    all.insert(all.end(), pair.server.flights.begin(), pair.server.flights.end());
    return all;
}

class RepeatabilityTest : public testing::TestWithParam<Suite>
{
  protected:
    PairOptions
    Options() const
    {
        PairOptions options;
        options.clientSuites = {GetParam().ianaName};
        const bool isEcdsa = GetParam().ianaName.find("ECDSA") != std::string::npos;
        options.keyKind = isEcdsa ? KeyKind::EC_P256 : KeyKind::RSA_2048;
        return options;
    }
};

TEST_P(RepeatabilityTest, OneSeedGivesTheSameBytesWhateverRanBefore)
{
    const auto first = Conversation(Options());
    PairOptions other = Options();
    other.clientSeed = 99;
    other.serverSeed = 98;
    const auto between = Conversation(other);
    EXPECT_EQ(Conversation(Options()), first);
    EXPECT_NE(between, first);
}

TEST_P(RepeatabilityTest, NoEndpointMovesTheOthersStream)
{
    const auto drawAfterwards = [&](uint64_t serverSeed)
    {
        PairOptions options = Options();
        options.serverSeed = serverSeed;
        TlsPair pair(options);
        pair.Handshake();
        return pair.client.random->Draw(16);
    };
    EXPECT_EQ(drawAfterwards(1), drawAfterwards(2));
}

INSTANTIATE_TEST_SUITE_P(Tls,
                         RepeatabilityTest,
                         testing::ValuesIn(AllSuites()),
                         [](const auto& row) { return row.param.ianaName; });

/// @return the session in the ticket that @p server put into @p flight (RFC 5077 3.3 and 4), decrypted.
SSL_SESSION*
SessionInTicket(SSL_CTX* server, const Bytes& flight)
{
    ByteReader reader{ByteView(flight)};
    reader.Take(5 + 4 + 4); // record header, handshake header, lifetime hint
    const auto ticket = reader.TakePrefixed16();
    std::array<uint8_t, 80>
        keys{}; // name, HMAC key, AES key, as SSL_CTX_set_tlsext_ticket_keys takes them
    SSL_CTX_get_tlsext_ticket_keys(server, keys.data(), keys.size());
    const ByteView iv = ticket->Sub(16, 16);
    const ByteView sealed = ticket->Sub(32, ticket->Size() - 32 - 32);
    Bytes plain(sealed.Size() + 16);
    int first = 0;
    int last = 0;
    EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();
    EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, keys.data() + 48, iv.Data());
    EVP_DecryptUpdate(cipher, plain.data(), &first, sealed.Data(), static_cast<int>(sealed.Size()));
    EVP_DecryptFinal_ex(cipher, plain.data() + first, &last);
    EVP_CIPHER_CTX_free(cipher);
    const unsigned char* next = plain.data();
    return d2i_SSL_SESSION(nullptr, &next, first + last);
}

TEST(RepeatabilityTest, ATicketHoldsSimulatedTime)
{
    PairOptions options;
    options.clientSuites = {"AES128-SHA"};
    options.start = T0 + std::chrono::seconds(77);
    TlsPair pair(options);
    pair.Handshake();
    SSL_SESSION* session = SessionInTicket(pair.server.context->Get(), pair.server.flights[1]);
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(SSL_SESSION_get_time(session), EPOCH_SECONDS + 77);
    SSL_SESSION_free(session);
}

} // namespace
} // namespace imsfw::tls
