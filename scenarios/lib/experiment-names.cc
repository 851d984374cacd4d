// SPDX-License-Identifier: GPL-2.0-only
#include "experiment-names.h"

#include <array>
#include <utility>

namespace imsfw::scenario
{

namespace
{

template <typename Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<ControlTransport, 4> CONTROL_TRANSPORTS{{
    {ControlTransport::UDP, "udp"},
    {ControlTransport::TCP, "tcp"},
    {ControlTransport::TLS, "tls"},
    {ControlTransport::NONE, "none"},
}};

constexpr Words<MediaPathKind, 3> MEDIA_PATHS{{
    {MediaPathKind::DIRECT, "direct"},
    {MediaPathKind::RELAY, "relay"},
    {MediaPathKind::NONE, "none"},
}};

constexpr Words<MediaTransport, 3> MEDIA_TRANSPORTS{{
    {MediaTransport::UDP, "udp"},
    {MediaTransport::TCP, "tcp"},
    {MediaTransport::TLS, "tls"},
}};

constexpr Words<ProxyUse, 3> PROXY_USES{{
    {ProxyUse::NEVER, "never"},
    {ProxyUse::IF_CONFIGURED, "if-configured"},
    {ProxyUse::ALWAYS, "always"},
}};

template <typename Enum, std::size_t N>
std::string
WordFor(const Words<Enum, N>& words, Enum value)
{
    for (const auto& [candidate, word] : words)
    {
        if (candidate == value)
        {
            return std::string(word);
        }
    }
    return {};
}

template <typename Enum, std::size_t N>
Enum
ValueFor(const Words<Enum, N>& words, std::string_view wanted)
{
    for (const auto& [candidate, word] : words)
    {
        if (word == wanted)
        {
            return candidate;
        }
    }
    return words.front().first;
}

} // namespace

std::string
ToString(ControlTransport transport)
{
    return WordFor(CONTROL_TRANSPORTS, transport);
}

std::string
ToString(MediaPathKind path)
{
    return WordFor(MEDIA_PATHS, path);
}

std::string
ToString(MediaTransport transport)
{
    return WordFor(MEDIA_TRANSPORTS, transport);
}

std::string
ToString(ProxyUse use)
{
    return WordFor(PROXY_USES, use);
}

ControlTransport
ControlTransportFrom(std::string_view word)
{
    return ValueFor(CONTROL_TRANSPORTS, word);
}

MediaPathKind
MediaPathKindFrom(std::string_view word)
{
    return ValueFor(MEDIA_PATHS, word);
}

MediaTransport
MediaTransportFrom(std::string_view word)
{
    return ValueFor(MEDIA_TRANSPORTS, word);
}

ProxyUse
ProxyUseFrom(std::string_view word)
{
    return ValueFor(PROXY_USES, word);
}

std::string
ToText(Duration duration)
{
    constexpr std::array<std::pair<int64_t, std::string_view>, 3> UNITS{{
        {1'000'000'000, "s"},
        {1'000'000, "ms"},
        {1'000, "us"},
    }};
    for (const auto& [nanoseconds, unit] : UNITS)
    {
        if (duration.count() % nanoseconds == 0)
        {
            return std::to_string(duration.count() / nanoseconds) + std::string(unit);
        }
    }
    return std::to_string(duration.count() / 1000) + "us"; // the schema's smallest unit
}

} // namespace imsfw::scenario
