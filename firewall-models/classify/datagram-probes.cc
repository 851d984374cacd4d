// SPDX-License-Identifier: GPL-2.0-only
#include "classify/datagram-probes.h"

namespace imsfw::classify
{

namespace
{

constexpr std::size_t LONGEST_NAME = 255; // RFC 1035 2.3.4
constexpr uint8_t LONGEST_LABEL = 63;

/// RFC 1035 4.1.1: QR, OPCODE, ..., Z, RCODE. Opcodes in use are 0-2 and 4-6.
bool
AreDnsFlags(uint16_t flags)
{
    const unsigned opcode = flags >> 11 & 0xF;
    const bool reserved = (flags >> 6 & 1) != 0;
    return opcode <= 6 && !reserved;
}

/// Read over QNAME, which in a question is never compressed.
Answer
SkipName(ByteReader& reader)
{
    std::size_t length = 0;
    while (true)
    {
        const auto label = reader.U8();
        if (!label)
        {
            return Answer::UNDECIDED;
        }
        length += 1U + *label;
        if (*label > LONGEST_LABEL || length > LONGEST_NAME)
        {
            return Answer::NO;
        }
        if (*label == 0)
        {
            return Answer::YES;
        }
        if (!reader.Take(*label))
        {
            return Answer::UNDECIDED;
        }
    }
}

} // namespace

Answer
ProbeDns(ByteView prefix)
{
    ByteReader reader(prefix);
    const auto id = reader.U16();
    const auto flags = reader.U16();
    if (flags && !AreDnsFlags(*flags))
    {
        return Answer::NO;
    }
    const auto questions = reader.U16();
    if (questions && *questions != 1)
    {
        return Answer::NO;
    }
    const auto counts = reader.Take(6);
    if (!id || !counts)
    {
        return Answer::UNDECIDED;
    }
    const auto name = SkipName(reader);
    if (name != Answer::YES)
    {
        return name;
    }
    const auto type = reader.U16();
    const auto queryClass = reader.U16();
    if (!type || !queryClass)
    {
        return Answer::UNDECIDED;
    }
    // RFC 1035 3.2.4 and 3.2.5; RFC 6762 18.12 takes the top bit for itself
    const unsigned plainClass = *queryClass & 0x7FFF;
    const bool isClass = plainClass == 1 || plainClass == 3 || plainClass == 255;
    return isClass && *type != 0 ? Answer::YES : Answer::NO;
}

bool
IsDtlsHandshake(ByteView prefix, std::size_t total)
{
    constexpr uint8_t HANDSHAKE = 22;
    constexpr std::size_t RECORD_HEADER = 13;
    ByteReader reader(prefix);
    const auto type = reader.U8();
    const auto version = reader.U16();
    const auto epoch = reader.U16();
    const auto sequence = reader.Take(6);
    const auto length = reader.U16();
    if (!type || !version || !epoch || !sequence || !length)
    {
        return false;
    }
    const bool isVersion = *version == 0xFEFF || *version == 0xFEFD;
    return *type == HANDSHAKE && isVersion && *epoch == 0 && *length >= 12 &&
           RECORD_HEADER + *length <= total;
}

} // namespace imsfw::classify
