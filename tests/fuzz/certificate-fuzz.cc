// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A server's certificate message as a firewall reads it: what it names is bounded.
#include "classify/certificate-reader.h"
#include "fuzz-input.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto facts = classify::ReadCertificateMessage(ByteView(data, size));
    if (facts)
    {
        FUZZ_CHECK(facts->subject.size() <= classify::CERTIFICATE_NAME_LIMIT);
        FUZZ_CHECK(facts->issuer.size() <= classify::CERTIFICATE_NAME_LIMIT);
        FUZZ_CHECK(facts->dnsNames.size() <= classify::CertificateFacts::MAX_NAMES);
    }
    return 0;
}
