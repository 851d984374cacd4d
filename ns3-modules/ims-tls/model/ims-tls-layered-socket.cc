// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-layered-socket.h"

#include "ims-tls-keeper.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace imstls
{

NS_LOG_COMPONENT_DEFINE("ImsTlsLayeredSocket");
NS_OBJECT_ENSURE_REGISTERED(LayeredSocket);

TypeId
LayeredSocket::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imstls::LayeredSocket").SetParent<ForwardingSocket>().SetGroupName("ImsTls");
    return tid;
}

LayeredSocket::LayeredSocket() : m_timer([this] { HandleTimeout(); })
{
}

LayeredSocket::~LayeredSocket()
{
    // Sockets also go when a simulation is torn down: nothing may be sent from here.
    for (const auto& child : m_handshaking)
    {
        child->m_listener = nullptr;
    }
}

void
LayeredSocket::DoDispose()
{
    m_timer.Cancel();
    m_lane.Clear();
    m_watch.reset();
    for (const auto& child : m_handshaking)
    {
        child->m_listener = nullptr;
    }
    m_handshaking.clear();
    ForwardingSocket::DoDispose();
}

std::optional<imsfw::StreamFailure>
LayeredSocket::GetFailure() const
{
    return m_failure;
}

imsfw::StreamLayer*
LayeredSocket::GetLayer() const
{
    return m_layer.get();
}

void
LayeredSocket::Watch(bool isConnected)
{
    m_lane.SetProcessor(imscpu::Processor::Of(GetNode()));
    SocketWatch::Handlers handlers;
    handlers.onConnected = [this] { HandleLowerConnected(); };
    handlers.onReadable = [this] { HandleLowerReadable(); };
    handlers.onWritable = [this] { HandleLowerWritable(); };
    handlers.onEnd = [this](const auto& failure) { HandleLowerEnd(failure); };
    m_watch = std::make_unique<SocketWatch>(GetLower(), isConnected, std::move(handlers));
}

int
LayeredSocket::Connect(const Address& address)
{
    SetPeer(address);
    m_layer = DoMakeClientLayer(address);
    Watch(false);
    return GetLower()->Connect(DoLowerDestination(address));
}

int
LayeredSocket::Listen()
{
    GetLower()->SetAcceptCallback(MakeCallback(&LayeredSocket::HandleLowerRequest, this),
                                  MakeCallback(&LayeredSocket::HandleLowerAccept, this));
    return GetLower()->Listen();
}

bool
LayeredSocket::HandleLowerRequest(Ptr<Socket>, const Address& peer)
{
    return NotifyConnectionRequest(peer);
}

void
LayeredSocket::HandleLowerAccept(Ptr<Socket> lower, const Address& peer)
{
    Ptr<LayeredSocket> child = DoFork();
    m_handshaking.push_back(child);
    child->Adopt(this, lower, peer);
}

void
LayeredSocket::Adopt(LayeredSocket* listener, Ptr<Socket> lower, const Address& peer)
{
    m_listener = listener;
    SetPeer(peer);
    SetLower(lower);
    m_layer = DoMakeServerLayer();
    Watch(true);
    m_layer->Start(CoreNow());
    Drain();
    if (GetLower()->GetRxAvailable() > 0)
    {
        HandleLowerReadable();
    }
}

void
LayeredSocket::HandleChild(Ptr<LayeredSocket> child, bool isEstablished)
{
    m_handshaking.erase(std::find(m_handshaking.begin(), m_handshaking.end(), child));
    if (isEstablished)
    {
        NotifyNewConnectionCreated(child, child->GetPeer());
    }
    else
    {
        DoAcceptFailed(*child->m_failure, child->GetPeer());
    }
}

void
LayeredSocket::AbandonHandshakes()
{
    for (const auto& child : std::exchange(m_handshaking, {}))
    {
        child->m_listener = nullptr;
        child->Close();
    }
}

void
LayeredSocket::HandleLowerConnected()
{
    const Ptr<LayeredSocket> alive(this);
    m_layer->Start(CoreNow());
    Drain();
}

void
LayeredSocket::HandleLowerReadable()
{
    ReadLower(MAX_UNREAD);
}

void
LayeredSocket::ReadLower(std::size_t limit)
{
    const Ptr<LayeredSocket> alive(this);
    while (GetLower() && !m_lane.IsBusy() && GetRxAvailable() < limit)
    {
        const Ptr<Packet> packet = GetLower()->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        m_layer->HandleInput(CoreNow(), ToBytes(packet));
        Drain();
    }
}

