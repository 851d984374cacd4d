// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Writing RTCP compound packets.
#include "ims-media-rtcp-packet.h"
#include "ims-media-rtcp-types.h"

namespace imsfw::rtp
{

namespace
{

/// Puts one packet after the other into a writer; the length of each is known at its end.
class Writer
{
  public:
    Bytes
    Finish()
    {
        return m_writer.Finish();
    }

    void
    operator()(const SenderReport& report)
    {
        Begin(RTCP_SR, report.blocks.size());
        m_writer.U32(report.ssrc);
        m_writer.U64(report.ntp);
        m_writer.U32(report.timestamp);
        m_writer.U32(report.packets);
        m_writer.U32(report.octets);
        PutBlocks(report.blocks);
        m_writer.Put(report.extension);
        End();
    }

    void
    operator()(const ReceiverReport& report)
    {
        Begin(RTCP_RR, report.blocks.size());
        m_writer.U32(report.ssrc);
        PutBlocks(report.blocks);
        m_writer.Put(report.extension);
        End();
    }

    void
    operator()(const SourceDescription& description)
    {
        Begin(RTCP_SDES, description.chunks.size());
        for (const auto& chunk : description.chunks)
        {
            m_writer.U32(chunk.ssrc);
            for (const auto& item : chunk.items)
            {
                m_writer.U8(item.type);
                PutText(item.text);
            }
            m_writer.U8(0);
            Align();
        }
        End();
    }

    void
    operator()(const Bye& bye)
    {
        Begin(RTCP_BYE, bye.ssrcs.size());
        for (const uint32_t ssrc : bye.ssrcs)
        {
            m_writer.U32(ssrc);
        }
        if (bye.reason)
        {
            PutText(*bye.reason);
            Align();
        }
        End();
    }

    void
    operator()(const AppPacket& packet)
    {
        Begin(RTCP_APP, packet.subtype);
        m_writer.U32(packet.ssrc);
        m_writer.Put(ByteView(packet.name));
        m_writer.Put(packet.data);
        End();
    }

    void
    operator()(const OtherRtcp& packet)
    {
        Begin(packet.type, packet.count);
        m_writer.Put(packet.body);
        End();
    }

  private:
    void
    Begin(uint8_t type, std::size_t count)
    {
        m_start = m_writer.Size();
        m_writer.U8(static_cast<uint8_t>(RTCP_VERSION << 6 | (count & 0x1f)));
        m_writer.U8(type);
        m_writer.U16(0); // the length, patched by End
    }

    void
    End()
    {
        const std::size_t words = (m_writer.Size() - m_start) / RTCP_WORD;
        m_writer.PatchU16(m_start + 2, static_cast<uint16_t>(words - 1));
    }

    void
    Align()
    {
        m_writer.Zeros((RTCP_WORD - m_writer.Size() % RTCP_WORD) % RTCP_WORD);
    }

    void
    PutText(const std::string& text)
    {
        m_writer.U8(static_cast<uint8_t>(text.size()));
        m_writer.Put(ByteView(text));
    }

    void
    PutBlocks(const std::vector<ReportBlock>& blocks)
    {
        for (const ReportBlock& block : blocks)
        {
            m_writer.U32(block.ssrc);
            m_writer.U8(block.fractionLost);
            m_writer.U24(static_cast<uint32_t>(block.cumulativeLost) & 0xffffff);
            m_writer.U32(block.highestSequence);
            m_writer.U32(block.jitter);
            m_writer.U32(block.lastSr);
            m_writer.U32(block.delaySinceLastSr);
        }
    }

    ByteWriter m_writer;
    std::size_t m_start{0};
};

} // namespace

Bytes
WriteRtcp(const std::vector<RtcpPacket>& packets)
{
    Writer writer;
    for (const RtcpPacket& packet : packets)
    {
        std::visit([&](const auto& one) { writer(one); }, packet);
    }
    return writer.Finish();
}

} // namespace imsfw::rtp
