// SPDX-License-Identifier: GPL-2.0-only
#include "calibration.h"
#include "session-pair.h"

#include "ims-tls-suites.h"
#include "ims-tls-work-meter.h"

#include <algorithm>
#include <set>

namespace imsfw::calibrate
{

namespace
{

constexpr std::size_t FEW = 64;
constexpr std::size_t MANY = 16000; // in one record (RFC 8446 5.1: at most 16384)
constexpr std::size_t RECORD_HEADER = 5;

struct RecordTimes
{
    double sealNs;
    double openNs;
    std::size_t bytes; ///< of a record, without its header
};

/// The median over many records of @p size: both ends of a connection at once.
RecordTimes
TimeRecords(SessionPair& pair, std::size_t size, const Effort& effort)
{
    const Bytes text(size, 'x');
    std::size_t onWire = 0;
    std::vector<double> seal;
    std::vector<double> open;
    pair.Send(text);
    const uint64_t before = pair.client.ns + pair.server.ns;
    pair.Send(text);
    const uint64_t single = std::max<uint64_t>(1, pair.client.ns + pair.server.ns - before);
    const uint64_t times = std::max<uint64_t>(1, effort.batchNs / single);
    for (unsigned batch = 0; batch < effort.batches; ++batch)
    {
        pair.client.ns = 0;
        pair.server.ns = 0;
        for (uint64_t i = 0; i < times; ++i)
        {
            onWire = pair.Send(text);
        }
        seal.push_back(static_cast<double>(pair.client.ns) / static_cast<double>(times));
        open.push_back(static_cast<double>(pair.server.ns) / static_cast<double>(times));
    }
    return {Median(seal), Median(open), onWire - RECORD_HEADER};
}

void
Measure(const std::string& suite, tls::KeyKind key, const Effort& effort, Operations& operations)
{
    const PairSettings settings(suite, key);
    SessionPair pair(settings, false);
    Require(pair.Handshake(), "no handshake with " + suite);
    const RecordTimes few = TimeRecords(pair, FEW, effort);
    const RecordTimes many = TimeRecords(pair, MANY, effort);
    const std::string cipher = tls::CipherOf(suite);
    operations["seal/" + cipher] = LineThrough(few.sealNs, few.bytes, many.sealNs, many.bytes);
    operations["open/" + cipher] = LineThrough(few.openNs, few.bytes, many.openNs, many.bytes);
}

} // namespace

std::vector<Step>
RecordSteps()
{
    std::vector<Step> steps;
    std::set<std::string> known;
    for (const auto& suite : tls::AllSuites())
    {
        const std::string cipher = tls::CipherOf(suite.ianaName);
        if (!known.insert(cipher).second)
        {
            continue; // another key exchange with the same records
        }
        const bool isEcdsa = suite.ianaName.find("_ECDSA_") != std::string::npos;
        const auto key = isEcdsa ? tls::KeyKind::EC_P256 : tls::KeyKind::RSA_2048;
        steps.push_back({"records " + cipher,
                         [name = suite.ianaName, key](const Effort& effort, Operations& operations)
                         { Measure(name, key, effort, operations); }});
    }
    return steps;
}

} // namespace imsfw::calibrate
