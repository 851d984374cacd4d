// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// OpenSSL under the simulation's control: a library context of our own whose only source of randomness is the
/// RandomSource of whoever is being served right now.
///
/// A small provider offers one RAND algorithm, and the context is told to use it for everything (RAND_set_DRBG_type).
/// There is no way back to real entropy: drawing without a RandomScope is an error of the call that drew.
#pragma once

#include "base/random.h"

#include <openssl/types.h>

#include <string>

namespace imsfw::tls
{

/// @return the process's library context for all simulated endpoints; made on first use. Aborts where OpenSSL cannot
/// give one: nothing could be simulated then.
OSSL_LIB_CTX* Library();

/// While it lives, OpenSSL calls of this thread draw from @p source. Scopes nest.
class RandomScope
{
  public:
    explicit RandomScope(RandomSource& source);
    ~RandomScope();
    RandomScope(const RandomScope&) = delete;
    RandomScope& operator=(const RandomScope&) = delete;

  private:
    RandomSource* m_previous;
};

/// @return what OpenSSL's error queue of this thread says, oldest first, and empty the queue.
std::string TakeErrors();

} // namespace imsfw::tls
