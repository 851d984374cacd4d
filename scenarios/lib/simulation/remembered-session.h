// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UE that was connected to a server before the run begins: what it remembers of it.
#pragma once

#include "base/address.h"
#include "base/random.h"

#include "ims-tls-context.h"
#include "ims-tls-socket-factory.h"

#include <memory>

namespace imsfw::scenario
{

/// Make a whole handshake in memory, in no simulated time, so that the store of @p client holds a session of the server.
/// @param client of the UE, with its store. @param server where it connects to. @param random of the server's end, outside of
/// the run
void RememberServer(const ns3::imstls::TlsSocketFactory& client,
                    const Endpoint& server,
                    const std::shared_ptr<const tls::Context>& context,
                    RandomSource& random);

} // namespace imsfw::scenario
