// SPDX-License-Identifier: GPL-2.0-only
#include "remembered-session.h"

#include "ims-tls-core-driver.h"

namespace imsfw::scenario
{

namespace
{

/// @return all that @p session has to say; its events are nobody's.
Bytes
TakeOut(tls::TlsSession& session)
{
    Bytes out;
    while (const auto bytes = session.PollTransmit())
    {
        Append(out, *bytes);
    }
    while (session.PollEvent())
    {
    }
    return out;
}

} // namespace

void
RememberServer(const ns3::imstls::TlsSocketFactory& client,
               const Endpoint& server,
               const std::shared_ptr<const tls::Context>& context,
               RandomSource& random)
{
    const TimePoint now = ns3::imstls::CoreNow();
    const auto ours = client.MakeClientSession(ns3::imstls::ToNs3Address(server));
    tls::TlsSession theirs(context, random, "");
    theirs.Start(now);
    ours->Start(now);
    Bytes up = TakeOut(*ours);
    Bytes down;
    while (!up.empty() || !down.empty())
    {
        theirs.HandleInput(now, up);
        down = TakeOut(theirs);
        ours->HandleInput(now, down);
        up = TakeOut(*ours);
        down.clear();
    }
}

} // namespace imsfw::scenario
