// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The UE core on real sockets: `interop-ue transport=udp|tcp|tls proxy=IP:PORT user=NAME password=WORD realm=DOMAIN ...`,
/// with the keys of MakeClientLayers for the flow.
///
/// Lines of standard input are what the user does: register, deregister, call URI, answer, hangup, options, quit.
/// Lines of standard output are what happens: the flow ("open", "tls ...", "end ..."), each SIP message ("> ", "< "), and
/// the core's events ("event registered 200", with status, reason and detail where there are any).
#include "base/text.h"
#include "driver-options.h"
#include "driver-sip-trace.h"
#include "driver-socket.h"
#include "ims-sip-user-agent.h"

#include <cstdio>

namespace imsfw::driver
{

namespace
{

using sip::UserAgent;
using sip::UserAgentConfig;
using sip::UserAgentEvent;

std::set<std::string>
Keys()
{
    std::set<std::string> keys = ClientLayerKeys();
    keys.insert({"transport", "proxy", "user", "password", "realm", "keep-alive", "expires"});
    return keys;
}

class Ue
{
  public:
    Ue(Loop& loop, const Options& options)
        : m_loop(loop),
          m_options(options),
          m_isStream(options.Text("transport") != "udp"),
          m_trace(m_isStream)
    {
        m_isStream ? OpenStream() : OpenDatagrams();
    }

    void HandleLine(const std::string& line);

  private:
    void OpenDatagrams();
    void OpenStream();
    void HandleOpen(const Endpoint& local);
    void HandleInput(ByteView bytes);
    void HandleEnd(const std::optional<StreamFailure>& failure);
    UserAgentConfig Config(const Endpoint& local) const;
    sip::SdpSession Description() const;
    void Drain();
    void Send(ByteView bytes);
    void Print(const UserAgentEvent& event);