void
LayeredSocket::ResumeReading()
{
    const bool hadUnread = GetLower() && GetLower()->GetRxAvailable() > 0;
    ReadLower(MAX_UNREAD);
    if (hadUnread && m_watch)
    {
        m_watch->AnnounceRoom();
    }
}

void
LayeredSocket::HandleLowerWritable()
{
    const Ptr<LayeredSocket> alive(this);
    Flush();
    if (m_isEstablished && !m_isClosed && GetTxAvailable() > 0)
    {
        NotifySend(GetTxAvailable());
    }
}

void
LayeredSocket::HandleLowerEnd(const std::optional<imsfw::StreamFailure>& failure)
{
    const Ptr<LayeredSocket> alive(this);
    ReadLower(SIZE_MAX); // what came before the end still counts
    if (!GetLower())
    {
        return; // disposed of by what was told
    }
    if (m_lane.IsBusy())
    {
        m_lowerEnd = failure; // its turn comes when the CPU has done what came before
        return;
    }
    m_toLower.Clear();
    m_layer->HandleLowerClosed(CoreNow(), failure);
    Drain();
    CloseLowerWhenFlushed();
}

void
LayeredSocket::HandleTimeout()
{
    if (m_lane.IsBusy())
    {
        return; // armed anew when the CPU is done
    }
    const Ptr<LayeredSocket> alive(this);
    m_layer->HandleTimeout(CoreNow());
    Drain();
}

int
LayeredSocket::Close()
{
    if (m_isClosed)
    {
        return -1;
    }
    const Ptr<LayeredSocket> alive(this);
    m_isClosed = true;
    AbandonHandshakes();
    if (!m_layer)
    {
        return GetLower()->Close(); // listening, or never connected
    }
    Keeper<LayeredSocket>::Hold(this);
    m_layer->Close(CoreNow());
    Drain();
    m_timer.Cancel();
    CloseLower();
    return 0;
}

uint32_t
LayeredSocket::GetTxAvailable() const
{
    if (!m_isEstablished || !m_toLower.IsEmpty() || m_lane.IsBusy())
    {
        return 0;
    }
    const std::size_t room = GetLower()->GetTxAvailable();
    const std::size_t overhead = m_layer->MaxExpansion(room) - room;
    return room > overhead ? room - overhead : 0;
}

int
LayeredSocket::Send(Ptr<Packet> packet, uint32_t)
{
    if (!m_isEstablished || m_isClosed || m_failure)
    {
        return FailWith(ERROR_NOTCONN);
    }
    if (packet->GetSize() > GetTxAvailable())
    {
        return FailWith(ERROR_MSGSIZE);
    }
    m_layer->Write(CoreNow(), ToBytes(packet));
    Drain();
    return static_cast<int>(packet->GetSize());
}

uint32_t
LayeredSocket::GetRxAvailable() const
{
    return static_cast<uint32_t>(m_toUser.Size());
}

Ptr<Packet>
LayeredSocket::Recv(uint32_t maxSize, uint32_t)
{
    const imsfw::ByteView next = m_toUser.Peek(maxSize);
    if (next.IsEmpty())
    {
        FailWith(ERROR_AGAIN);
        return nullptr;
    }
    Ptr<Packet> packet = ToPacket(next);
    const bool wasFull = GetRxAvailable() >= MAX_UNREAD;
    m_toUser.Skip(next.Size());
    if (wasFull && GetRxAvailable() < MAX_UNREAD)
    {
        // Reading had stopped because nobody took what there was. It goes on from the event loop: called from here, the
        // user would be handed the next bytes before these.
        Simulator::ScheduleNow(&LayeredSocket::ResumeReading, Ptr<LayeredSocket>(this));
    }
    return packet;
}

Address
LayeredSocket::DoLowerDestination(const Address& address) const
{
    return address;
}

void
LayeredSocket::DoEstablished()
{
}

imsfw::WorkList
LayeredSocket::DoTakeWork()
{
    return {};
}

imsfw::Duration
LayeredSocket::GetComputed() const
{
    return m_lane.GetCost();
}

void
LayeredSocket::DoWatchLayer()
{
}

void
LayeredSocket::DoAcceptFailed(const imsfw::StreamFailure&, const Address&)
{
}

} // namespace imstls
} // namespace ns3
