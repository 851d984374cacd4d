// SPDX-License-Identifier: GPL-2.0-only
#include "classify/flow-layer.h"

#include "classify/tls-probe.h"

#include <algorithm>

namespace imsfw::classify
{

FlowLayer::FlowLayer(FindingsLog& log, Place place, unsigned depth)
    : m_log(log), m_place(place), m_depth(depth)
{
    // The segment that brought this layer's first bytes counts, those before it do not.
    if (m_place != Place::OUTERMOST)
    {
        m_segmentsBefore = std::max(m_log.GetSegments(), 1U) - 1;
    }
    if (m_depth >= DEPTH_LIMIT)
    {
        Become(State::PLAIN);
    }
}

void
FlowLayer::Push(Direction direction, ByteView bytes)
{
    if (bytes.IsEmpty())
    {
        return;
    }
    switch (m_state)
    {
    case State::PROBING:
        Probe(direction, bytes);
        return;
    case State::TLS:
        ReadTls(direction, bytes);
        return;
    case State::HTTP:
        ReadHttp(direction, bytes);
        return;
    case State::PLAIN:
        ReadPlain(direction, bytes);
        return;
    }
}

void
FlowLayer::Probe(Direction direction, ByteView bytes)
{
    // Neither a TLS server nor an HTTP server sends anything before the client's first message is complete.
    const bool serverSpeaks = direction == Direction::TO_CLIENT;
    if (!serverSpeaks)
    {
        Append(m_held, bytes);
    }
    const auto tls = serverSpeaks ? Answer::NO : ProbeTls(ByteView(m_held).Sub(0, TLS_PROBE_BYTES));
    const auto http = serverSpeaks ? Answer::NO : m_httpProbe.Push(bytes);
    ReportFirstBytes(tls, http);
    if (tls == Answer::YES)
    {
        Become(State::TLS);
    }
    else if (http == Answer::YES)
    {
        Become(State::HTTP);
    }
    else if (tls == Answer::NO && http == Answer::NO)
    {
        Become(State::PLAIN);
    }
    if (m_state != State::PROBING)
    {
        const Bytes held = std::move(m_held);
        m_held = {};
        Push(Direction::TO_SERVER, held);
        if (serverSpeaks)
        {
            Push(direction, bytes);
        }
    }
}

void
FlowLayer::ReportFirstBytes(Answer tls, Answer http)
{
    switch (m_place)
    {
    case Place::OUTERMOST:
        m_log.Set(&Findings::firstBytesTls, tls);
        m_log.Set(&Findings::firstBytesHttp, http);
        return;
    case Place::IN_TUNNEL:
        m_log.Set(&Findings::tunnelTls, tls);
        m_log.Set(&Findings::tunnelHttp, http);
        return;
    case Place::IN_TLS:
        return;
    }
}

void
FlowLayer::Become(State state)
{
    m_state = state;
    switch (state)
    {
    case State::TLS:
        m_tls = std::make_unique<TlsTracker>();
        m_log.AddContent({Application::TLS});
        return;
    case State::HTTP:
        m_connect = std::make_unique<ConnectTracker>();
        m_log.AddContent({Application::HTTP});
        return;
    case State::PLAIN:
        m_content = std::make_unique<ContentRecogniser>();
        return;
    case State::PROBING:
        return;
    }
}

void
FlowLayer::ReadTls(Direction direction, ByteView bytes)
{
    const Bytes plaintext = m_tls->Push(direction, bytes);
    if (m_tlsGeneration != m_tls->GetGeneration())
    {
        m_tlsGeneration = m_tls->GetGeneration();
        ReportTls();
    }
    if (!plaintext.empty())
    {
        m_log.Set(&Findings::readable, true);
        m_log.HandPlaintext(direction, plaintext);
        PushWithin(Place::IN_TLS, direction, plaintext);
    }
}

void
FlowLayer::ReportTls()
{
    TlsFindings findings = m_tls->GetFindings();
    if (findings.clientHello && m_clientHelloSegments == 0)
    {
        m_clientHelloSegments = m_log.GetSegments() - m_segmentsBefore;
    }
    findings.clientHelloSegments = m_clientHelloSegments;
    if (findings.malformed)
    {
        m_log.GiveUpFor(GiveUp::TLS_BROKEN);
    }
    if (!m_tlsLayer)
    {
        m_tlsLayer = m_log.AddTlsLayer();
    }
    m_log.SetTls(*m_tlsLayer, std::move(findings));
}

void
FlowLayer::ReadHttp(Direction direction, ByteView bytes)
{
    const bool wasTunnel = m_connect->HasTunnel();
    const auto tunnel = m_connect->Push(direction, bytes);
    if (!wasTunnel)
    {
        ReportHttp();
    }
    PushWithin(Place::IN_TUNNEL, Direction::TO_SERVER, tunnel.toServer);
    PushWithin(Place::IN_TUNNEL, Direction::TO_CLIENT, tunnel.toClient);
}

void
FlowLayer::ReportHttp()
{
    if (m_place == Place::OUTERMOST)
    {
        m_log.Set(&Findings::httpRequest, m_connect->GetFirstRequest());
    }
    if (m_connect->HasRequest())
    {
        m_log.Set(&Findings::connectRequested, true);
        m_log.Set(&Findings::connectTarget, m_connect->GetTarget());
    }
    if (m_connect->HasOtherRequest())
    {
        m_log.Set(&Findings::readable, true);
    }
    if (m_connect->HasTunnel())
    {
        m_log.Set(&Findings::connectTunnel, true);
    }
    if (m_connect->HasFailed())
    {
        m_log.GiveUpFor(GiveUp::HTTP_BROKEN);
    }
}

void
FlowLayer::ReadPlain(Direction direction, ByteView bytes)
{
    m_log.Set(&Findings::readable, true);
    m_log.AddContent(m_content->Push(direction, bytes));
}

void
FlowLayer::PushWithin(Place place, Direction direction, ByteView bytes)
{
    if (bytes.IsEmpty())
    {
        return;
    }
    if (!m_within)
    {
        m_within = std::make_unique<FlowLayer>(m_log, place, m_depth + 1);
    }
    m_within->Push(direction, bytes);
}

bool
FlowLayer::IsSettled() const
{
    switch (m_state)
    {
    case State::PROBING:
    case State::PLAIN:
        return false;
    case State::TLS:
        return m_tls->IsSettled();
    case State::HTTP:
        return m_connect->HasFailed() || (m_within && m_within->IsSettled());
    }
    return false;
}

std::size_t
FlowLayer::GetHeldBytes() const
{
    return m_held.size() + (m_tls ? m_tls->GetHeldBytes() : 0) +
           (m_connect ? m_connect->GetHeldBytes() : 0) +
           (m_content ? m_content->GetHeldBytes() : 0) + (m_within ? m_within->GetHeldBytes() : 0);
}

std::size_t
FlowLayer::MemoryBound()
{
    const std::size_t tls = 2 * (TlsTracker::FRAGMENT_LIMIT + 5 + TlsTracker::HELLO_LIMIT + 4);
    const std::size_t http = 4 * HttpMessageReader::HEAD_LIMIT + ConnectTracker::HOLD_LIMIT;
    return (DEPTH_LIMIT - 1) * std::max(tls, http) + ContentRecogniser::MemoryBound();
}

} // namespace imsfw::classify
