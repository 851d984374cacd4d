// SPDX-License-Identifier: GPL-2.0-only
#include "dtls-names.h"

#include "tls-names.h"

namespace imsfw::scenario
{

namespace
{

constexpr uint8_t CHANGE_CIPHER_SPEC = 20;
constexpr uint8_t ALERT = 21;
constexpr uint8_t HANDSHAKE = 22;
constexpr uint8_t APPLICATION_DATA = 23;
constexpr uint8_t DTLS_MAJOR = 254; // RFC 6347 4.1: versions are written in one's complement

struct Record
{
    uint8_t type{0};
    uint16_t epoch{0};
    uint64_t number{0};
    ByteView content;
};

/// Take a record off the beginning of @p bytes. @return nothing where there is no whole one
std::optional<Record>
TakeRecord(ByteView& bytes)
{
    ByteReader reader(bytes);
    const auto type = reader.U8();
    const auto version = reader.U16();
    const auto epoch = reader.U16();
    const auto high = reader.U16();
    const auto low = reader.U32();
    const auto size = reader.U16();
    constexpr std::size_t HEADER = 13;
    if (!size || *type < CHANGE_CIPHER_SPEC || *type > APPLICATION_DATA ||
        *version >> 8 != DTLS_MAJOR || bytes.Size() < HEADER + *size)
    {
        return std::nullopt;
    }
    Record record{*type, *epoch, uint64_t{*high} << 32 | *low, bytes.Sub(HEADER, *size)};
    bytes = bytes.Sub(HEADER + *size);
    return record;
}

/// @return the name of a handshake message; empty for a later fragment of one.
std::string
NameOfHandshake(ByteView content)
{
    ByteReader reader(content);
    const auto type = reader.U8();
    reader.U24(); // length
    reader.U16(); // sequence
    const auto fragment = reader.U24();
    if (!fragment)
    {
        return "handshake";
    }
    return *fragment == 0 ? HandshakeName(*type) : "";
}

std::string
NameOf(const Record& record)
{
    switch (record.type)
    {
    case CHANGE_CIPHER_SPEC:
        return "ChangeCipherSpec";
    case ALERT:
        return "alert";
    case HANDSHAKE:
        return record.epoch > 0 ? "encrypted handshake" : NameOfHandshake(record.content);
    }
    return "application data";
}

} // namespace

bool
IsDtls(ByteView datagram)
{
    ByteView rest = datagram;
    while (!rest.IsEmpty())
    {
        if (!TakeRecord(rest))
        {
            return false;
        }
    }
    return !datagram.IsEmpty();
}

std::vector<std::string>
DtlsNames(ByteView datagram)
{
    std::vector<std::string> names;
    while (const auto record = TakeRecord(datagram))
    {
        std::string name = NameOf(*record);
        if (!name.empty())
        {
            names.push_back(std::move(name));
        }
    }
    return names.empty() ? std::vector<std::string>{"(continued)"} : names;
}

std::optional<uint64_t>
DtlsDataNumber(ByteView datagram)
{
    while (const auto record = TakeRecord(datagram))
    {
        if (record->type == APPLICATION_DATA)
        {
            return record->number;
        }
    }
    return std::nullopt;
}

} // namespace imsfw::scenario
