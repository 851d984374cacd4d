// SPDX-License-Identifier: GPL-2.0-only
#include "remembered-session.h"

#include "ims-tls-core-driver.h"

namespace imsfw::scenario
{

namespace
{

/// Take all that @p from has to say to @p to; its events are nobody's. @return whether there was anything
template <typename Session>
bool
Carry(TimePoint now, Session& from, Session& to)
{
    bool hasCarried = false;
    while (const auto bytes = from.PollTransmit())
    {
        hasCarried = true;
        to.HandleInput(now, *bytes);
    }
    while (from.PollEvent())
    {
    }
    return hasCarried;
}

/// Let both ends talk until neither has anything to say.
template <typename Session>
void
Converse(TimePoint now, Session& ours, Session& theirs)
{
    theirs.Start(now);
    ours.Start(now);
    while (Carry(now, ours, theirs) || Carry(now, theirs, ours))
    {
    }
}

} // namespace

void
RememberServer(const ns3::imstls::TlsSocketFactory& client,
               const Endpoint& server,
               const std::shared_ptr<const tls::Context>& context,
               RandomSource& random)
{
    const TimePoint now = ns3::imstls::CoreNow();
    if (client.IsDatagram())
    {
        tls::DtlsSession theirs(context, random, "");
        Converse(now, *client.MakeDtlsClient(server), theirs);
        return;
    }
    tls::TlsSession theirs(context, random, "");
    Converse(now, *client.MakeClientSession(server), theirs);
}

} // namespace imsfw::scenario
