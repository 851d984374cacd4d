// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The words that stand for an experiment's choices, the same in YAML, on the command line and in results.
#pragma once

#include "experiment.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace imsfw::scenario
{

/// The words of one choice. Specialised below for each; the schema's `enum` lists have the same words.
template <typename Enum>
struct Words;

template <>
struct Words<ControlTransport>
{
    static constexpr std::array<std::pair<ControlTransport, std::string_view>, 4> ALL{{
        {ControlTransport::UDP, "udp"},
        {ControlTransport::TCP, "tcp"},
        {ControlTransport::TLS, "tls"},
        {ControlTransport::NONE, "none"},
    }};
};

template <>
struct Words<MediaPathKind>
{
    static constexpr std::array<std::pair<MediaPathKind, std::string_view>, 4> ALL{{
        {MediaPathKind::DIRECT, "direct"},
        {MediaPathKind::RELAY, "relay"},
        {MediaPathKind::ICE, "ice"},
        {MediaPathKind::NONE, "none"},
    }};
};

template <>
struct Words<MessagePath>
{
    static constexpr std::array<std::pair<MessagePath, std::string_view>, 3> ALL{{
        {MessagePath::AS_MEDIA, "as-media"},
        {MessagePath::DIRECT, "direct"},
        {MessagePath::RELAY, "relay"},
    }};
};

template <>
struct Words<MediaTransport>
{
    static constexpr std::array<std::pair<MediaTransport, std::string_view>, 4> ALL{{
        {MediaTransport::UDP, "udp"},
        {MediaTransport::TCP, "tcp"},
        {MediaTransport::TLS, "tls"},
        {MediaTransport::DTLS, "dtls"},
    }};
};

template <>
struct Words<IceProfile>
{
    static constexpr std::array<std::pair<IceProfile, std::string_view>, 2> ALL{{
        {IceProfile::RFC8445, "rfc8445"},
        {IceProfile::RFC5245, "rfc5245"},
    }};
};

template <>
struct Words<ProxyUse>
{
    static constexpr std::array<std::pair<ProxyUse, std::string_view>, 3> ALL{{
        {ProxyUse::NEVER, "never"},
        {ProxyUse::IF_CONFIGURED, "if-configured"},
        {ProxyUse::ALWAYS, "always"},
    }};
};

template <>
struct Words<Playout>
{
    static constexpr std::array<std::pair<Playout, std::string_view>, 3> ALL{{
        {Playout::NONE, "none"},
        {Playout::FIXED, "fixed"},
        {Playout::ADAPTIVE, "adaptive"},
    }};
};

template <>
struct Words<AttemptOrder>
{
    static constexpr std::array<std::pair<AttemptOrder, std::string_view>, 3> ALL{{
        {AttemptOrder::FIXED, "fixed"},
        {AttemptOrder::ORDERED, "ordered"},
        {AttemptOrder::RACE, "race"},
    }};
};

template <>
struct Words<Arrival>
{
    static constexpr std::array<std::pair<Arrival, std::string_view>, 4> ALL{{
        {Arrival::AT_ONCE, "at-once"},
        {Arrival::UNIFORM, "uniform"},
        {Arrival::POISSON, "poisson"},
        {Arrival::POWER_CUT, "power-cut"},
    }};
};

template <>
struct Words<CertificateKind>
{
    static constexpr std::array<std::pair<CertificateKind, std::string_view>, 4> ALL{{
        {CertificateKind::RSA_2048, "rsa-2048"},
        {CertificateKind::RSA_3072, "rsa-3072"},
        {CertificateKind::ECDSA_P256, "ecdsa-p256"},
        {CertificateKind::ED25519, "ed25519"},
    }};
};

template <>
struct Words<TlsResumption>
{
    static constexpr std::array<std::pair<TlsResumption, std::string_view>, 3> ALL{{
        {TlsResumption::NONE, "none"},
        {TlsResumption::TICKETS, "tickets"},
        {TlsResumption::IDS, "ids"},
    }};
};

template <>
struct Words<EncryptThenMac>
{
    static constexpr std::array<std::pair<EncryptThenMac, std::string_view>, 3> ALL{{
        {EncryptThenMac::BY_PROFILE, "by-profile"},
        {EncryptThenMac::OFFERED, "offered"},
        {EncryptThenMac::NOT_OFFERED, "not-offered"},
    }};
};

template <>
struct Words<SipAuthentication>
{
    static constexpr std::array<std::pair<SipAuthentication, std::string_view>, 2> ALL{{
        {SipAuthentication::DIGEST, "digest"},
        {SipAuthentication::AKA, "aka"},
    }};
};

template <>
struct Words<QueueDiscipline>
{
    static constexpr std::array<std::pair<QueueDiscipline, std::string_view>, 4> ALL{{
        {QueueDiscipline::FIFO, "fifo"},
        {QueueDiscipline::PFIFO_FAST, "pfifo-fast"},
        {QueueDiscipline::CODEL, "codel"},
        {QueueDiscipline::FQ_CODEL, "fq-codel"},
    }};
};

template <>
struct Words<SipTimerProfile>
{
    static constexpr std::array<std::pair<SipTimerProfile, std::string_view>, 2> ALL{{
        {SipTimerProfile::RFC3261, "rfc3261"},
        {SipTimerProfile::THREE_GPP, "3gpp"},
    }};
};

template <>
struct Words<KeepAliveKind>
{
    static constexpr std::array<std::pair<KeepAliveKind, std::string_view>, 2> ALL{{
        {KeepAliveKind::CRLF, "crlf"},
        {KeepAliveKind::STUN, "stun"},
    }};
};

template <>
struct Words<Resolution>
{
    static constexpr std::array<std::pair<Resolution, std::string_view>, 3> ALL{{
        {Resolution::NONE, "none"},
        {Resolution::UE, "ue"},
        {Resolution::PROXY, "proxy"},
    }};
};

template <>
struct Words<DnsFailure>
{
    static constexpr std::array<std::pair<DnsFailure, std::string_view>, 4> ALL{{
        {DnsFailure::NONE, "none"},
        {DnsFailure::NAME_ERROR, "name-error"},
        {DnsFailure::SERVER_FAILURE, "server-failure"},
        {DnsFailure::SILENT, "silent"},
    }};
};

template <>
struct Words<LinkMedium>
{
    static constexpr std::array<std::pair<LinkMedium, std::string_view>, 2> ALL{{
        {LinkMedium::WIRE, "wire"},
        {LinkMedium::WIFI, "wifi"},
    }};
};

template <>
struct Words<TcpKeepAlive>
{
    static constexpr std::array<std::pair<TcpKeepAlive, std::string_view>, 3> ALL{{
        {TcpKeepAlive::NONE, "none"},
        {TcpKeepAlive::UES, "ues"},
        {TcpKeepAlive::ALL, "all"},
    }};
};

/// @return the word for @p value.
template <typename Enum, typename = decltype(Words<Enum>::ALL)>
std::string
ToString(Enum value)
{
    for (const auto& [candidate, word] : Words<Enum>::ALL)
    {
        if (candidate == value)
        {
            return std::string(word);
        }
    }
    return {};
}

/// @return the value that @p wanted stands for. @pre the schema admitted @p wanted
template <typename Enum>
Enum
FromWord(std::string_view wanted)
{
    for (const auto& [candidate, word] : Words<Enum>::ALL)
    {
        if (word == wanted)
        {
            return candidate;
        }
    }
    return Words<Enum>::ALL.front().first;
}

} // namespace imsfw::scenario
