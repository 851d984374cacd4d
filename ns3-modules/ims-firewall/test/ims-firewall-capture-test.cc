// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What leaves the firewall, byte by byte: checksums right everywhere, and the same bytes in every run of one seed.
#include "ims-firewall-world.h"

#include "engine/packet/ip-packet.h"

#include "ns3/v4ping.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace ns3
{
namespace imsfirewall
{
namespace tests
{

namespace
{

using imsfw::Bytes;
using imsfw::ByteView;

Bytes
ReadFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

/// @return the IPv4 packets of a pcap file of point-to-point links (PPP framing, two bytes).
std::vector<Bytes>
ReadPackets(const std::string& path)
{
    constexpr std::size_t FILE_HEADER = 24;
    constexpr std::size_t PACKET_HEADER = 16;
    constexpr std::size_t PPP_HEADER = 2;
    const Bytes all = ReadFile(path);
    std::vector<Bytes> packets;
    std::size_t offset = FILE_HEADER;
    while (offset + PACKET_HEADER <= all.size())
    {
        const std::size_t length = all[offset + 8] | all[offset + 9] << 8; // little-endian
        const ByteView frame = ByteView(all).Sub(offset + PACKET_HEADER, length);
        packets.push_back(frame.Sub(PPP_HEADER).ToBytes());
        offset += PACKET_HEADER + length;
    }
    return packets;
}

/// @return the ones' complement sum of @p bytes (RFC 1071), added to @p sum.
uint32_t
Sum(ByteView bytes, uint32_t sum = 0)
{
    for (std::size_t i = 0; i < bytes.Size(); ++i)
    {
        sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
    }
    while (sum > 0xFFFF)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum;
}

/// @return whether the IP header's checksum and the transport's are right: a sum over all gives ones.
bool
HasGoodChecksums(ByteView packet)
{
    const std::size_t header = (packet[0] & 0x0FU) * 4U;
    const ByteView transport = packet.Sub(header);
    const uint8_t protocol = packet[9];
    const bool isIcmp = protocol == 1;
    const auto length = static_cast<uint32_t>(transport.Size());
    const uint32_t pseudo = isIcmp ? 0 : Sum(packet.Sub(12, 8), protocol + length);
    return Sum(packet.Sub(0, header)) == 0xFFFF && Sum(transport, pseudo) == 0xFFFF;
}

/// A run with all that a firewall does: translate, refuse by RST, by ICMP, and look inside.
void
RunOnce(const std::string& prefix)
{
    Policy policy = RefusePort(5060, Action::RESET);
    Rule icmp;
    icmp.id = "closed-too";
    icmp.protocol = IpProtocol::TCP;
    icmp.ports = {{5061, 5061}};
    icmp.action = Action::ICMP;
    policy.rules.insert(policy.rules.begin(), icmp);
    policy.nat.portAssignment = imsfw::engine::PortAssignment::RANDOM;
    World world(policy);
    world.Capture(prefix);
    EchoServer server(world.server, 443);
    TextClient allowed(world.client, At(SERVER, 443), std::string(3001, 'x'));
    TextClient reset(world.client, At(SERVER, 5060), "hello");
    TextClient prohibited(world.client, At(SERVER, 5061), "hello");
    const auto ping = CreateObject<V4Ping>();
    ping->SetAttribute("Remote", Ipv4AddressValue(Ipv4Address(SERVER)));
    ping->SetStopTime(Seconds(2.5));
    world.client->AddApplication(ping);
    world.Run(5);
    EXPECT_EQ(allowed.received.size(), 3001U);
}

class Captures : public testing::Test
{
  protected:
    Captures()
    {
        std::filesystem::create_directories(m_folder);
    }

    ~Captures() override
    {
        std::filesystem::remove_all(m_folder);
    }

    std::string
    Prefix(const std::string& name) const
    {
        return (m_folder / name).string();
    }

  private:
    std::filesystem::path m_folder =
        std::filesystem::path(testing::TempDir()) / ("ims-firewall-" + std::to_string(getpid()));
};

TEST_F(Captures, HaveGoodChecksumsThroughout)
{
    RunOnce(Prefix("a"));
    std::size_t count = 0;
    for (const std::string side : {"client", "server"})
    {
        for (const auto& packet : ReadPackets(Prefix("a-" + side + ".pcap")))
        {
            EXPECT_TRUE(HasGoodChecksums(packet)) << side << " packet " << count;
            ++count;
        }
    }
    EXPECT_GT(count, 40U);
}

TEST_F(Captures, ShowTheClientsAddressInsideOnly)
{
    RunOnce(Prefix("a"));
    const uint32_t client = imsfw::IpAddress::Parse(CLIENT)->ToV4();
    for (const auto& packet : ReadPackets(Prefix("a-server.pcap")))
    {
        const auto parsed = imsfw::engine::ParseIp(packet);
        ASSERT_TRUE(parsed);
        EXPECT_NE(parsed->tuple.source, client);
        EXPECT_NE(parsed->tuple.destination, client);
    }
}

TEST_F(Captures, AreTheSameInEveryRun)
{
    RunOnce(Prefix("a"));
    RunOnce(Prefix("b"));
    for (const std::string side : {"-client.pcap", "-server.pcap"})
    {
        const Bytes first = ReadFile(Prefix("a") + side);
        EXPECT_GT(first.size(), 1000U);
        EXPECT_EQ(first, ReadFile(Prefix("b") + side));
    }
}

TEST_F(Captures, LowerTheTtlByOne)
{
    RunOnce(Prefix("a"));
    const auto client = ReadPackets(Prefix("a-client.pcap"));
    const auto server = ReadPackets(Prefix("a-server.pcap"));
    ASSERT_FALSE(client.empty() || server.empty());
    EXPECT_EQ(client[0][8], 64);
    EXPECT_EQ(server[0][8], 63);
}

} // namespace

} // namespace tests
} // namespace imsfirewall
} // namespace ns3
