// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-srtp-work.h"

#include <algorithm>

namespace imsfw::rtp
{

std::string
SrtpOperation(SrtpProfile profile, bool isSent)
{
    return std::string(isSent ? "protect/" : "unprotect/") + ToString(profile);
}

Work
SrtpWork(SrtpProfile profile, bool isSent, std::size_t securedSize, bool isRtcp)
{
    const std::size_t overhead = std::min(SrtpOverhead(profile, isRtcp), securedSize);
    return {SrtpOperation(profile, isSent), 1, securedSize - overhead};
}

} // namespace imsfw::rtp
