// SPDX-License-Identifier: GPL-2.0-only
// What the operations measured so far do not explain of a whole handshake is shared out among its messages.
#include "calibration.h"
#include "session-pair.h"

#include "ims-tls-hash.h"

#include <algorithm>

namespace imsfw::calibrate
{

namespace
{

// By end: client, server.
constexpr const char* MESSAGE[] = {"message/client", "message/server"};
constexpr const char* SCHEDULE[] = {"schedule/client", "schedule/server"};

struct Sample
{
    double ns[2];     ///< of client and server, medians
    WorkList work[2]; ///< what one handshake is made of
};

/// Median over batches, as everywhere: the mean of a batch has the interruptions that any ten handshakes have.
Sample
TimeHandshakes(const std::string& suite, tls::KeyKind key, const Effort& effort)
{
    constexpr unsigned BATCH = 10;
    const PairSettings settings(suite, key);
    const std::string refusal = "no handshake with " + suite;
    SessionPair counted(settings, true); // untimed: the first one also warms up
    Require(counted.Handshake(), refusal);
    std::vector<double> ns[2];
    for (unsigned batch = 0; batch < effort.batches; ++batch)
    {
        double sum[2] = {0, 0};
        for (unsigned i = 0; i < BATCH; ++i)
        {
            SessionPair pair(settings, false);
            Require(pair.Handshake(), refusal);
            sum[0] += static_cast<double>(pair.client.ns);
            sum[1] += static_cast<double>(pair.server.ns);
        }
        ns[0].push_back(sum[0] / BATCH);
        ns[1].push_back(sum[1] / BATCH);
    }
    return {{Median(ns[0]), Median(ns[1])}, {counted.client.work, counted.server.work}};
}

void
MeasureSession(const Effort& effort, Operations& operations)
{
    const PairSettings settings("TLS_AES_128_GCM_SHA256", tls::KeyKind::RSA_2048);
    const double both = MeasureNs(effort, [&] { SessionPair(settings, false); });
    operations["session"].eachNs = WholeNs(both / 2);
    const Bytes text(16000, 'x');
    const double hash = MeasureNs(effort, [&] { tls::Sha256(text); });
    for (const char* message : MESSAGE)
    {
        operations[message].perBytePs = WholeNs(1000 * hash / static_cast<double>(text.size()));
    }
}

/// @return the part of @p sample that is not priced yet, over how often @p operation stands in it.
double
Unpriced(const Sample& sample, int end, const std::string& operation, const Operations& operations)
{
    cpu::CostTable table;
    table.operations = operations;
    double rest = sample.ns[end];
    double times = 0;
    for (const auto& work : sample.work[end])
    {
        const auto price = table.PriceOf(work);
        Require(price.has_value() || work.operation == operation,
                "nothing known of " + work.operation);
        rest -= static_cast<double>(price.value_or(Duration()).count());
        times += work.operation == operation ? static_cast<double>(work.times) : 0;
    }
    return rest / times;
}

/// Two kinds of handshakes with the same key: those of TLS 1.2 tell what a message costs, those of TLS 1.3 what its key
/// schedule takes beside its messages.
void
MeasureMessages(const Effort& effort, Operations& operations)
{
    const Sample tls12 =
        TimeHandshakes("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", tls::KeyKind::EC_P256, effort);
    const Sample tls13 = TimeHandshakes("TLS_AES_128_GCM_SHA256", tls::KeyKind::EC_P256, effort);
    for (int end = 0; end < 2; ++end)
    {
        operations[MESSAGE[end]].eachNs = WholeNs(Unpriced(tls12, end, MESSAGE[end], operations));
        operations[SCHEDULE[end]].eachNs = WholeNs(Unpriced(tls13, end, SCHEDULE[end], operations));
    }
}

} // namespace

std::vector<Step>
HandshakeSteps()
{
    return {{"sessions and hashes", MeasureSession}, {"handshakes", MeasureMessages}};
}

} // namespace imsfw::calibrate
