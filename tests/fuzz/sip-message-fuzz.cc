// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// SIP as the endpoints read it: what parses can be written and read again, and streams are cut into messages.
#include "fuzz-input.h"
#include "ims-sip-framer.h"
#include "ims-sip-message.h"

using namespace imsfw;

namespace
{

void
CheckMessage(const sip::SipMessage& message)
{
    message.TopVia();
    message.From();
    message.To();
    message.CallId();
    message.CSeq();
    message.Contact();
    message.StartLine();
    const Bytes written = message.Serialize();
    const auto again = sip::SipMessage::Parse(written);
    // Writing may make a message longer than the limit; otherwise what was understood once is understood again.
    FUZZ_CHECK(again || written.size() > sip::MAX_SIP_MESSAGE);
    FUZZ_CHECK(!again || again->Body() == message.Body());
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes(data, size);
    if (const auto message = sip::SipMessage::Parse(bytes))
    {
        CheckMessage(*message);
    }
    sip::SipFramer framer;
    bool isBroken = false;
    fuzz::InPieces(bytes,
                   size > 0 ? data[0] : 0,
                   [&](ByteView piece)
                   {
                       framer.HandleInput(piece);
                       while (const auto frame = framer.Poll())
                       {
                           FUZZ_CHECK(!isBroken); // nothing follows a broken frame
                           isBroken = frame->type == sip::SipFramer::Frame::Type::BROKEN;
                       }
                   });
    return 0;
}
