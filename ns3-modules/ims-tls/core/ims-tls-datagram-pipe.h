// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A BIO of whole datagrams below DTLS, which takes DTLS's timer away from the machine's clock. Internal to this module's
/// core.
///
/// OpenSSL 3.0 tells the BIO below when it wants to retransmit (BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT, a pointer to its own
/// deadline, so that a socket can be given it), and reads that deadline by the machine's clock. The pipe moves the
/// deadline out of reach, and to the past when simulated time has come.
#pragma once

#include "base/bytes.h"
#include "base/queue.h"

#include <openssl/types.h>

#include <sys/time.h>

namespace imsfw::tls
{

/// What a pair of BIOs shares with their session, which owns it.
struct DatagramPipe
{
    Queue<Bytes> arrived;
    Queue<Bytes> sent;
    timeval* deadline{nullptr}; ///< OpenSSL's own; null before its first flight
    bool isTimed{false};        ///< a flight waits for its answer
    bool isNewlyTimed{false};   ///< since the session looked last

    /// Let OpenSSL find its deadline passed. @pre isTimed
    void Expire() const;
};

/// @param pipe outlives the BIO
/// @return for reading and writing; empty, it asks the reader to come again. Whoever gets it frees it.
BIO* MakeDatagramBio(DatagramPipe& pipe);

} // namespace imsfw::tls
