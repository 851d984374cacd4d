// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The timers of SIP transactions as a set of parameters (RFC 3261 table 4, RFC 6026 8.1, TS 24.229 table 7.7.1).
#pragma once

#include "base/time.h"

#include <string_view>

namespace imsfw::sip
{

/// Values for an unreliable transport; what a reliable one changes is decided by the machines (A, E and G never start;
/// D, I, J and K are zero).
struct SipTimers
{
    Duration t1;          ///< round-trip estimate: first value of A, E and G
    Duration t2;          ///< longest interval of E and G
    Duration t4;          ///< longest life of a message in the network: I and K
    Duration timeout;     ///< B, F, H, J, and L and M of RFC 6026: 64 * T1
    Duration waitD;       ///< D: INVITE client waits for retransmitted failures
    Duration proxyInvite; ///< C: a proxy's patience with a provisional answer
    Duration
        provisional; ///< a server sends 100 to an INVITE that its user has not answered for so long (17.2.1)

    /// RFC 3261 table 4: T1 500 ms, T2 4 s, T4 5 s; between core nodes of the IMS as well.
    static SipTimers Rfc3261();
    /// TS 24.229 table 7.7.1, between UE and P-CSCF: T1 2 s, T2 16 s, T4 17 s, 128 s for B, D, F, H and J.
    static SipTimers ThreeGpp();
    /// Another T1, with all that is 64 times T1; T2 and T4 as they were.
    SipTimers WithT1(Duration newT1) const;
};

} // namespace imsfw::sip
