// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-application.h"

#include "base/text.h"

#include "ns3/abort.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsmedia
{

NS_OBJECT_ENSURE_REGISTERED(MsrpApplication);

namespace
{

/// Bytes that wait for the socket before no more chunks are made: a message in between shall not wait behind a whole file.
constexpr std::size_t MOST_QUEUED = 16 * 1024;

} // namespace

TypeId
MsrpApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsmedia::MsrpApplication")
            .SetParent<Application>()
            .SetGroupName("ImsMedia")
            .AddConstructor<MsrpApplication>()
            .AddAttribute("ChunkSize",
                          "Bytes of content in one SEND (RFC 4975 7.1.1).",
                          UintegerValue(2048),
                          MakeUintegerAccessor(&MsrpApplication::m_chunkSize),
                          MakeUintegerChecker<uint32_t>(1, 2048))
            .AddAttribute("MostUnanswered",
                          "Bytes of content that wait for responses at most; 0: any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&MsrpApplication::m_mostUnanswered),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("LargestMessage",
                          "Bytes; a longer one is refused with 413.",
                          UintegerValue(10 * 1024 * 1024),
                          MakeUintegerAccessor(&MsrpApplication::m_largestMessage),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("FailureTimer",
                          "How long a response is waited for (RFC 4975 7.1.1).",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&MsrpApplication::m_failureTimer),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("KeepAlive",
                          "Silence before an empty SEND is sent; 0 s: none is.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&MsrpApplication::m_keepAlive),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("AcceptTypes",
                          "Media types that are accepted, with spaces between them; * for all.",
                          StringValue("*"),
                          MakeStringAccessor(&MsrpApplication::m_acceptTypes),
                          MakeStringChecker())
            .AddTraceSource("Event",
                            "Whatever the session reports.",
                            MakeTraceSourceAccessor(&MsrpApplication::m_eventTrace),
                            "ns3::imsmedia::MsrpApplication::EventCallback");
    return tid;
}

MsrpApplication::MsrpApplication() : m_timer([this] { HandleTimeout(); })
{
}

MsrpApplication::~MsrpApplication() = default;

void
MsrpApplication::DoDispose()
{
    m_timer.Cancel();
    if (m_stream)
    {
        m_stream->Abort();
        m_stream = nullptr;
    }
    m_handler = nullptr;
    Application::DoDispose();
}

void
MsrpApplication::SetRandomStream(const std::string& stream)
{
    m_streamName = stream;
}

void
MsrpApplication::SetPaths(const imsfw::msrp::MsrpUri& local, const imsfw::msrp::MsrpUri& remote)
{
    m_local = local;
    m_remote = remote;
}

void
MsrpApplication::SetEventHandler(std::function<void(const imsfw::msrp::SessionEvent&)> handler)
{
    m_handler = std::move(handler);
}

void
MsrpApplication::Connect(Ptr<SocketFactory> factory, const Address& destination, bool isActive)
{
    MakeSession(isActive);
    m_stream = imstls::Stream::Connect(factory, destination, MakeHandlers());
}

void
MsrpApplication::Adopt(Ptr<Socket> socket)
{
    MakeSession(false);
    m_stream = imstls::Stream::Adopt(socket, MakeHandlers());
    m_isOpen = true;
    m_session->Start(imstls::CoreNow());
    Drain();
}

void
MsrpApplication::MakeSession(bool isActive)
{
    NS_ABORT_MSG_IF(m_session, "MsrpApplication: it has a session already");
    imsfw::msrp::SessionOptions options;
    options.local = m_local;
    options.remote = m_remote;
    options.isActive = isActive;
    options.chunkSize = m_chunkSize;
    options.mostUnanswered = m_mostUnanswered;
    options.largestMessage = m_largestMessage;
    options.failureTimer = imstls::ToCoreDuration(m_failureTimer);
    options.keepAlive = imstls::ToCoreDuration(m_keepAlive);
    options.acceptTypes.clear();
    for (const std::string_view type : imsfw::Split(m_acceptTypes, ' '))
    {
        options.acceptTypes.emplace_back(type);
    }
    m_random = std::make_unique<imsfw::SeededRandom>(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), "msrp/" + m_streamName);
    m_session = std::make_unique<imsfw::msrp::Session>(options, *m_random);
}

imstls::Stream::Handlers
MsrpApplication::MakeHandlers()
{
    imstls::Stream::Handlers handlers;
    handlers.onConnected = [this]
    {
        m_isOpen = true;
        m_session->Start(imstls::CoreNow());
        Drain();
    };
    handlers.onData = [this](imsfw::ByteView bytes) { HandleData(bytes); };
    handlers.onClosed = [this] { HandleGone(); };
    handlers.onFailure = [this](const imsfw::StreamFailure& failure)
    {
        m_failure = failure;
        HandleGone();
    };
    handlers.onDrained = [this]
    {
        m_session->HandleWritable(imstls::CoreNow());
        Drain();
    };
    return handlers;
}

void
MsrpApplication::HandleData(imsfw::ByteView bytes)
{
    m_session->HandleInput(imstls::CoreNow(), bytes);
    Drain();
}

void
MsrpApplication::HandleGone()
{
    m_isOpen = false;
    m_session->HandleLowerClosed(imstls::CoreNow());
    Drain();
}

void
MsrpApplication::HandleTimeout()
{
    m_session->HandleTimeout(imstls::CoreNow());
    Drain();
}

std::string
MsrpApplication::Send(imsfw::msrp::Content content)
{
    NS_ABORT_MSG_IF(!m_session, "MsrpApplication: Send before Connect or Adopt");
    std::string messageId = m_session->Send(imstls::CoreNow(), std::move(content));
    Drain();
    return messageId;
}

void
MsrpApplication::AbortMessage(const std::string& messageId)
{
    if (m_session)
    {
        m_session->Abort(imstls::CoreNow(), messageId);
        Drain();
    }
}

void
MsrpApplication::Close()
{
    if (m_stream)
    {
        m_stream->Close();
        HandleGone();
    }
}

void
MsrpApplication::Drain()
{
    while (m_isOpen && m_stream->GetQueued() < MOST_QUEUED)
    {
        const auto bytes = m_session->PollTransmit();
        if (!bytes)
        {
            break;
        }
        m_stream->Send(*bytes);
    }
    if (m_isOpen && m_session->IsOver())
    {
        m_isOpen = false; // a broken session has no use for its connection
        m_stream->Close();
    }
    while (const auto event = m_session->PollEvent())
    {
        m_eventTrace(*event);
        if (m_handler)
        {
            m_handler(*event);
        }
    }
    m_timer.Arm(m_session->NextTimeout());
}

std::optional<imsfw::Endpoint>
MsrpApplication::GetLocalEndpoint() const
{
    return m_stream ? std::optional(m_stream->GetLocal()) : std::nullopt;
}

imsfw::msrp::SessionStatistics
MsrpApplication::GetStatistics() const
{
    return m_session ? m_session->GetStatistics() : imsfw::msrp::SessionStatistics{};
}

} // namespace imsmedia
} // namespace ns3
