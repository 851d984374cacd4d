// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

/// A pcap file in network order: one packet of five bytes at 1.5 s.
Bytes
Pcap(uint32_t magic, uint32_t fraction)
{
    ByteWriter file;
    file.U32(magic);
    file.U16(2);
    file.U16(4);
    file.Zeros(8);
    file.U32(65535);
    file.U32(9); // PPP
    file.U32(1);
    file.U32(fraction);
    file.U32(5);
    file.U32(60);
    file.Put(ByteView(std::string_view("hello")));
    return file.Finish();
}

/// The same file as a machine of the other byte order would have written it.
Bytes
Swapped(Bytes pcap)
{
    const auto reverse = [&](std::size_t from, std::size_t size)
    {
        std::reverse(pcap.begin() + static_cast<long>(from),
                     pcap.begin() + static_cast<long>(from + size));
    };
    for (const std::size_t at : {0, 8, 12, 16, 20, 24, 28, 32, 36})
    {
        reverse(at, 4);
    }
    reverse(4, 2);
    reverse(6, 2);
    return pcap;
}

/// ToPcapng of a file with this content.
Result<Bytes, std::string>
Converted(ByteView pcap, const CaptureLabel& label)
{
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("pcapng-test-" + std::to_string(getpid()) + ".pcap");
    std::ofstream(path, std::ios::binary) << pcap.AsText();
    auto file = ToPcapng(path, label);
    std::filesystem::remove(path);
    return file;
}

struct Block
{
    uint32_t type;
    Bytes body;
};

/// The file's blocks; a wrong length fails the test.
std::vector<Block>
Blocks(const Bytes& file)
{
    std::vector<Block> blocks;
    ByteReader reader{ByteView(file)};
    while (!reader.IsAtEnd())
    {
        const auto type = reader.U32();
        const auto length = reader.U32();
        const auto body = length && *length >= 12 ? reader.Take(*length - 12) : std::nullopt;
        const auto again = reader.U32();
        if (!type || !body || again != length || *length % 4 != 0)
        {
            ADD_FAILURE() << "a block's lengths are wrong";
            return blocks;
        }
        blocks.push_back({*type, body->ToBytes()});
    }
    return blocks;
}

} // namespace

TEST(PcapngTest, SecretsStandBetweenTheInterfaceAndItsPackets)
{
    const auto file = Converted(Pcap(0xa1b2c3d4, 500'000), {"access", "CLIENT_RANDOM 00 11\n"});
    ASSERT_TRUE(file);
    const auto blocks = Blocks(*file);
    ASSERT_EQ(blocks.size(), 4U);
    EXPECT_EQ(blocks[0].type, 0x0A0D0D0AU);
    EXPECT_EQ(blocks[1].type, 1U);
    EXPECT_EQ(blocks[2].type, 10U);
    EXPECT_EQ(blocks[3].type, 6U);
    const std::string secrets(ByteView(blocks[2].body).Sub(8).AsText());
    EXPECT_EQ(secrets, "CLIENT_RANDOM 00 11\n");
}

TEST(PcapngTest, WithoutSecretsThereIsNoBlockForThem)
{
    const auto file = Converted(Pcap(0xa1b2c3d4, 0), {"access", ""});
    ASSERT_TRUE(file);
    EXPECT_EQ(Blocks(*file).size(), 3U);
}

TEST(PcapngTest, TimesAreInNanosecondsWhateverTheFileHas)
{
    const Bytes files[] = {Pcap(0xa1b2c3d4, 500'000),
                           Pcap(0xa1b23c4d, 500'000'000),
                           Swapped(Pcap(0xa1b2c3d4, 500'000)),
                           Swapped(Pcap(0xa1b23c4d, 500'000'000))};
    for (const auto& pcap : files)
    {
        const auto file = Converted(pcap, {"access", ""});
        ASSERT_TRUE(file);
        const auto packet = Blocks(*file).back();
        ByteReader reader{ByteView(packet.body)};
        EXPECT_EQ(reader.U32(), 0U);
        EXPECT_EQ(reader.U64(), 1'500'000'000U);
        EXPECT_EQ(reader.U32(), 5U);
        EXPECT_EQ(reader.U32(), 60U);
        EXPECT_EQ(reader.Take(5)->AsText(), "hello");
    }
}

TEST(PcapngTest, AFileCutAnywhereInAPacketIsAnErrorAndNothingElse)
{
    const Bytes whole = Pcap(0xa1b2c3d4, 0);
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const auto file = Converted(ByteView(whole).Sub(0, size), {"access", ""});
        EXPECT_EQ(file.IsOk(), size == 24) << size; // a header alone is a capture without packets
    }
    Bytes noise = whole;
    noise[0] = 0;
    EXPECT_FALSE(Converted(noise, {"access", ""}));
    EXPECT_NE(ToPcapng("/nowhere.pcap", {"access", ""}).Error().find("/nowhere.pcap"),
              std::string::npos);
}
