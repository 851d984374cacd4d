// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the ends of a TLS connection compute between its flights, derived from the RFCs message by message, with the prices of
/// a CPU table made for it.
#pragma once

#include "base/time.h"

#include <string>
#include <utility>
#include <vector>

namespace imsfw::scenario
{

constexpr Duration
Us(int64_t microseconds)
{
    return std::chrono::microseconds(microseconds);
}

// A prime each, so that no two sums are alike by chance.
constexpr Duration SESSION = Us(97);
constexpr Duration CLIENT = Us(701); ///< a handshake message, made or read
constexpr Duration SERVER = Us(503);
constexpr Duration SCHEDULE_CLIENT = Us(211);
constexpr Duration SCHEDULE_SERVER = Us(223);
constexpr Duration KEYGEN = Us(127);
constexpr Duration DERIVE = Us(131);
constexpr Duration SIGN = Us(1009);
constexpr Duration VERIFY = Us(307);
constexpr Duration CERTIFICATE = Us(311);
constexpr Duration ENCRYPT = Us(313);
constexpr Duration DECRYPT = Us(1013);
constexpr Duration SEAL = Us(61);
constexpr Duration OPEN = Us(67);
constexpr Duration FIREWALL = Us(11);
constexpr Duration PROXY = Us(31);
constexpr Duration RELAY = Us(37);

inline std::string
Table()
{
    const std::vector<std::pair<std::string, Duration>> prices{
        {"session", SESSION},
        {"message/client", CLIENT},
        {"message/server", SERVER},
        {"schedule/client", SCHEDULE_CLIENT},
        {"schedule/server", SCHEDULE_SERVER},
        {"keygen/x25519", KEYGEN},
        {"derive/x25519", DERIVE},
        {"sign/rsa-2048", SIGN},
        {"verify/rsa-2048", VERIFY},
        {"certificate/rsa-2048", CERTIFICATE},
        {"encrypt/rsa-2048", ENCRYPT},
        {"decrypt/rsa-2048", DECRYPT},
        {"firewall/packet", FIREWALL},
        {"firewall/inspect", Duration(0)},
        {"proxy/copy", PROXY},
        {"relay/copy", RELAY},
    };
    // Eight cores: the packets of a flight do not wait for each other in firewall and proxy.
    std::string yaml = "title: Primes\ncpu: none\nderivation: for a test\ncores: 8\noperations:\n";
    const auto add = [&](const std::string& name, Duration price)
    { yaml += "  " + name + ": {each_ns: " + std::to_string(price.count()) + "}\n"; };
    for (const auto& [name, price] : prices)
    {
        add(name, price);
    }
    for (const char* cipher : {"NULL_SHA", "AES_128_CBC_SHA", "AES_128_GCM_SHA256"})
    {
        add(std::string("seal/") + cipher, SEAL);
        add(std::string("open/") + cipher, OPEN);
    }
    return yaml;
}

/// What is computed before the first flight, between the first and the second, and so on; after the last one.
using Work = std::vector<Duration>;

struct Suite
{
    const char* name;
    bool isTls13;
    bool isEphemeral; ///< TLS 1.2: ECDHE, signed; else RSA key exchange
};

inline const Suite SUITES[] = {{"TLS_RSA_WITH_NULL_SHA", false, false},
                               {"TLS_RSA_WITH_AES_128_CBC_SHA", false, false},
                               {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", false, true},
                               {"TLS_AES_128_GCM_SHA256", true, true}};

/// RFC 5246 7.3 and RFC 5077 3.1, full: ClientHello; ServerHello, Certificate, (ServerKeyExchange,) ServerHelloDone;
/// ClientKeyExchange, Finished; NewSessionTicket, Finished. CCS are no handshake messages. Only the Finished are protected.
inline Work
FullTls12(const Suite& suite)
{
    const Duration first = SESSION + CLIENT;
    if (suite.isEphemeral)
    {
        return {first,
                SERVER + 4 * SERVER + KEYGEN + SIGN,
                4 * CLIENT + CERTIFICATE + VERIFY + KEYGEN + DERIVE + 2 * CLIENT + SEAL,
                2 * SERVER + DERIVE + OPEN + 2 * SERVER + SEAL,
                2 * CLIENT + OPEN};
    }
    return {first,
            SERVER + 3 * SERVER,
            3 * CLIENT + CERTIFICATE + ENCRYPT + 2 * CLIENT + SEAL,
            2 * SERVER + DECRYPT + OPEN + 2 * SERVER + SEAL,
            2 * CLIENT + OPEN};
}

/// RFC 5246 7.3, abbreviated: ClientHello; ServerHello, Finished; Finished.
inline Work
ResumedTls12()
{
    return {SESSION + CLIENT, SERVER + 2 * SERVER + SEAL, 2 * CLIENT + OPEN + CLIENT + SEAL};
}

/// RFC 8446 2: ClientHello; ServerHello, {EncryptedExtensions, Certificate, CertificateVerify, Finished}; {Finished}.
inline Work
FullTls13()
{
    return {SESSION + CLIENT + KEYGEN,
            SERVER + 5 * SERVER + SCHEDULE_SERVER + KEYGEN + DERIVE + SIGN + 4 * SEAL,
            5 * CLIENT + SCHEDULE_CLIENT + DERIVE + CERTIFICATE + VERIFY + 4 * OPEN + CLIENT +
                SEAL};
}

/// RFC 8446 2.2, a PSK with (EC)DHE: neither certificate nor signature.
inline Work
ResumedTls13()
{
    return {SESSION + CLIENT + KEYGEN,
            SERVER + 3 * SERVER + SCHEDULE_SERVER + KEYGEN + DERIVE + 2 * SEAL,
            3 * CLIENT + SCHEDULE_CLIENT + DERIVE + 2 * OPEN + CLIENT + SEAL};
}

inline Work
HandshakeWork(const Suite& suite, bool isResumed)
{
    if (suite.isTls13)
    {
        return isResumed ? ResumedTls13() : FullTls13();
    }
    return isResumed ? ResumedTls12() : FullTls12(suite);
}

/// RFC 6347 4.2.4, full: ClientHello; HelloVerifyRequest; ClientHello; ServerHello, Certificate, (ServerKeyExchange,)
/// ServerHelloDone; ClientKeyExchange, Finished; Finished. A server begins with the first datagram; there are no tickets.
inline Work
DtlsWork(const Suite& suite)
{
    const Work tls = FullTls12(suite);
    const Duration noTicket = SERVER;
    return {SESSION + CLIENT,
            SESSION + 2 * SERVER,
            2 * CLIENT,
            tls[1],
            tls[2],
            tls[3] - noTicket,
            tls[4] - CLIENT};
}

/// Request, 401, request, answer: a record each. @param server what it computes for an answer beside its records
inline Work
TransactionsWork(Duration server)
{
    const Duration answer = OPEN + server + SEAL;
    return {SEAL, answer, OPEN + SEAL, answer, OPEN};
}

/// The same with TLS 1.3. The client's Finished leaves when the phase begins; the request, which is sealed meanwhile, waits for
/// the server to read that and to write two tickets (RFC 8446 4.6.1). Those are the first that the UE reads.
inline Work
TransactionsWorkBehindFinished(Duration server)
{
    return {Duration(0),
            OPEN + SERVER + 2 * (SERVER + SEAL),
            2 * (CLIENT + OPEN) + OPEN + SEAL,
            OPEN + server + SEAL,
            OPEN};
}

} // namespace imsfw::scenario
