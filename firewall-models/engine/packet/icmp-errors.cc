// SPDX-License-Identifier: GPL-2.0-only
#include "engine/packet/icmp-errors.h"

#include "engine/packet/packet-rewriter.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

constexpr std::size_t ICMP_HEADER = 8;
constexpr std::size_t ICMP_CHECKSUM = 2;

/// @return true where the receiver of the error knows the sender's external address only.
bool
HidesSource(const IcmpErrorSubject& subject)
{
    const NatUse& nat = *subject.nat;
    const bool isHairpinned = nat.opened && nat.accepted;
    const bool isTranslated = nat.opened || nat.accepted;
    return isHairpinned ||
           (isTranslated && subject.flow->Target(subject.direction) == Zone::OUTSIDE);
}

} // namespace

std::optional<IcmpErrorSubject>
FindSubject(FlowTable& flows, const Arrival& arrival)
{
    const auto quoted =
        ParseQuotedIp(ByteView(arrival.bytes).Sub(arrival.packet.headerSize + ICMP_HEADER));
    if (!quoted || quoted->isFragment)
    {
        return std::nullopt;
    }
    const auto found = flows.Find(quoted->tuple.Reversed());
    if (found.flow == nullptr || !found.flow->IsAllowed() ||
        found.flow->Origin(found.direction) != arrival.from)
    {
        return std::nullopt;
    }
    return IcmpErrorSubject{
        found.flow, &flows.DetailsOf(*found.flow).nat, found.direction, *quoted};
}

void
TranslateIcmpError(Arrival& arrival, const IcmpErrorSubject& subject)
{
    Bytes& bytes = arrival.bytes;
    const auto leaving = subject.flow->Leaving(subject.direction);
    const std::size_t quotedAt = arrival.packet.headerSize + ICMP_HEADER;
    Bytes quoted = ByteView(bytes).Sub(quotedAt).ToBytes();
    const uint16_t before = Checksum(quoted); // ~m of RFC 1624, as m is the sum and this is ~sum
    Rewrite(quoted, subject.quoted, leaving.Reversed());
    std::copy(quoted.begin(), quoted.end(), bytes.begin() + static_cast<std::ptrdiff_t>(quotedAt));
    const uint16_t after = ~Checksum(quoted);
    UpdateChecksum(bytes, arrival.packet.headerSize + ICMP_CHECKSUM, uint32_t{before} + after);
    Ip4Tuple outer = arrival.packet.tuple;
    outer.destination = leaving.destination;
    outer.source = HidesSource(subject) ? leaving.source : outer.source;
    Rewrite(bytes, arrival.packet, outer);
}

} // namespace imsfw::engine
