// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What names the application of a flow: an interface, so that a policy may choose who looks (our own probes, nDPI).
///
/// A recogniser gets every packet of one flow, empty ones too, in the order in which the firewall saw them. It reads no
/// clock; time comes with the packets. Names of applications are lower case with hyphens, and those of `Application`
/// where it has the thing: "tls", "http", "http-connect", "sip", "stun", "rtp", ...
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"
#include "classify/findings.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::classify
{

/// One packet of a TCP or UDP flow. For UDP, everything but time, direction and payload stays 0.
struct FlowPacket
{
    TimePoint at{};
    Direction direction{Direction::TO_SERVER};
    ByteView payload;
    uint32_t sequence{0};
    uint32_t acknowledgement{0};
    uint8_t tcpFlags{0}; ///< as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16
};

constexpr uint8_t FLOW_TCP_SYN = 0x02;
constexpr uint8_t FLOW_TCP_ACK = 0x10;

/// What a name rests on, from weak to strong.
enum class Confidence : uint8_t
{
    NONE,    ///< nothing was named, or nothing yet
    PORT,    ///< the flow's ports, after its bytes told nothing
    ADDRESS, ///< likewise its addresses
    CACHE,   ///< another flow that was seen before
    BYTES,   ///< the flow's own bytes
};

/// @return "none", "port", "address", "cache" or "bytes"
std::string ToString(Confidence confidence);
/// @return nothing where no confidence has this name.
std::optional<Confidence> FindConfidence(std::string_view name);

struct RecogniserVerdict
{
    std::string application; ///< empty while nothing was named
    std::string
        carrier; ///< what carries it, where the recogniser knows both: "tls" of a service known by its name
    Confidence confidence{Confidence::NONE};
    std::vector<std::string> risks; ///< sorted: "tls-weak-cipher", "tls-not-carrying-https", ...
    std::string
        inside; ///< application in the readable data of a NULL suite, where somebody looks there
    uint32_t packets{0};    ///< looked at when the application was named
    uint32_t generation{0}; ///< counts the changes of the fields above

    /// @return whether the flow is, or is carried by, @p name.
    bool Is(std::string_view name) const;
    bool HasRisk(std::string_view risk) const;
};

class Recogniser
{
  public:
    virtual ~Recogniser() = default;

    virtual void Handle(const FlowPacket& packet) = 0;

    /// No packet will follow: name the flow by what there is.
    virtual void Finish() = 0;

    virtual const RecogniserVerdict& GetVerdict() const = 0;

    /// @return true once further packets cannot change the verdict.
    virtual bool IsSettled() const = 0;
};

/// Makes recognisers, and holds what they share. One firewall has one.
class RecogniserFactory
{
  public:
    virtual ~RecogniserFactory() = default;

    /// @return as policies call it: "probes", "ndpi"
    virtual std::string GetName() const = 0;

    /// @param flow in the direction of its first packet; TCP or UDP. The factory must outlive what it makes.
    virtual std::unique_ptr<Recogniser> Make(const FiveTuple& flow) = 0;

    /// @return the names that verdicts may have, sorted: for checking policies.
    virtual std::vector<std::string> ApplicationNames() const = 0;
    virtual std::vector<std::string> RiskNames() const = 0;
};

} // namespace imsfw::classify
