// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What SRTP costs a voice packet of 172 bytes (G.711) on one core, for each profile: protecting it, and both directions.
/// SrtpStatistics counts the operations of a simulation; this says what one of them is worth.
///
/// Before anything is timed, a packet goes there and back; a wrong one ends the program with status 1.
#include "ims-media-rtp-packet.h"
#include "ims-media-srtp-session.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

namespace imsfw::bench
{

namespace
{

using rtp::SrtpProfile;
using rtp::SrtpSession;

struct Ends
{
    explicit Ends(SrtpProfile profile)
        : key(rtp::SrtpKeyLength(profile), 7),
          out(std::move(*SrtpSession::Create(profile, SrtpSession::Direction::OUTBOUND, key))),
          in(std::move(*SrtpSession::Create(profile, SrtpSession::Direction::INBOUND, key)))
    {
    }

    Bytes key;
    std::unique_ptr<SrtpSession> out;
    std::unique_ptr<SrtpSession> in;
};

Bytes
Voice(uint16_t sequence)
{
    const Bytes payload(160, 0x55);
    return rtp::WritePacket({false, 0, sequence, 0, 1, payload});
}

void
Protect(benchmark::State& state, SrtpProfile profile)
{
    Ends ends(profile);
    uint16_t sequence = 0;
    for (auto iteration : state)
    {
        benchmark::DoNotOptimize(ends.out->Protect(Voice(sequence++)));
    }
}

void
ThereAndBack(benchmark::State& state, SrtpProfile profile)
{
    Ends ends(profile);
    uint16_t sequence = 0;
    for (auto iteration : state)
    {
        benchmark::DoNotOptimize(ends.in->Unprotect(*ends.out->Protect(Voice(sequence++))));
    }
}

/// Register the benchmarks of @p name. @return whether a packet survives its profile.
bool
Register(const std::string& name)
{
    const SrtpProfile profile = *rtp::FindSrtpProfile(name);
    Ends ends(profile);
    const auto there = ends.out->Protect(Voice(1));
    const auto back = there ? ends.in->Unprotect(*there) : there;
    if (!back || *back != Voice(1))
    {
        return false;
    }
    benchmark::RegisterBenchmark(("Protect/" + name).c_str(), Protect, profile);
    benchmark::RegisterBenchmark(("ThereAndBack/" + name).c_str(), ThereAndBack, profile);
    return true;
}

} // namespace

} // namespace imsfw::bench

int
main(int argc, char** argv)
{
    for (const std::string& name : imsfw::rtp::SrtpProfileNames())
    {
        if (!imsfw::bench::Register(name))
        {
            std::fprintf(stderr, "%s: the packet did not survive\n", name.c_str());
            return EXIT_FAILURE;
        }
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return EXIT_SUCCESS;
}
