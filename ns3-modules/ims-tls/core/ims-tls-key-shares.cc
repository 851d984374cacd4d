// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-key-shares.h"

#include "ims-tls-work-meter.h"

#include <optional>

namespace imsfw::tls
{

namespace
{

constexpr std::size_t VERSION_AND_RANDOM = 2 + 32;
constexpr uint16_t SUPPORTED_VERSIONS = 43;
constexpr uint16_t KEY_SHARE = 51;
constexpr uint8_t NAMED_CURVE = 3;
const Bytes TLS13_VERSION{3, 4};

std::optional<ByteView>
FindExtension(ByteReader& reader, uint16_t wanted)
{
    const auto block = reader.TakePrefixed16();
    ByteReader extensions(block.value_or(ByteView()));
    while (!extensions.IsAtEnd())
    {
        const auto type = extensions.U16();
        const auto data = extensions.TakePrefixed16();
        if (!type || !data)
        {
            return std::nullopt;
        }
        if (*type == wanted)
        {
            return data;
        }
    }
    return std::nullopt;
}

std::optional<ByteView>
FindInServerHello(ByteView body, uint16_t wanted)
{
    ByteReader reader(body);
    constexpr std::size_t SUITE_AND_COMPRESSION = 3;
    const bool isWhole = reader.Take(VERSION_AND_RANDOM) && reader.TakePrefixed8() &&
                         reader.Take(SUITE_AND_COMPRESSION);
    return isWhole ? FindExtension(reader, wanted) : std::nullopt;
}

} // namespace

std::vector<uint16_t>
ClientShares(ByteView body)
{
    ByteReader reader(body);
    const bool isWhole = reader.Take(VERSION_AND_RANDOM) && reader.TakePrefixed8() &&
                         reader.TakePrefixed16() && reader.TakePrefixed8();
    const auto data = isWhole ? FindExtension(reader, KEY_SHARE) : std::nullopt;
    std::vector<uint16_t> groups;
    if (!data)
    {
        return groups;
    }
    ByteReader list(*data);
    ByteReader shares(list.TakePrefixed16().value_or(ByteView()));
    while (!shares.IsAtEnd())
    {
        const auto group = shares.U16();
        if (!group || !shares.TakePrefixed16())
        {
            break;
        }
        groups.push_back(*group);
    }
    return groups;
}

std::vector<uint16_t>
ServerShare(ByteView body)
{
    const auto data = FindInServerHello(body, KEY_SHARE);
    if (!data)
    {
        return {};
    }
    ByteReader share(*data);
    const auto group = share.U16();
    // A HelloRetryRequest names the group alone.
    return group && !share.IsAtEnd() ? std::vector<uint16_t>{*group} : std::vector<uint16_t>{};
}

bool
ChoosesTls13(ByteView body)
{
    const auto data = FindInServerHello(body, SUPPORTED_VERSIONS);
    return data && *data == ByteView(TLS13_VERSION);
}

std::string
CurveOf(ByteView body)
{
    ByteReader reader(body);
    const auto type = reader.U8();
    const auto curve = reader.U16();
    return type == NAMED_CURVE && curve ? GroupName(*curve) : "unknown";
}

std::string
FiniteFieldOf(ByteView body)
{
    ByteReader reader(body);
    const auto prime = reader.TakePrefixed16();
    return prime ? "ffdhe" + std::to_string(prime->Size() * 8) : "unknown";
}

} // namespace imsfw::tls
