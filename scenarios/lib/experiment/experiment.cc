// SPDX-License-Identifier: GPL-2.0-only
#include "experiment.h"

#include "experiment-names.h"
#include "experiment-yaml.h"
#include "proxy-selection.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::scenario
{

namespace
{

constexpr uint16_t STUN_PORT = 3478; ///< RFC 8489 8.1

} // namespace

std::vector<MediaServer>
Way::MediaServers() const
{
    switch (path)
    {
    case MediaPathKind::DIRECT:
        return {{MediaTransport::UDP, STUN_PORT}};
    case MediaPathKind::RELAY:
        return {{media, mediaPort}};
    case MediaPathKind::ICE:
    {
        auto servers = iceServers;
        if (hasStun)
        {
            servers.push_back({MediaTransport::UDP, STUN_PORT});
        }
        return servers;
    }
    case MediaPathKind::NONE:
        return {};
    }
    return {};
}

bool
Way::RelaysOver(MediaTransport transport) const
{
    const auto isOver = [&](const MediaServer& server) { return server.transport == transport; };
    return (path == MediaPathKind::RELAY && media == transport) ||
           (path == MediaPathKind::ICE &&
            std::any_of(iceServers.begin(), iceServers.end(), isOver));
}

std::vector<MediaServer>
Experiment::IceServers() const
{
    std::vector<MediaServer> servers;
    for (const auto& entry : media.ice.servers)
    {
        const auto parts = Split(entry, ':');
        const auto port = parts.size() == 2 ? ParseNumber(parts[1], 1, UINT16_MAX) : std::nullopt;
        for (const auto& [transport, word] : Words<MediaTransport>::ALL)
        {
            if (port && word == parts[0])
            {
                servers.push_back({transport, static_cast<uint16_t>(*port)});
            }
        }
    }
    return servers;
}

bool
Experiment::HasCalleeSite() const
{
    return call.enabled && !callee.policy.empty();
}

std::vector<Way>
Experiment::Ways() const
{
    const auto named =
        attempts.order == AttemptOrder::FIXED ? std::vector<Way>{OwnWay()} : namedWays;
    const std::size_t choices = MostChoices(proxy.select);
    std::vector<Way> ways;
    for (const auto& way : named)
    {
        ways.push_back(way);
        for (std::size_t choice = 1; choice < choices; ++choice)
        {
            ways.push_back(way);
            ways.back().choice = choice;
            ways.back().name += " (choice " + std::to_string(choice + 1) + ")";
        }
    }
    return ways;
}

Way
Experiment::OwnWay() const
{
    return {transport.empty() ? "custom" : transport,
            control.transport,
            control.port,
            media.path,
            media.transport,
            media.port,
            proxy.use,
            media.path == MediaPathKind::ICE ? IceServers() : std::vector<MediaServer>(),
            media.ice.stun};
}

Duration
Experiment::AttemptCap() const
{
    return attempts.order == AttemptOrder::FIXED ? limits.attempt : attempts.cap;
}

bool
Experiment::HasControl() const
{
    const auto ways = Ways();
    return std::any_of(ways.begin(),
                       ways.end(),
                       [](const Way& way) { return way.control != ControlTransport::NONE; });
}

bool
Experiment::HasMedia() const
{
    const auto ways = Ways();
    return call.enabled &&
           std::any_of(ways.begin(),
                       ways.end(),
                       [](const Way& way) { return way.path != MediaPathKind::NONE; });
}

bool
Experiment::HasMessages() const
{
    return call.enabled && messages.enabled;
}

std::optional<MediaTransport>
Experiment::MessageRelay(const Way& way) const
{
    const bool isRelayed = messages.path == MessagePath::RELAY ||
                           (messages.path == MessagePath::AS_MEDIA &&
                            (way.path == MediaPathKind::RELAY || way.path == MediaPathKind::ICE));
    if (!HasMessages() || !isRelayed)
    {
        return std::nullopt;
    }
    // RFC 6062 4.1: over a stream. Where media's is UDP, this is TCP to the same port; for DTLS, TLS.
    const bool isSecure = way.media == MediaTransport::TLS || way.media == MediaTransport::DTLS;
    return isSecure ? MediaTransport::TLS : MediaTransport::TCP;
}

bool
Experiment::UsesTls() const
{
    const auto ways = Ways();
    return std::any_of(ways.begin(),
                       ways.end(),
                       [this](const Way& way)
                       {
                           return way.control == ControlTransport::TLS ||
                                  way.RelaysOver(MediaTransport::TLS) ||
                                  way.RelaysOver(MediaTransport::DTLS) ||
                                  MessageRelay(way) == MediaTransport::TLS;
                       });
}

std::string
Experiment::ToYaml() const
{
    YAML::Emitter out;
    out.SetDoublePrecision(6);
    out << ToNode(*this);
    return std::string(out.c_str()) + "\n";
}

} // namespace imsfw::scenario
