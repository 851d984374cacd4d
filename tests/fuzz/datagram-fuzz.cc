// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The datagrams of one flow: RTP, RTCP, STUN, ChannelData, DNS, DTLS, SIP.
#include "classify/datagram-probes.h"
#include "classify/stream-inspector.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    classify::StreamInspector inspector;
    uint32_t generation = 0;
    classify::ApplicationSet before;
    while (const auto said = fuzz::TakeSpoken(input))
    {
        fuzz::CheckProbe(said->bytes.Sub(0, 300), classify::ProbeDns);
        inspector.HandleDatagram(said->direction, said->bytes);
        const auto& findings = inspector.GetFindings();
        FUZZ_CHECK(findings.generation >= generation);
        auto all = findings.content;
        all.Add(before);
        FUZZ_CHECK(all == findings.content); // nothing is taken back
        before = findings.content;
        generation = findings.generation;
    }
    return 0;
}
