// SPDX-License-Identifier: GPL-2.0-only
// LayeredSocket: what the layer makes, on its way to the lower socket and to the user.
#include "ims-tls-keeper.h"
#include "ims-tls-layered-socket.h"

#include <utility>

namespace ns3
{
namespace imstls
{

void
LayeredSocket::Drain()
{
    DoWatchLayer();
    if (m_isDraining)
    {
        return; // bytes go down and brought something up: the loop below goes on with it
    }
    m_isDraining = true;
    const Ptr<LayeredSocket> alive(this);
    while (TakeOutput())
    {
    }
    m_timer.Arm(m_layer->NextTimeout());
    m_isDraining = false;
    DeliverEvents();
}

bool
LayeredSocket::TakeOutput()
{
    Output output;
    while (auto bytes = m_layer->PollTransmit())
    {
        output.transmits.push_back(std::move(*bytes));
    }
    while (auto event = m_layer->PollEvent())
    {
        output.events.push_back(std::move(*event));
    }
    const imsfw::WorkList work = m_lane.HasProcessor() ? DoTakeWork() : imsfw::WorkList();
    if (output.transmits.empty() && output.events.empty() && work.empty())
    {
        Flush();
        return false;
    }
    if (!m_lane.HasProcessor())
    {
        Release(std::move(output));
        return true;
    }
    m_lane.Do(work, [this, output = std::move(output)] { HandleComputed(output); });
    return true;
}

void
LayeredSocket::Release(Output output)
{
    for (const auto& bytes : output.transmits)
    {
        m_toLower.Push(bytes);
    }
    Flush();
    for (auto& event : output.events)
    {
        m_events.Push(std::move(event));
    }
}

void
LayeredSocket::HandleComputed(Output output)
{
    const Ptr<LayeredSocket> alive(this);
    Release(std::move(output));
    if (m_isDraining)
    {
        return; // it took no time: the loop in Drain goes on
    }
    Drain();
    if (m_lane.IsBusy() || !GetLower())
    {
        return;
    }
    if (const auto end = std::exchange(m_lowerEnd, std::nullopt))
    {
        HandleLowerEnd(*end);
        return;
    }
    CloseLowerWhenFlushed();
    if (!m_watch || m_watch->IsOver())
    {
        return;
    }
    const bool wasNearlyFull = m_watch->IsNearlyFull();
    ReadLower(MAX_UNREAD);
    if (wasNearlyFull && m_watch)
    {
        m_watch->AnnounceRoom();
    }
    if (GetLower())
    {
        HandleLowerWritable();
    }
}

void
LayeredSocket::DeliverEvents()
{
    if (m_isDelivering)
    {
        return; // a user called from within a callback; the loop below goes on with what that made
    }
    m_isDelivering = true;
    while (const auto event = m_events.Poll())
    {
        Deliver(*event);
    }
    m_isDelivering = false;
}

void
LayeredSocket::Deliver(const imsfw::StreamEvent& event)
{
    using Type = imsfw::StreamEvent::Type;
    if (m_isClosed)
    {
        return;
    }
    switch (event.type)
    {
    case Type::ESTABLISHED:
        m_isEstablished = true;
        DoEstablished();
        if (const Ptr<LayeredSocket> listener = std::exchange(m_listener, nullptr))
        {
            listener->HandleChild(this, true);
        }
        else
        {
            NotifyConnectionSucceeded();
        }
        return;
    case Type::DATA:
        m_toUser.Push(event.data);
        NotifyDataRecv();
        return;
    case Type::CLOSED:
        NotifyNormalClose();
        return;
    case Type::FAILED:
        HandleFailed(event.failure);
        return;
    }
}

void
LayeredSocket::HandleFailed(const imsfw::StreamFailure& failure)
{
    const bool mayTryAgain = !m_isEstablished && m_listener == nullptr;
    if (const Ptr<Socket> lower = mayTryAgain ? DoTryAgain(failure) : nullptr)
    {
        // Not here: the layer that failed is still at work.
        Simulator::ScheduleNow(&LayeredSocket::Restart, Ptr<LayeredSocket>(this), lower);
        return;
    }
    m_failure = failure;
    FailWith(ERROR_NOTCONN);
    Keeper<LayeredSocket>::Hold(this); // an alert may still be on its way
    CloseLower();
    if (const Ptr<LayeredSocket> listener = std::exchange(m_listener, nullptr))
    {
        listener->HandleChild(this, false);
    }
    else if (m_isEstablished)
    {
        NotifyErrorClose();
    }
    else
    {
        NotifyConnectionFailed();
    }
}

void
LayeredSocket::Flush()
{
    while (m_watch && !m_watch->IsOver() && !m_toLower.IsEmpty())
    {
        const imsfw::ByteView next = m_toLower.Peek(GetLower()->GetTxAvailable());
        const int taken = next.IsEmpty() ? 0 : GetLower()->Send(ToPacket(next));
        if (taken <= 0)
        {
            return; // the send callback comes when there is room
        }
        m_toLower.Skip(static_cast<std::size_t>(taken));
    }
    CloseLowerWhenFlushed();
}

void
LayeredSocket::CloseLower()
{
    m_wantsLowerClosed = true;
    CloseLowerWhenFlushed();
}

/// Also lets this object go, once the lower socket has nothing to say any more.
void
LayeredSocket::CloseLowerWhenFlushed()
{
    const bool hasMore = !m_toLower.IsEmpty() || m_lane.IsBusy();
    if (!m_wantsLowerClosed || !m_watch || (hasMore && !m_watch->IsOver()))
    {
        return;
    }
    if (!std::exchange(m_isLowerClosed, true))
    {
        while (const Ptr<Packet> unread = GetLower()->Recv())
        {
            if (unread->GetSize() == 0)
            {
                break;
            }
        }
        GetLower()->Close(); // with something unread, ns-3's TCP would send a RST
    }
    const bool isLowerSilent = m_watch->IsOver() || DynamicCast<LayeredSocket>(GetLower());
    if (isLowerSilent)
    {
        Keeper<LayeredSocket>::Release(this); // every way here holds this object
    }
}

} // namespace imstls
} // namespace ns3
