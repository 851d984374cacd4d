// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Prints the SIP messages of one flow, each line of them behind "> " (sent) or "< " (received), for tests to read.
#pragma once

#include "ims-sip-framer.h"

namespace imsfw::driver
{

class SipTrace
{
  public:
    explicit SipTrace(bool isStream);

    void Sent(ByteView bytes);
    void Received(ByteView bytes);

  private:
    void Print(sip::SipFramer& framer, sip::SipFramer& back, char direction, ByteView bytes);

    bool m_isStream;
    sip::SipFramer m_sent;
    sip::SipFramer m_received;
};

} // namespace imsfw::driver
