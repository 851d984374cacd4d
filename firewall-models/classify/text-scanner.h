// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Looks for SIP and MSRP start lines in one direction of a readable stream, for as long as the flow lives.
///
/// Every line is a candidate, wherever it stands: keep-alives, headers and bodies need no understanding. At most
/// START_LINE_LIMIT bytes of a line are held; a line that cannot be a start line any more is passed over to its LF.
#pragma once

#include "base/bytes.h"
#include "classify/application.h"

namespace imsfw::classify
{

class TextScanner
{
  public:
    /// Take the stream's next bytes.
    /// @return what their lines begin.
    ApplicationSet Push(ByteView bytes);

    std::size_t
    GetHeldBytes() const
    {
        return m_line.size();
    }

  private:
    /// Test the line so far.
    /// @param bytes the whole line, or its beginning
    ApplicationSet Test(ByteView bytes);

    Bytes m_line;              ///< the line so far, while it may be a start line
    std::size_t m_nextTest{0}; ///< size of the line at which an incomplete one is tested again
    bool m_skipping{false};    ///< to the next LF
};

} // namespace imsfw::classify
