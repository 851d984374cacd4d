// SPDX-License-Identifier: GPL-2.0-only
#include "workbench/capture-reader.h"

#include "workbench/wifi-frame.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <pcap/pcap.h>

namespace imsfw::workbench
{

namespace
{

constexpr uint16_t ETHERTYPE_IPV4 = 0x0800;
constexpr uint16_t ETHERTYPE_IPV6 = 0x86dd;
constexpr uint16_t ETHERTYPE_VLAN = 0x8100;
constexpr uint16_t PPP_IPV4 = 0x0021;
constexpr uint16_t PPP_IPV6 = 0x0057;
constexpr std::size_t MIN_IPV4_HEADER = 20;
constexpr std::size_t IPV6_HEADER = 40;

using PcapPtr = std::unique_ptr<pcap_t, decltype(&pcap_close)>;

/// @return what follows an EtherType at @p offset where that says IPv4 or IPv6.
std::optional<ByteView>
AfterEtherType(ByteView frame, std::size_t offset)
{
    ByteReader reader(frame.Sub(offset));
    auto type = reader.U16();
    while (type == ETHERTYPE_VLAN && reader.Take(2))
    {
        type = reader.U16();
    }
    const bool isIp = type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6;
    return isIp ? std::optional(reader.Rest()) : std::nullopt;
}

/// @param time with nanoseconds, as asked for; a file may say anything
TimePoint
TimeOf(const timeval& time)
{
    constexpr int64_t LAST_SECOND = INT64_MAX / 1000000000 - 2; // in 2262
    const auto seconds = std::clamp<int64_t>(time.tv_sec, 0, LAST_SECOND);
    const auto rest = std::clamp<int64_t>(time.tv_usec, 0, 999999999);
    return TimePoint(std::chrono::seconds(seconds) + std::chrono::nanoseconds(rest));
}

/// Finds the IP packets in a capture's frames.
class IpFinder
{
  public:
    explicit IpFinder(int linkType) : m_linkType(linkType)
    {
    }

    /// @return the IP packet in the next frame; nothing where it holds none.
    std::optional<ByteView>
    Find(ByteView frame)
    {
        switch (m_linkType)
        {
        case DLT_EN10MB:
            return AfterEtherType(frame, 12);
        case DLT_LINUX_SLL:
            return AfterEtherType(frame, 14);
        case DLT_PPP:
        {
            ByteReader reader(frame);
            const auto protocol = reader.U16();
            const bool isIp = protocol == PPP_IPV4 || protocol == PPP_IPV6;
            return isIp ? std::optional(reader.Rest()) : std::nullopt;
        }
        case DLT_IEEE802_11:
            return AfterWifi(frame);
        case DLT_IEEE802_11_RADIO:
        {
            const auto wifi = AfterRadiotap(frame);
            return wifi ? AfterWifi(*wifi) : std::nullopt;
        }
        case DLT_RAW:
        case DLT_IPV4:
        case DLT_IPV6:
            return frame;
        default:
            return std::nullopt;
        }
    }

  private:
    std::optional<ByteView>
    AfterWifi(ByteView frame)
    {
        const auto payload = m_wifi.FindPayload(frame);
        return payload ? AfterEtherType(*payload, 0) : std::nullopt;
    }

    int m_linkType;
    WifiFrames m_wifi;
};

bool
IsKnown(int linkType)
{
    const auto known = {DLT_EN10MB,
                        DLT_LINUX_SLL,
                        DLT_PPP,
                        DLT_IEEE802_11,
                        DLT_IEEE802_11_RADIO,
                        DLT_RAW,
                        DLT_IPV4,
                        DLT_IPV6};
    return std::find(known.begin(), known.end(), linkType) != known.end();
}

/// @return the length that an IP packet gives itself; nothing where it is none.
std::optional<std::size_t>
LengthOf(ByteView ip)
{
    const auto at = [&](std::size_t offset)
    { return std::size_t(ip[offset]) << 8 | ip[offset + 1]; };
    if (ip.Size() >= MIN_IPV4_HEADER && ip[0] >> 4 == 4)
    {
        return at(2);
    }
    if (ip.Size() >= IPV6_HEADER && ip[0] >> 4 == 6)
    {
        return IPV6_HEADER + at(4);
    }
    return std::nullopt;
}

/// Ethernet pads short packets: their own length says where they end.
void
Take(Capture& capture, TimePoint at, std::optional<ByteView> ip)
{
    const auto length = ip ? LengthOf(*ip) : std::nullopt;
    if (!length)
    {
        ++capture.other;
        return;
    }
    if (*length > ip->Size())
    {
        ++capture.cut;
        return;
    }
    capture.packets.push_back({at, ip->Sub(0, *length).ToBytes()});
}

} // namespace

std::string
ReadFrames(const std::string& path,
           const std::function<void(const FrameFormat&)>& onFormat,
           const std::function<void(const CapturedFrame&)>& onFrame)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    const PcapPtr file(
        pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error),
        pcap_close);
    if (!file)
    {
        const std::string text(error);
        return text.rfind(path, 0) == 0 ? text : path + ": " + text;
    }
    onFormat({pcap_datalink(file.get()), static_cast<uint32_t>(pcap_snapshot(file.get()))});
    pcap_pkthdr* header = nullptr;
    const unsigned char* data = nullptr;
    int status = 0;
    while ((status = pcap_next_ex(file.get(), &header, &data)) == 1)
    {
        onFrame({TimeOf(header->ts), {data, header->caplen}, header->len});
    }
    return status == PCAP_ERROR ? path + ": " + pcap_geterr(file.get()) : "";
}

Result<Capture, std::string>
ReadCapture(const std::string& path)
{
    Capture capture;
    int linkType = 0;
    std::optional<IpFinder> finder;
    std::string error = ReadFrames(
        path,
        [&](const FrameFormat& format)
        {
            linkType = format.linkType;
            finder.emplace(linkType);
        },
        [&](const CapturedFrame& frame) { Take(capture, frame.at, finder->Find(frame.bytes)); });
    if (error.empty() && !IsKnown(linkType))
    {
        const char* name = pcap_datalink_val_to_name(linkType);
        error = path + ": link type " + (name != nullptr ? name : std::to_string(linkType)) +
                " is not read here (Ethernet, Wi-Fi, raw IP, PPP and Linux cooked are)";
    }
    if (!error.empty())
    {
        return Failure{std::move(error)};
    }
    return capture;
}

} // namespace imsfw::workbench
