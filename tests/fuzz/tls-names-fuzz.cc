// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The names of what a TLS connection carries are the same however its bytes are cut; a datagram of DTLS has at most a name
/// for each record.
#include "dtls-names.h"
#include "fuzz-input.h"
#include "tls-names.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t seed = input.U8();
    const ByteView bytes = input.Rest();
    scenario::TlsNames whole;
    const auto atOnce = whole.Push(bytes);
    FUZZ_CHECK(atOnce.size() <=
               bytes.Size() / 4); // a message's header has four bytes, a record's five

    scenario::TlsNames cut;
    std::vector<std::string> names;
    fuzz::InPieces(bytes,
                   seed,
                   [&](ByteView piece)
                   {
                       const auto more = cut.Push(piece);
                       names.insert(names.end(), more.begin(), more.end());
                   });
    FUZZ_CHECK(names == atOnce);
    if (scenario::IsDtls(bytes))
    {
        const auto dtls = scenario::DtlsNames(bytes);
        FUZZ_CHECK(!dtls.empty() && dtls.size() <= bytes.Size() / 13);
    }
    scenario::DtlsDataNumber(bytes);
    return 0;
}
