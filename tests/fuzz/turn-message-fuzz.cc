// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN messages as the endpoints read them: every accessor on whatever parses, and the framing of streams.
#include "fuzz-input.h"
#include "ims-turn-channel-data.h"
#include "ims-turn-stream-framer.h"
#include "ims-turn-stun-message.h"

using namespace imsfw;

namespace
{

void
ReadAll(const stun::Message& message)
{
    message.GetErrorCode();
    message.GetChannelNumber();
    message.FindUnknownRequired();
    for (const unsigned type : {0x0001U, 0x0006U, 0x000CU, 0x0012U, 0x0016U, 0x0020U, 0x8028U})
    {
        const auto attribute = static_cast<uint16_t>(type);
        message.GetU32(attribute);
        message.GetU64(attribute);
        message.GetText(attribute);
        message.GetAddress(attribute);
        message.GetXorAddresses(attribute);
        FUZZ_CHECK(message.Has(attribute) == (message.Count(attribute) > 0));
    }
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes(data, size);
    if (const auto message = stun::Message::Parse(bytes))
    {
        FUZZ_CHECK(message->GetWhole() == bytes);
        ReadAll(*message);
    }
    turn::ChannelData::Parse(bytes);
    turn::StreamFramer framer;
    std::size_t taken = 0;
    fuzz::InPieces(bytes,
                   size > 0 ? data[0] : 0,
                   [&](ByteView piece)
                   {
                       framer.Push(piece);
                       while (const auto frame = framer.Next())
                       {
                           taken += frame->Size();
                       }
                   });
    FUZZ_CHECK(taken + framer.GetBuffered() <= size);
    return 0;
}
