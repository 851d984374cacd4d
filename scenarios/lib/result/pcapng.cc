// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng.h"

#include "workbench/capture-reader.h"

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

void
PutHeaders(Bytes& file, const workbench::FrameFormat& format, const CaptureLabel& label)
{
    Block section(SECTION_HEADER);
    section.Body().U32(BYTE_ORDER_MAGIC);
    section.Body().U16(1);
    section.Body().U16(0);
    section.Body().U64(UINT64_MAX); // the section's length is not told
    section.FinishInto(file);

    Block interface(INTERFACE_DESCRIPTION);
    interface.Body().U16(static_cast<uint16_t>(format.linkType));
    interface.Body().U16(0);
    interface.Body().U32(format.snapLength);
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

void
PutPacket(Bytes& file, const workbench::CapturedFrame& frame)
{
    Block packet(ENHANCED_PACKET);
    packet.Body().U32(0); // the one interface
    packet.Body().U64(static_cast<uint64_t>(frame.at.time_since_epoch().count()));
    packet.Body().U32(static_cast<uint32_t>(frame.bytes.Size()));
    packet.Body().U32(frame.originalSize);
    packet.Body().Put(frame.bytes);
    packet.FinishInto(file);
}

} // namespace

Result<Bytes, std::string>
ToPcapng(const std::string& path, const CaptureLabel& label)
{
    Bytes file;
    std::string error = workbench::ReadFrames(
        path,
        [&](const workbench::FrameFormat& format) { PutHeaders(file, format, label); },
        [&](const workbench::CapturedFrame& frame) { PutPacket(file, frame); });
    if (!error.empty())
    {
        return Failure{std::move(error)};
    }
    return file;
}

} // namespace imsfw::scenario
