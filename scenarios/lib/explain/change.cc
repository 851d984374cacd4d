// SPDX-License-Identifier: GPL-2.0-only
#include "change.h"

namespace imsfw::scenario
{

std::string
ToString(ChangeKind kind)
{
    switch (kind)
    {
    case ChangeKind::CIPHER_SUITE:
        return "cipher-suite";
    case ChangeKind::PROXY:
        return "proxy";
    case ChangeKind::TRANSPORT:
        return "transport";
    case ChangeKind::POLICY:
        return "policy";
    }
    return "unknown";
}

} // namespace imsfw::scenario
