// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-server-types.h.
#include "ims-turn-server-types.h"

namespace imsfw
{
namespace turn
{

namespace
{

std::string_view
ToString(ClientId::Transport transport)
{
    switch (transport)
    {
    case ClientId::Transport::UDP:
        return "udp";
    case ClientId::Transport::TCP:
        return "tcp";
    case ClientId::Transport::TLS:
        return "tls";
    case ClientId::Transport::DTLS:
        return "dtls";
    }
    return "unknown";
}

} // namespace

std::string
ClientId::ToString() const
{
    return std::string(turn::ToString(transport)) + " " + remote.ToString() + " #" +
           std::to_string(flow);
}

std::size_t
ClientIdHash::operator()(const ClientId& id) const noexcept
{
    // Clients of one flow differ by their endpoints, those of one endpoint by their flows: an odd factor keeps both apart.
    constexpr uint64_t ODD = 0x9E3779B97F4A7C15;
    return std::hash<Endpoint>()(id.remote) ^
           (id.flow * 4 + static_cast<uint64_t>(id.transport) + 1) * ODD;
}

} // namespace turn
} // namespace imsfw