    Loop& m_loop;
    const Options& m_options;
    bool m_isStream;
    SystemRandom m_random;
    SipTrace m_trace;
    int m_udp{-1};
    std::unique_ptr<Stream> m_stream;
    tls::TlsSession* m_tls{nullptr};
    std::unique_ptr<UserAgent> m_agent;
    std::vector<std::string> m_early;         ///< lines that came before the flow was open
    std::optional<sip::SdpSession> m_offered; ///< by who calls us
};

void
Ue::OpenDatagrams()
{
    m_udp = OpenUdp({m_options.At("proxy").address, 0});
    m_loop.Watch(m_udp,
                 [this]
                 {
                     while (const auto datagram = ReceiveDatagram(m_udp))
                     {
                         HandleInput(datagram->second);
                     }
                 });
    HandleOpen(LocalEndpoint(m_udp));
}

void
Ue::OpenStream()
{
    const Endpoint proxy = m_options.At("proxy");
    auto made = MakeClientLayers(m_options, proxy, m_options.Text("transport") == "tls", m_random);
    m_tls = made.tls;
    const Endpoint first = m_options.Has("web-proxy") ? m_options.At("web-proxy") : proxy;
    Stream::Handlers handlers{[this] { HandleOpen(LocalEndpoint(m_stream->Socket())); },
                              [this](ByteView bytes) { HandleInput(bytes); },
                              [this](const auto& failure) { HandleEnd(failure); }};
    m_stream = std::make_unique<Stream>(
        m_loop, OpenConnection(first), std::move(made.layers), std::move(handlers));
}

void
Ue::HandleOpen(const Endpoint& local)
{
    std::printf("open\n");
    if (m_tls != nullptr)
    {
        PrintTls(m_tls->GetInfo());
    }
    m_agent = std::make_unique<UserAgent>(Config(local), m_random);
    m_loop.AddTimer(
        this,
        [this] { return m_agent->NextTimeout(); },
        [this]
        {
            m_agent->HandleTimeout(Now());
            Drain();
        });
    for (const std::string& line : m_early)
    {
        HandleLine(line);
    }
}

UserAgentConfig
Ue::Config(const Endpoint& local) const
{
    UserAgentConfig config;
    config.realm = m_options.Text("realm");
    config.privateIdentity = m_options.Text("user") + "@" + config.realm;
    config.publicIdentity = "sip:" + config.privateIdentity;
    config.password = m_options.Text("password");
    config.local = local;
    config.proxy = m_options.At("proxy");
    config.transport = ToUpper(m_options.Text("transport"));
    config.isReliable = m_isStream;
    config.answerDelay = Duration(0);
    config.expiresS = ParseNumber(m_options.Text("expires", "3600"), 0, UINT32_MAX).value_or(0);
    config.keepAlive = std::chrono::milliseconds(
        ParseNumber(m_options.Text("keep-alive", "0"), 0, 3600000).value_or(0));
    return config;
}

sip::SdpSession
Ue::Description() const
{
    sip::SdpSession session;
    session.sessionId = 1;
    session.version = 1;
    session.audio = {m_agent->Config().local.address, 40000};
    session.codecs = {sip::SdpCodec::Pcmu(), sip::SdpCodec::Pcma()};
    return session;
}

void
Ue::HandleLine(const std::string& line)
{
    const std::size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
    if (word == "quit")
    {
        return m_loop.Stop();
    }
    if (!m_agent)
    {
        return m_early.push_back(line);
    }
    if (word == "register")
    {
        m_agent->Register(Now());
    }
    else if (word == "deregister")
    {
        m_agent->Deregister(Now());
    }
    else if (word == "call")
    {
        m_agent->Call(Now(), rest, Description());
    }
    else if (word == "answer" && m_offered)
    {
        const auto answer = sip::SdpSession::Answer(*m_offered, Description());
        answer ? m_agent->Answer(Now(), *answer) : m_agent->Hangup(Now());
    }
    else if (word == "hangup")
    {
        m_agent->Hangup(Now());
    }
    else if (word == "options")
    {
        m_agent->Options(Now(), rest);
    }
    else
    {
        return Die("cannot '" + line + "' now");
    }
    Drain();
}

void
Ue::HandleInput(ByteView bytes)
{
    m_trace.Received(bytes);
    m_agent->HandleInput(Now(), bytes);
    Drain();
}

void
Ue::HandleEnd(const std::optional<StreamFailure>& failure)
{
    PrintEnd(failure);
    if (m_agent)
    {
        m_agent->HandleFlowFailed(Now(), failure.value_or(StreamFailure{"tcp", "closed", ""}));
        Drain();
    }
}

void
Ue::Drain()
{
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto bytes = m_agent->PollTransmit())
        {
            Send(*bytes);
        }
        const auto event = m_agent->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Print(*event);
        }
    }
}

void
Ue::Send(ByteView bytes)
{
    m_trace.Sent(bytes);
    if (m_isStream)
    {
        m_stream->Send(bytes);
    }
    else
    {
        SendDatagram(m_udp, m_options.At("proxy"), bytes);
    }
}

void
Ue::Print(const UserAgentEvent& event)
{
    if (event.type == UserAgentEvent::Type::INCOMING_CALL)
    {
        m_offered = event.sdp;
    }
    std::printf("event %s %d %s %s\n",
                std::string(ToString(event.type)).c_str(),
                event.status,
                event.reason.empty() ? "-" : event.reason.c_str(),
                event.detail.c_str());
    if (event.sdp)
    {
        std::printf("media %s\n", event.sdp->audio.ToString().c_str());
    }
}

} // namespace

} // namespace imsfw::driver

int
main(int argc, char** argv)
{
    using namespace imsfw::driver;
    const Options options(argc, argv, Keys());
    Loop loop;
    Ue ue(loop, options);
    loop.ReadLines([&ue](const std::string& line) { ue.HandleLine(line); });
    loop.Run();
    return 0;
}
