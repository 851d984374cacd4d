// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/capture-reader.h"

#include "shipped-policy.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace imsfw;
using namespace imsfw::workbench;

namespace
{

/// A file of this process's own: ctest runs tests side by side.
std::filesystem::path
ScratchFile(const std::string& name)
{
    return std::filesystem::path(testing::TempDir()) / (std::to_string(getpid()) + "-" + name);
}

/// A pcap file with one packet. @return its path
std::string
WritePcap(uint32_t linkType, const Bytes& frame)
{
    ByteWriter file;
    file.U32(0xa1b2c3d4);
    file.U16(2);
    file.U16(4);
    file.Zeros(8);
    file.U32(65535);
    file.U32(linkType);
    file.U32(1);
    file.U32(500'000);
    file.U32(static_cast<uint32_t>(frame.size()));
    file.U32(static_cast<uint32_t>(frame.size()));
    file.Put(frame);
    const auto path = ScratchFile("capture-reader.pcap");
    const Bytes bytes = file.Finish();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
    return path;
}

/// Twenty bytes of IPv4 header and one of payload.
Bytes
Ip()
{
    Bytes ip(21);
    ip[0] = 0x45;
    ip[3] = 21;
    ip[9] = 17;
    return ip;
}

Bytes
Behind(Bytes header)
{
    Append(header, Ip());
    return header;
}

} // namespace

/// A QoS data frame to the access point, behind which IP follows.
Bytes
Wifi()
{
    Bytes header(26);
    header[0] = 0x88;
    header[1] = 0x01;
    for (const uint8_t byte : {0xaa, 0xaa, 0x03, 0, 0, 0, 8, 0})
    {
        header.push_back(byte);
    }
    return header;
}

TEST(CaptureReaderTest, FindsIpv4BehindEveryLinkLayerItKnows)
{
    Bytes radio{0, 0, 9, 0, 0, 0, 0, 0, 77};
    Append(radio, Wifi());
    Bytes ethernet(14);
    ethernet[12] = 8;
    Bytes vlan(18);
    vlan[12] = 0x81;
    vlan[16] = 8;
    Bytes cooked(16);
    cooked[14] = 8;
    const std::pair<uint32_t, Bytes> files[] = {{1, Behind(ethernet)},
                                                {1, Behind(vlan)},
                                                {113, Behind(cooked)},
                                                {105, Behind(Wifi())},
                                                {127, Behind(radio)},
                                                {9, Behind({0, 0x21})},
                                                {101, Ip()}};
    for (const auto& [linkType, frame] : files)
    {
        const auto capture = ReadCapture(WritePcap(linkType, frame));
        ASSERT_TRUE(capture) << capture.Error();
        ASSERT_EQ(capture->packets.size(), 1U) << linkType;
        EXPECT_EQ(capture->packets[0].ip, Ip()) << linkType;
        EXPECT_EQ(capture->packets[0].at, TimePoint(std::chrono::milliseconds(1500)));
    }
}

TEST(CaptureReaderTest, PaddingIsNoPartOfThePacketAndACutPacketIsNone)
{
    Bytes padded = Ip();
    padded.resize(40);
    auto capture = ReadCapture(WritePcap(101, padded));
    ASSERT_TRUE(capture);
    EXPECT_EQ(capture->packets.at(0).ip.size(), 21U);
    Bytes cut = Ip();
    cut[3] = 60;
    capture = ReadCapture(WritePcap(101, cut));
    ASSERT_TRUE(capture);
    EXPECT_EQ(capture->cut, 1U);
    capture = ReadCapture(WritePcap(1, Bytes(14)));
    ASSERT_TRUE(capture);
    EXPECT_EQ(capture->other, 1U);
}

TEST(CaptureReaderTest, SaysWhatIsWrongWithAFileAndWithWhich)
{
    const auto missing = ReadCapture("/nowhere/x.pcap");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.Error(), "/nowhere/x.pcap: No such file or directory");
    const auto path = ScratchFile("no-capture.pcap");
    std::ofstream(path) << "this is no capture at all, just text";
    const auto wrong = ReadCapture(path);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.Error().rfind(path.string() + ": ", 0), 0U);
    const auto bluetooth = ReadCapture(WritePcap(201, Ip()));
    ASSERT_FALSE(bluetooth);
    EXPECT_NE(bluetooth.Error().find("link type"), std::string::npos);
}

TEST(CaptureReaderTest, ReadsCapturesOfRealPrograms)
{
    const auto capture = ReadCapture(GoldenCapture("turn_null.lan"));
    ASSERT_TRUE(capture) << capture.Error();
    EXPECT_GT(capture->packets.size(), 100U);
    EXPECT_EQ(capture->cut, 0U);
}
