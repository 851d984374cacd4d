// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Messages as lines.
#include "driver-sip-trace.h"

#include "base/text.h"

#include <cstdio>
#include <string>

namespace imsfw::driver
{

namespace
{

void
PrintMessage(char direction, ByteView message)
{
    for (const std::string_view line : Split(Trim(message.AsText()), '\n'))
    {
        std::printf("%c %s\n", direction, std::string(Trim(line)).c_str());
    }
}

} // namespace

SipTrace::SipTrace(bool isStream) : m_isStream(isStream)
{
}

void
SipTrace::Sent(ByteView bytes)
{
    Print(m_sent, m_received, '>', bytes);
}

void
SipTrace::Received(ByteView bytes)
{
    Print(m_received, m_sent, '<', bytes);
}

void
SipTrace::Print(sip::SipFramer& framer, sip::SipFramer& back, char direction, ByteView bytes)
{
    if (!m_isStream)
    {
        return PrintMessage(direction, bytes);
    }
    framer.HandleInput(bytes);
    while (const auto frame = framer.Poll())
    {
        switch (frame->type)
        {
        case sip::SipFramer::Frame::Type::MESSAGE:
            PrintMessage(direction, frame->bytes);
            break;
        case sip::SipFramer::Frame::Type::PING:
            std::printf("%c ping\n", direction);
            back.SetExpectsPong(true);
            break;
        case sip::SipFramer::Frame::Type::PONG:
            std::printf("%c pong\n", direction);
            break;
        case sip::SipFramer::Frame::Type::BROKEN:
            std::printf("%c broken\n", direction);
            return;
        }
    }
}

} // namespace imsfw::driver
