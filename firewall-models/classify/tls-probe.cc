// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tls-probe.h"

#include <algorithm>
#include <optional>

namespace imsfw::classify
{

namespace
{

constexpr uint8_t HANDSHAKE = 22;
constexpr uint8_t CLIENT_HELLO = 1;
constexpr uint8_t MAJOR = 3;
constexpr uint8_t LATEST_MINOR = 4;
constexpr std::size_t LARGEST_PLAINTEXT = 1U << 14;
constexpr std::size_t RECORD_HEADER = 5;
constexpr std::size_t RANDOM_SIZE = 32;
/// version, random, empty session id, one suite, one compression method
constexpr uint32_t SMALLEST_HELLO = 2 + 32 + 1 + 4 + 2;
/// RFC 8446 4.1.2: the largest lengths of all of the message's vectors
constexpr uint32_t LARGEST_HELLO = 2 + 32 + 33 + 2 + 65534 + 256 + 2 + 65535;
constexpr uint8_t LARGEST_SESSION_ID = 32;

/// One test of one field: the bytes may also not be there yet.
struct FieldTest
{
    ByteReader reader;
    bool failed{false};
    bool short_{false};

    template <typename T, typename Test>
    void
    Check(std::optional<T> value, Test test)
    {
        if (failed || short_)
        {
            return;
        }
        short_ = !value;
        failed = value && !test(*value);
    }
};

/// @return how many bytes the probe looks at: all of them in the first record.
std::size_t
BytesToLookAt(ByteView prefix)
{
    ByteReader reader(prefix.Sub(3));
    const auto length = reader.U16();
    return length ? std::min<std::size_t>(TLS_PROBE_BYTES, RECORD_HEADER + *length)
                  : TLS_PROBE_BYTES;
}

} // namespace

Answer
ProbeTls(ByteView prefix)
{
    const std::size_t wanted = BytesToLookAt(prefix);
    FieldTest test{ByteReader(prefix.Sub(0, wanted))};
    const auto isMinor = [](uint8_t minor) { return minor <= LATEST_MINOR; };
    test.Check(test.reader.U8(), [](uint8_t type) { return type == HANDSHAKE; });
    test.Check(test.reader.U8(), [](uint8_t major) { return major == MAJOR; });
    test.Check(test.reader.U8(), isMinor);
    // RFC 5246 6.2.1: "Zero-length fragments of Handshake, Alert, or ChangeCipherSpec content types MUST NOT be sent"
    // and "The length MUST NOT exceed 2^14."
    test.Check(test.reader.U16(),
               [](uint16_t length) { return length > 0 && length <= LARGEST_PLAINTEXT; });
    test.Check(test.reader.U8(), [](uint8_t type) { return type == CLIENT_HELLO; });
    test.Check(test.reader.U24(),
               [](uint32_t length) { return length >= SMALLEST_HELLO && length <= LARGEST_HELLO; });
    test.Check(test.reader.U8(), [](uint8_t major) { return major == MAJOR; });
    test.Check(test.reader.U8(), isMinor);
    test.Check(test.reader.Take(RANDOM_SIZE), [](ByteView) { return true; });
    test.Check(test.reader.U8(), [](uint8_t length) { return length <= LARGEST_SESSION_ID; });
    if (test.failed)
    {
        return Answer::NO;
    }
    return prefix.Size() < wanted ? Answer::UNDECIDED : Answer::YES;
}

} // namespace imsfw::classify
