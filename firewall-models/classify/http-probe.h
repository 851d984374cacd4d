// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Do a stream's first bytes begin an HTTP request? RFC 9112 3: request-line = method SP request-target SP HTTP-version
///
/// Takes the bytes as they come and holds none of them. YES needs the whole line, so that SIP and RTSP, which share the
/// form, answer NO. Limits: method 32 bytes, target TARGET_LIMIT. Stricter than RFC 9112 2.2: no empty line before it.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

namespace imsfw::classify
{

class HttpProbe
{
  public:
    /// RFC 9112 3: "It is RECOMMENDED that all HTTP senders and recipients support, at a minimum, request-line lengths
    /// of 8000 octets."
    static constexpr std::size_t TARGET_LIMIT = 8192;
    static constexpr std::size_t METHOD_LIMIT = 32;

    /// Take the stream's next bytes; once the answer is YES or NO it stays.
    Answer Push(ByteView bytes);

    Answer
    GetAnswer() const
    {
        return m_answer;
    }

  private:
    enum class Part : uint8_t
    {
        METHOD,
        TARGET,
        VERSION,
    };

    /// @return what @p byte, the next one, makes of the answer.
    Answer Take(uint8_t byte);
    Answer TakeVersion(uint8_t byte);

    Answer m_answer{Answer::UNDECIDED};
    Part m_part{Part::METHOD};
    std::size_t m_length{0}; ///< of the part so far
};

} // namespace imsfw::classify
