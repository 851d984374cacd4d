// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A connection that is begun anew before its user has heard of it.
#include "ims-tls-layered-socket.h"

namespace ns3
{
namespace imstls
{

Ptr<Socket>
LayeredSocket::DoTryAgain(const imsfw::StreamFailure&)
{
    return nullptr;
}

void
LayeredSocket::Restart(Ptr<Socket> lower)
{
    if (m_isClosed || !GetLower())
    {
        lower->Close();
        return;
    }
    m_watch.reset();
    const Ptr<Socket> old = GetLower();
    while (const Ptr<Packet> unread = old->Recv())
    {
        if (unread->GetSize() == 0)
        {
            break;
        }
    }
    old->Close();
    m_timer.Cancel();
    m_lowerEnd.reset();
    m_toLower.Clear();
    SetLower(lower);
    const Address peer = GetPeer();
    m_layer = DoMakeClientLayer(peer);
    Watch(false);
    lower->Connect(DoLowerDestination(peer));
}

} // namespace imstls
} // namespace ns3
