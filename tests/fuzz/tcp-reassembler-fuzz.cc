// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Segments in any order with any overlap: the stream is what a plain model says, within the limits.
#include "classify/tcp-reassembler.h"
#include "fuzz-input.h"

#include <map>

using namespace imsfw;

namespace
{

constexpr std::size_t BYTES = 2000;
constexpr std::size_t SEGMENTS = 50;

/// One byte at a time.
class Model
{
  public:
    explicit Model(bool lastWins) : m_lastWins(lastWins)
    {
    }

    void
    Push(std::size_t offset, ByteView payload)
    {
        for (std::size_t i = 0; i < payload.Size(); ++i)
        {
            const bool isNew = m_bytes.emplace(offset + i, payload[i]).second;
            if (!isNew && m_lastWins && offset + i >= m_delivered)
            {
                m_bytes[offset + i] = payload[i];
            }
        }
        while (m_bytes.count(m_delivered) > 0)
        {
            m_stream.push_back(m_bytes[m_delivered++]);
        }
    }

    const Bytes&
    GetStream() const
    {
        return m_stream;
    }

  private:
    bool m_lastWins;
    std::map<std::size_t, uint8_t> m_bytes;
    std::size_t m_delivered{0};
    Bytes m_stream;
};

} // namespace

/// The input: policy, first sequence number, then offsets (two bytes) and pieces.
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const bool lastWins = (input.U8() & 1) != 0;
    const uint32_t first = input.U32();
    classify::TcpReassembler reassembler(BYTES,
                                         SEGMENTS,
                                         lastWins ? classify::OverlapPolicy::LAST_WINS
                                                  : classify::OverlapPolicy::FIRST_WINS);
    Model model(lastWins);
    Bytes stream;
    reassembler.Push(first - 1, true, {});
    while (!input.IsAtEnd())
    {
        const uint16_t offset = input.U16();
        const ByteView payload = input.Piece();
        model.Push(offset, payload);
        Append(stream, reassembler.Push(first + offset, false, payload));
        FUZZ_CHECK(reassembler.GetHeldBytes() <= BYTES);
        if (reassembler.HasGivenUp())
        {
            return 0;
        }
        FUZZ_CHECK(stream == model.GetStream());
    }
    return 0;
}
