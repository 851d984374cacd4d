// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What one registration-only cell costs, against the floor under it in the same run: the same handshake and bytes
/// between two bare OpenSSL endpoints in memory, plus ns-3's own TCP moving the same number of bytes on the same
/// topology. Aim: at most three times the floor.
#include "openssl-floor.h"
#include "tcp-floor.h"

#include "data-files.h"
#include "experiment-loader.h"
#include "simulation.h"

#include "ims-tls-pki.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <vector>

namespace
{

using namespace imsfw;
using namespace imsfw::bench;

constexpr int REPETITIONS = 60;
constexpr double AIM = 3;
/// REGISTER, 401, REGISTER, 200: in two rounds.
constexpr unsigned ROUNDS = 2;

/// In milliseconds. All that is compared here computes and waits for nothing, so other programs do not disturb it.
double
CpuTime()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// CPU time of one call, in milliseconds. A call that returns false has not done its work: no figure for that.
double
Time(const char* what, const std::function<bool()>& work)
{
    const double start = CpuTime();
    const bool isDone = work();
    const double end = CpuTime();
    if (!isDone)
    {
        std::fprintf(
            stderr, "registration-bench: %s: the result is wrong, so no time is given\n", what);
        std::exit(1);
    }
    return end - start;
}

double
Median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
}

} // namespace

int
main()
{
    const auto experiment = scenario::LoadExperiment(
        scenario::DataRoot() + "/scenarios/configs/register-only.yaml", {"evidence.key_log=false"});
    if (!experiment)
    {
        std::fprintf(stderr, "%s\n", config::ToString(experiment.Error()).c_str());
        return 2;
    }
    const auto credential = tls::Pki::Simulation().Issue({"floor.ims.test"});
    const OpensslFloor openssl("AES128-SHA",
                               tls::CertificateToPem(credential.chain.front()),
                               tls::PrivateKeyToPem(credential.privateKey));
    // As many bytes as the cell's own SIP and TLS have; see the capture of the cell.
    const Conversation sip{1400, 1300, ROUNDS};
    const Conversation wire{2000, 2700, ROUNDS + 2};

    std::vector<double> cells;
    std::vector<double> handshakes;
    std::vector<double> transfers;
    for (int i = 0; i < REPETITIONS; ++i)
    {
        cells.push_back(Time("cell",
                             [&]
                             {
                                 const auto output = scenario::RunExperiment(*experiment, {});
                                 return output &&
                                        output->result.control.verdict == scenario::Verdict::PASS;
                             }));
        handshakes.push_back(
            Time("OpenSSL", [&] { return openssl.Connect(sip.sent, sip.received, sip.rounds); }));
        transfers.push_back(Time("ns-3 TCP", [&] { return RunTcpFloor(*experiment, wire); }));
    }
    const double cell = Median(cells);
    const double floor = Median(handshakes) + Median(transfers);
    std::printf("one registration-only cell, median of %d, in milliseconds of CPU time\n",
                REPETITIONS);
    std::printf("  floor: OpenSSL handshake and data in memory  %7.3f\n", Median(handshakes));
    std::printf("  floor: ns-3 TCP, same topology and bytes     %7.3f\n", Median(transfers));
    std::printf("  cell                                         %7.3f\n", cell);
    std::printf("  cell / floor                                 %7.2f  (aim: at most %.0f)\n",
                cell / floor,
                AIM);
    return 0;
}
