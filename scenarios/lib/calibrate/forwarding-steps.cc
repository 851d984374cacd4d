// SPDX-License-Identifier: GPL-2.0-only
// The firewall engine of this project, and what it costs to hand bytes through the operating system.
#include "calibration.h"

#include "base/random.h"
#include "engine/engine.h"
#include "engine/packet/ip4-tuple.h"
#include "engine/packet/packet-fields.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace imsfw::calibrate
{

namespace
{

using engine::Engine;
using engine::Policy;
using engine::Zone;

constexpr std::size_t FEW = 64;
constexpr std::size_t MANY = 1400;
constexpr std::size_t UDP_HEADERS = 28;

Bytes
UdpPacket(uint16_t sourcePort, std::size_t payload)
{
    Bytes packet(UDP_HEADERS + payload, 'x');
    std::fill(packet.begin(), packet.begin() + UDP_HEADERS, 0);
    packet[0] = 0x45; // RFC 791 3.1: version 4, five words
    engine::Put16(packet, 2, static_cast<uint16_t>(packet.size()));
    packet[8] = 64;
    packet[9] = static_cast<uint8_t>(IpProtocol::UDP);
    engine::Put32(packet, 12, 0x0a010002);
    engine::Put32(packet, 16, 0xc0000202);
    engine::Put16(packet, 20, sourcePort);
    engine::Put16(packet, 22, 3478);
    engine::Put16(packet, 24, static_cast<uint16_t>(8 + payload));
    return packet;
}

Policy
AllowAll(bool inspects)
{
    Policy policy;
    policy.id = "calibration";
    policy.defaultAction = engine::Action::ALLOW;
    if (inspects)
    {
        engine::Rule rule;
        rule.id = "content";
        rule.content.Add(classify::Application::SIP);
        rule.content.Add(classify::Application::RTP);
        policy.rules = {rule};
    }
    return policy;
}

engine::EngineConfig
Config()
{
    engine::EngineConfig config;
    config.externalAddress = *IpAddress::Parse("203.0.113.1");
    config.inside = {*IpPrefix::Parse("10.0.0.0/8")};
    config.maxFlows = 65536;
    return config;
}

/// @return ns for a packet of @p payload bytes. @param flows how many flows take turns: with many, each packet opens one
double
TimePackets(const Policy& policy, std::size_t payload, uint32_t flows, const Effort& effort)
{
    SeededRandom random(1, 1, "engine");
    Engine engine(policy, Config(), random);
    uint32_t next = 0;
    return MeasureNs(effort,
                     [&]
                     {
                         const auto port = static_cast<uint16_t>(1024 + next++ % flows);
                         engine.HandlePacket(TimePoint(std::chrono::seconds(next / flows * 3600)),
                                             Zone::INSIDE,
                                             UdpPacket(port, payload));
                         while (engine.PollTransmit())
                         {
                         }
                         while (engine.PollEvent())
                         {
                         }
                     });
}

void
MeasureEngine(const Effort& effort, Operations& operations)
{
    const auto packet = [&](std::size_t size)
    { return TimePackets(AllowAll(false), size, 1, effort); };
    operations["firewall/packet"] = LineThrough(packet(FEW), FEW, packet(MANY), MANY);
    // Inspection of a flow ends when all is known of it: only first packets are sure to be looked at.
    constexpr uint32_t FLOWS = 60000;
    const auto inspection = [&](std::size_t size)
    {
        return TimePackets(AllowAll(true), size, FLOWS, effort) -
               TimePackets(AllowAll(false), size, FLOWS, effort);
    };
    operations["firewall/inspect"] =
        LineThrough(std::max(0.0, inspection(FEW)), FEW, std::max(0.0, inspection(MANY)), MANY);
}

/// Two sockets that hear each other.
class SocketPair
{
  public:
    explicit SocketPair(int type)
    {
        Require(socketpair(AF_UNIX, type, 0, m_ends.data()) == 0, "no pair of sockets");
    }

    ~SocketPair()
    {
        close(m_ends[0]);
        close(m_ends[1]);
    }

    SocketPair(const SocketPair&) = delete;
    SocketPair& operator=(const SocketPair&) = delete;

    void
    Carry(Bytes& bytes)
    {
        const auto sent = write(m_ends[0], bytes.data(), bytes.size());
        const auto got = read(m_ends[1], bytes.data(), bytes.size());
        Require(sent == got && got > 0, "a socket does not carry what it should");
    }

  private:
    std::array<int, 2> m_ends{};
};

cpu::Cost
MeasureCopy(int type, const Effort& effort)
{
    SocketPair pair(type);
    const auto copy = [&](std::size_t size)
    {
        Bytes bytes(size, 'x');
        return MeasureNs(effort, [&] { pair.Carry(bytes); });
    };
    constexpr std::size_t STREAM_MANY = 16000;
    const std::size_t many = type == SOCK_STREAM ? STREAM_MANY : MANY;
    return LineThrough(copy(FEW), FEW, copy(many), many);
}

void
MeasureCopies(const Effort& effort, Operations& operations)
{
    operations["proxy/copy"] = MeasureCopy(SOCK_STREAM, effort);
    operations["relay/copy"] = MeasureCopy(SOCK_DGRAM, effort);
}

} // namespace

std::vector<Step>
ForwardingSteps()
{
    return {{"firewall engine", MeasureEngine}, {"copying", MeasureCopies}};
}

} // namespace imsfw::calibrate
