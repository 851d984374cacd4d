// SPDX-License-Identifier: GPL-2.0-only
// What TLS does must not depend on the date of the machine: this program answers for the C library's clocks itself, so
// that OpenSSL sees whatever date a test wants.
#include "dtls-pair.h"
#include "ims-tls-openssl.h"
#include "tls-pair.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ctime>

namespace
{

std::atomic<time_t> g_date{0};
std::atomic<int> g_asked{0};

} // namespace

// The executable's definitions go before those of the C library, for libssl and libcrypto too.
extern "C" time_t
time(time_t* result) noexcept
{
    ++g_asked;
    if (result != nullptr)
    {
        *result = g_date;
    }
    return g_date;
}

extern "C" int
gettimeofday(timeval* result, void*) noexcept
{
    ++g_asked;
    *result = {g_date, 0};
    return 0;
}

namespace imsfw::tls
{
namespace
{

constexpr time_t DAY = 24 * 3600;
constexpr time_t DATES[] = {
    0, EPOCH_SECONDS - 50 * 365 * DAY, EPOCH_SECONDS, EPOCH_SECONDS + 77 * 365 * DAY};

/// All that both sides send in a handshake, a message each way and the closing, on a machine with this date.
std::vector<Bytes>
ConversationOn(time_t date, const std::string& suite)
{
    g_date = date;
    PairOptions options;
    options.clientSuites = {suite};
    TlsPair pair(options);
    pair.Handshake();
    EXPECT_TRUE(pair.client.IsEstablished()) << date << pair.client.Failure();
    pair.Send(pair.client, "question");
    pair.Send(pair.server, "answer");
    pair.client.session->Close(pair.now);
    pair.Pump();
    EXPECT_EQ(pair.server.Failure(), "");
    std::vector<Bytes> all = pair.client.flights;
    all.insert(all.end(), pair.server.flights.begin(), pair.server.flights.end());
    return all;
}

TEST(ClockTest, OpenSslSeesTheDateOfThisTest)
{
    g_date = EPOCH_SECONDS + DAY;
    ASN1_TIME* now = X509_gmtime_adj(nullptr, 0);
    EXPECT_EQ(ASN1_TIME_cmp_time_t(now, EPOCH_SECONDS + DAY), 0)
        << "or the tests below show nothing";
    ASN1_TIME_free(now);
}

TEST(ClockTest, TheDateChangesNoByte)
{
    for (const char* suite :
         {"NULL-SHA", "AES128-SHA", "ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_128_GCM_SHA256"})
    {
        g_asked = 0;
        const auto first = ConversationOn(EPOCH_SECONDS, suite);
        EXPECT_GT(g_asked, 0) << "OpenSSL does read the clock, to no effect";
        for (const time_t date : DATES)
        {
            EXPECT_EQ(ConversationOn(date, suite), first) << suite << " on " << date;
        }
    }
}

/// The same by DTLS, where a flight is lost and the date jumps by @p jump before its timer expires and afterwards.
std::vector<Bytes>
DatagramsWith(time_t jump)
{
    g_date = EPOCH_SECONDS;
    DtlsPair pair;
    pair.loses = [](const DtlsSide& side, std::size_t number)
    { return side.name == "server" && number == 1; };
    pair.Start();
    g_date += jump;
    pair.Pump();
    while (pair.Step(TimePoint{} + std::chrono::seconds(20)))
    {
        g_date += jump;
    }
    EXPECT_EQ(pair.client.session->GetInfo().established, TimePoint{} + std::chrono::seconds(1));
    pair.Send(pair.client, "question");
    std::vector<Bytes> all = pair.client.sent;
    all.insert(all.end(), pair.server.sent.begin(), pair.server.sent.end());
    return all;
}

TEST(ClockTest, TheDateRetransmitsNothing)
{
    g_asked = 0;
    const auto first = DatagramsWith(0);
    EXPECT_GT(g_asked, 0) << "OpenSSL does read the clock, to no effect";
    for (const time_t jump : {time_t(1), time_t(3600), 50 * 365 * DAY, -DAY})
    {
        EXPECT_EQ(DatagramsWith(jump), first) << jump;
    }
}

TEST(ClockTest, CertificatesAreJudgedBySimulatedTimeAlone)
{
    for (const time_t date : DATES)
    {
        g_date = date;
        PairOptions options;
        options.start = T0 + std::chrono::hours(24 * 365 * 11);
        TlsPair late(options);
        late.Handshake();
        EXPECT_EQ(late.client.Failure().rfind(
                      "tls certificate-verify-failed: certificate has expired", 0),
                  0U)
            << late.client.Failure();
    }
}

/// @return the certificate for @p name that a process of its own makes on @p date: within one, each is made once.
Bytes
IssuedBySomebodyElse(time_t date, const std::string& name)
{
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0)
    {
        g_date = date;
        const Bytes der = Pki::Simulation().Issue({name}).chain.front();
        const bool isWritten = write(ends[1], der.data(), der.size()) == ssize_t(der.size());
        _exit(isWritten ? 0 : 1);
    }
    close(ends[1]);
    Bytes all(10000);
    std::size_t size = 0;
    for (ssize_t got = 1; got > 0; size += static_cast<std::size_t>(got))
    {
        got = std::max<ssize_t>(0, read(ends[0], all.data() + size, all.size() - size));
    }
    close(ends[0]);
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    all.resize(size);
    return all;
}

TEST(ClockTest, CertificatesAreTheSameInAnyProcessOnAnyDate)
{
    const std::string name = "turn.ims.example";
    std::vector<Bytes> made;
    for (const time_t date : DATES)
    {
        made.push_back(IssuedBySomebodyElse(date, name));
    }
    g_date = EPOCH_SECONDS + 30 * 365 * DAY;
    const Bytes here = Pki::Simulation().Issue({name}).chain.front();
    for (const Bytes& der : made)
    {
        EXPECT_EQ(der, here);
    }
    for (const Bytes& der : {here, Pki::Simulation().TrustAnchor()})
    {
        const X509Ptr certificate = CertificateFromDer(der);
        const ASN1_TIME* begin = X509_get0_notBefore(certificate.get());
        EXPECT_EQ(ASN1_TIME_cmp_time_t(begin, EPOCH_SECONDS - 10 * 365 * DAY), 0);
    }
}

} // namespace
} // namespace imsfw::tls
