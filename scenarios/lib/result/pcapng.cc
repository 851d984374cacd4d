// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng.h"

namespace imsfw::scenario
{

namespace
{

constexpr uint32_t SECTION_HEADER = 0x0A0D0D0A;
constexpr uint32_t INTERFACE_DESCRIPTION = 1;
constexpr uint32_t ENHANCED_PACKET = 6;
constexpr uint32_t DECRYPTION_SECRETS = 10;
constexpr uint32_t BYTE_ORDER_MAGIC = 0x1A2B3C4D;
constexpr uint32_t TLS_KEY_LOG = 0x544c534b;
constexpr uint16_t OPTION_IF_NAME = 2;
constexpr uint16_t OPTION_IF_TSRESOL = 9;

constexpr uint32_t PCAP_MICROSECONDS = 0xa1b2c3d4;
constexpr uint32_t PCAP_NANOSECONDS = 0xa1b23c4d;

/// A block under construction. Everything is written in network order, which the section header declares.
class Block
{
  public:
    explicit Block(uint32_t type)
    {
        m_writer.U32(type);
        m_writer.U32(0);
    }

    ByteWriter&
    Body()
    {
        return m_writer;
    }

    void
    Pad()
    {
        m_writer.Zeros((4 - m_writer.Size() % 4) % 4);
    }

    void
    Option(uint16_t code, ByteView value)
    {
        m_writer.U16(code);
        m_writer.U16(static_cast<uint16_t>(value.Size()));
        m_writer.Put(value);
        Pad();
    }

    /// The length stands at both ends of a block.
    void
    FinishInto(Bytes& file)
    {
        Pad();
        const auto length = static_cast<uint32_t>(m_writer.Size() + 4);
        m_writer.U32(length);
        m_writer.PatchU16(4, static_cast<uint16_t>(length >> 16));
        m_writer.PatchU16(6, static_cast<uint16_t>(length));
        Append(file, m_writer.Finish());
    }

  private:
    ByteWriter m_writer;
};

/// Reads pcap's integers in the order that the file has them.
class PcapReader
{
  public:
    explicit PcapReader(ByteView bytes) : m_reader(bytes)
    {
    }

    /// @return false where this is no pcap file.
    bool
    ReadHeader()
    {
        const auto magic = m_reader.U32();
        const auto isAny = [](uint32_t value)
        { return value == PCAP_MICROSECONDS || value == PCAP_NANOSECONDS; };
        if (!magic || (!isAny(*magic) && !isAny(Swap(*magic))))
        {
            return false;
        }
        m_isSwapped = !isAny(*magic);
        isNanoseconds = (m_isSwapped ? Swap(*magic) : *magic) == PCAP_NANOSECONDS;
        if (!m_reader.Take(12)) // version, zone, accuracy
        {
            return false;
        }
        const auto snap = U32();
        const auto link = U32();
        snapLength = snap.value_or(0);
        linkType = link.value_or(0);
        return snap && link;
    }

    std::optional<uint32_t>
    U32()
    {
        const auto value = m_reader.U32();
        return value && m_isSwapped ? std::optional(Swap(*value)) : value;
    }

    std::optional<ByteView>
    Take(std::size_t count)
    {
        return m_reader.Take(count);
    }

    bool
    IsAtEnd() const
    {
        return m_reader.IsAtEnd();
    }

    bool isNanoseconds{false};
    uint32_t snapLength{0};
    uint32_t linkType{0};

  private:
    static uint32_t
    Swap(uint32_t v)
    {
        return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff0000) | v << 24;
    }

    ByteReader m_reader;
    bool m_isSwapped{false};
};

void
PutHeaders(Bytes& file, const PcapReader& pcap, const CaptureLabel& label)
{
    Block section(SECTION_HEADER);
    section.Body().U32(BYTE_ORDER_MAGIC);
    section.Body().U16(1);
    section.Body().U16(0);
    section.Body().U64(UINT64_MAX); // the section's length is not told
    section.FinishInto(file);

    Block interface(INTERFACE_DESCRIPTION);
    interface.Body().U16(static_cast<uint16_t>(pcap.linkType));
    interface.Body().U16(0);
    interface.Body().U32(pcap.snapLength);
    interface.Option(OPTION_IF_NAME, ByteView(label.interface));
    interface.Option(OPTION_IF_TSRESOL, Bytes{9}); // 10^-9 s
    interface.Option(0, {});
    interface.FinishInto(file);

    if (!label.keyLog.empty())
    {
        Block secrets(DECRYPTION_SECRETS);
        secrets.Body().U32(TLS_KEY_LOG);
        secrets.Body().U32(static_cast<uint32_t>(label.keyLog.size()));
        secrets.Body().Put(ByteView(label.keyLog));
        secrets.FinishInto(file);
    }
}

/// @return whether there was a whole packet.
bool
PutPacket(Bytes& file, PcapReader& pcap)
{
    const auto seconds = pcap.U32();
    const auto fraction = pcap.U32();
    const auto captured = pcap.U32();
    const auto original = pcap.U32();
    const auto data = captured ? pcap.Take(*captured) : std::nullopt;
    if (!seconds || !fraction || !original || !data)
    {
        return false;
    }
    const uint64_t time =
        *seconds * uint64_t(1'000'000'000) + *fraction * uint64_t(pcap.isNanoseconds ? 1 : 1000);
    Block packet(ENHANCED_PACKET);
    packet.Body().U32(0); // the one interface
    packet.Body().U64(time);
    packet.Body().U32(*captured);
    packet.Body().U32(*original);
    packet.Body().Put(*data);
    packet.FinishInto(file);
    return true;
}

} // namespace

Result<Bytes, std::string>
ToPcapng(ByteView bytes, const CaptureLabel& label)
{
    PcapReader pcap(bytes);
    if (!pcap.ReadHeader())
    {
        return Failure{std::string("not a pcap file")};
    }
    Bytes file;
    file.reserve(bytes.Size() + bytes.Size() / 4 + label.keyLog.size() + 256);
    PutHeaders(file, pcap, label);
    while (!pcap.IsAtEnd())
    {
        if (!PutPacket(file, pcap))
        {
            return Failure{std::string("the last packet is cut short")};
        }
    }
    return file;
}

} // namespace imsfw::scenario
