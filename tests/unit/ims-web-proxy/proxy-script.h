// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The proxy's side of CONNECT with its driver, for tests that read as scripts: one word for each thing that it does.
#pragma once

#include "base/text.h"
#include "ims-web-proxy-connection.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::http
{

inline constexpr TimePoint T0{std::chrono::seconds(5)};

/// A proxy's connection with its driver; what it did, in a short notation.
class Proxy
{
  public:
    /// @param shared with other connections of the same proxy
    explicit Proxy(ProxyConfig config = {}, ProxyShared* shared = nullptr)
        : m_config(std::move(config)), m_shared(shared)
    {
        m_core.Start(now);
        Drain();
    }

    void
    Hear(std::string_view text)
    {
        m_core.HandleClientInput(now, ByteView(text));
        Drain();
    }

    void
    HearServer(std::string_view text)
    {
        m_core.HandleServerInput(now, ByteView(text));
        Drain();
    }

    void
    Resolved(const std::optional<IpAddress>& address)
    {
        m_core.HandleResolved(now, address);
        Drain();
    }

    void
    ServerConnected()
    {
        m_core.HandleServerConnected(now);
        Drain();
    }

    void
    ServerEnded(const std::optional<StreamFailure>& failure = {})
    {
        m_core.HandleServerEnd(now, failure);
        Drain();
    }

    void
    ClientEnded()
    {
        m_core.HandleClientEnd(now);
        Drain();
    }

    void
    Wait(Duration duration)
    {
        now += duration;
        m_core.HandleTimeout(now);
        Drain();
    }

    std::optional<TimePoint>
    NextTimeout() const
    {
        return m_core.NextTimeout();
    }

    /// @return what was done since the last call: "client:407", "client(data)", "server(data)", "connect 192.0.2.1:443",
    /// "close-client", "close-server", "refused id", "opened", "closed"; separated by commas, commands before events.
    std::string
    Take()
    {
        return Join(std::exchange(m_done, {}), ", ");
    }

    TimePoint now{T0};
    std::string response; ///< the last one with a status line
    std::string fields;   ///< of the last connect, for an upstream proxy

  private:
    void
    Drain()
    {
        while (const auto command = m_core.PollTransmit())
        {
            Note(*command);
        }
        while (const auto event = m_core.PollEvent())
        {
            Note(*event);
        }
    }

    void
    Note(const ProxyCommand& command)
    {
        const std::string text(ByteView(command.data).AsText());
        switch (command.type)
        {
        case ProxyCommand::Type::SEND_TO_CLIENT:
            if (text.rfind("HTTP/1.1 ", 0) == 0)
            {
                response = text;
                m_done.push_back("client:" + text.substr(9, 3));
                return;
            }
            m_done.push_back("client(" + text + ")");
            return;
        case ProxyCommand::Type::SEND_TO_SERVER:
            m_done.push_back("server(" + text + ")");
            return;
        case ProxyCommand::Type::RESOLVE:
            m_done.push_back("resolve " + command.host);
            return;
        case ProxyCommand::Type::CONNECT_TO_SERVER:
            m_done.push_back("connect " +
                             (command.host.empty() ? command.server.ToString() : command.host));
            fields = command.fields;
            return;
        case ProxyCommand::Type::CLOSE_CLIENT:
            m_done.push_back("close-client");
            return;
        case ProxyCommand::Type::CLOSE_SERVER:
            m_done.push_back("close-server");
            return;
        }
    }

    void
    Note(const ProxyEvent& event)
    {
        switch (event.type)
        {
        case ProxyEvent::Type::REFUSED:
            m_done.push_back("refused " + event.id);
            return;
        case ProxyEvent::Type::TUNNEL_OPENED:
            m_done.push_back("opened");
            return;
        case ProxyEvent::Type::TUNNEL_CLOSED:
            m_done.push_back("closed");
            return;
        case ProxyEvent::Type::INTERCEPTED:
            m_done.push_back("intercepted " + event.detail);
            return;
        }
    }

    ProxyConfig m_config;
    ProxyShared* m_shared;
    SeededRandom m_random{1, 1, "proxy"};
    ProxyShared m_ownShared;
    ProxyConnection m_core{m_config, m_random, m_shared != nullptr ? *m_shared : m_ownShared};
    std::vector<std::string> m_done;
};

inline std::string
Connect(const std::string& target, const std::string& fields = "")
{
    return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + fields + "\r\n";
}

inline const std::string REQUEST = Connect("192.0.2.1:443");
const std::string CONNECTING = "connect 192.0.2.1:443";

inline std::string
Refusal(const std::string& status, const std::string& id)
{
    return "client:" + status + ", close-client, refused " + id;
}

inline std::string
FieldOf(const std::string& response, const std::string& name)
{
    const auto begin = response.find("\r\n" + name + ": ");
    if (begin == std::string::npos)
    {
        return "";
    }
    const auto value = begin + name.size() + 4;
    return response.substr(value, response.find("\r\n", value) - value);
}

} // namespace imsfw::http
