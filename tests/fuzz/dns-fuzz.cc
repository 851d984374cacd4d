// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// DNS messages: what is read can be written and read again; a server and a resolver take any datagram.
#include "fuzz-input.h"
#include "ims-dns-resolver.h"
#include "ims-dns-server.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes(data, size);
    const auto message = dns::Parse(bytes);
    if (message && message->addresses.size() <= 20)
    {
        FUZZ_CHECK(dns::IsName(message->name));
        const auto again = dns::Parse(message->Write());
        FUZZ_CHECK(again && again->name == message->name && again->id == message->id &&
                   again->addresses == message->addresses);
    }
    const TimePoint now{};
    dns::Server server({});
    server.Add("ims.test", *IpAddress::Parse("192.0.2.2"));
    server.HandleInput(now, *Endpoint::Parse("192.0.2.9:53"), bytes);
    if (const auto answer = server.PollTransmit())
    {
        FUZZ_CHECK(dns::Parse(answer->second));
    }
    SeededRandom random(1, 1, "fuzz");
    dns::Resolver resolver({}, random);
    resolver.Resolve(now, "ims.test");
    resolver.HandleInput(now, bytes);
    return 0;
}
