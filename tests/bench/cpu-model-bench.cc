// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Does the CPU model charge what OpenSSL takes? Calibrates this machine, then makes 100 handshakes of each kind, timed,
/// and sets beside that what the model charges for them. Ends with status 1 where the sum of all is off by more than 10 %.
///
/// What messages cost is calibrated on handshakes with ECDSA (handshake-steps.cc); those with RSA are predicted.
#include "calibration.h"
#include "session-pair.h"

#include <cmath>
#include <cstdio>

namespace
{

using namespace imsfw;
using namespace imsfw::calibrate;

constexpr int HANDSHAKES = 100;
constexpr double TOLERANCE = 0.1;

struct Kind
{
    const char* suite;
    tls::KeyKind key;
    const char* name;
};

constexpr Kind KINDS[] = {
    {"TLS_AES_128_GCM_SHA256", tls::KeyKind::RSA_2048, "TLS 1.3, RSA"},
    {"TLS_AES_128_GCM_SHA256", tls::KeyKind::EC_P256, "TLS 1.3, ECDSA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", tls::KeyKind::RSA_2048, "TLS 1.2, ECDHE, RSA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", tls::KeyKind::EC_P256, "TLS 1.2, ECDHE, ECDSA"},
    {"TLS_RSA_WITH_AES_128_CBC_SHA", tls::KeyKind::RSA_2048, "TLS 1.2, RSA key exchange"},
    {"TLS_RSA_WITH_NULL_SHA", tls::KeyKind::RSA_2048, "TLS 1.2, RSA key exchange, NULL"},
};

struct Times
{
    double measuredMs{0};
    double chargedMs{0};
};

void
Charge(const cpu::CostTable& table, const PairEnd& end, Times& times)
{
    for (const auto& work : end.work)
    {
        const auto price = table.PriceOf(work);
        Require(price.has_value(), "the calibration knows nothing of " + work.operation);
        times.chargedMs += ToMilliseconds(*price);
    }
}

Times
Compare(const Kind& kind, const cpu::CostTable& table)
{
    const PairSettings settings(kind.suite, kind.key);
    SessionPair(settings, false).Handshake(); // looks its algorithms up
    Times times;
    for (int i = 0; i < HANDSHAKES; ++i)
    {
        SessionPair timed(settings, false);
        Require(timed.Handshake(), std::string("no handshake with ") + kind.suite);
        times.measuredMs += static_cast<double>(timed.client.ns + timed.server.ns) / 1e6;
        SessionPair counted(settings, true);
        Require(counted.Handshake(), std::string("no handshake with ") + kind.suite);
        Charge(table, counted.client, times);
        Charge(table, counted.server, times);
    }
    return times;
}

void
Print(const char* name, const Times& times)
{
    std::printf("  %-34s %8.1f %8.1f   %+5.1f %%\n",
                name,
                times.measuredMs,
                times.chargedMs,
                100 * (times.chargedMs / times.measuredMs - 1));
}

} // namespace

int
main()
{
    cpu::CostTable table;
    for (const auto& step : AllSteps())
    {
        step.run(Effort(), table.operations);
    }
    std::printf("cpu-model-bench: %d handshakes of each kind, both ends\n", HANDSHAKES);
    std::printf("  %-34s %8s %8s\n", "", "took ms", "charged");
    Times all;
    for (const auto& kind : KINDS)
    {
        const Times times = Compare(kind, table);
        Print(kind.name, times);
        all.measuredMs += times.measuredMs;
        all.chargedMs += times.chargedMs;
    }
    Print("all", all);
    const bool isGood = std::abs(all.chargedMs / all.measuredMs - 1) <= TOLERANCE;
    std::printf("  %s: the aim is 10 %%\n", isGood ? "good" : "FAILED");
    return isGood ? 0 : 1;
}
