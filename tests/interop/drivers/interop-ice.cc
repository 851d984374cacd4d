// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The agent of ICE on a real UDP socket of the loopback, for the interoperability test: the description goes out on
/// standard output, the peer's comes in on standard input, one attribute a line, up to an empty one.
///
///     interop-ice controlling|controlled rfc8445|rfc5245
///
/// It sends one datagram over the selected pair, waits for one, and prints both ends. Exit status 0, or 1 with the reason.
#include "base/text.h"
#include "ims-turn-ice-agent.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <random>
#include <string>

using namespace imsfw;

namespace
{

constexpr auto MAX_TIME = std::chrono::seconds(30);

TimePoint
Now()
{
    return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

sockaddr_in
ToSystem(const Endpoint& endpoint)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address.ToV4());
    return address;
}

Endpoint
FromSystem(const sockaddr_in& address)
{
    return {IpAddress::V4(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port)};
}

/// A UDP socket of 127.0.0.1 at any port.
class Socket
{
  public:
    Socket() : m_socket(socket(AF_INET, SOCK_DGRAM, 0))
    {
        const sockaddr_in wanted = ToSystem({IpAddress::V4(INADDR_LOOPBACK), 0});
        m_isOpen = bind(m_socket, reinterpret_cast<const sockaddr*>(&wanted), sizeof(wanted)) == 0;
    }

    ~Socket()
    {
        close(m_socket);
    }

    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    bool
    IsOpen() const
    {
        return m_isOpen;
    }

    Endpoint
    GetLocal() const
    {
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size);
        return FromSystem(address);
    }

    void
    Send(const Endpoint& to, const Bytes& bytes)
    {
        const sockaddr_in address = ToSystem(to);
        sendto(m_socket,
               bytes.data(),
               bytes.size(),
               0,
               reinterpret_cast<const sockaddr*>(&address),
               sizeof(address));
    }

    /// Wait for a datagram until @p deadline. @return whether there is one
    bool
    Receive(TimePoint deadline, Endpoint& from, Bytes& bytes)
    {
        const auto wait =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Now()).count() + 1;
        pollfd waiting{m_socket, POLLIN, 0};
        if (poll(&waiting, 1, static_cast<int>(std::max<long>(0, wait))) != 1)
        {
            return false;
        }
        bytes.resize(2048);
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        const auto got = recvfrom(
            m_socket, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&address), &size);
        bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        from = FromSystem(address);
        return got >= 0;
    }

  private:
    int m_socket;
    bool m_isOpen{false};
};

class Driver
{
  public:
    Driver(ice::AgentConfig config, uint64_t seed)
        : m_random(seed, 1, "interop-ice"), m_agent(config, m_random)
    {
    }

    int
    Run()
    {
        if (!m_socket.IsOpen())
        {
            return Fail("no socket");
        }
        ice::Gathered host;
        host.address = host.baseAddress = m_socket.GetLocal();
        m_agent.AddLocal(host);
        for (const auto& [name, value] : m_agent.GetLocalDescription().ToStreamAttributes())
        {
            std::cout << name << ":" << value << "\n";
        }
        std::cout << std::endl;
        auto peer = ice::Description::Parse({}, ReadAttributes());
        if (!peer)
        {
            return Fail(std::string(ToString(peer.Error())));
        }
        m_agent.SetRemote(Now(), std::move(*peer));
        Drain();
        return Loop();
    }

  private:
    static ice::Attributes
    ReadAttributes()
    {
        ice::Attributes attributes;
        std::string line;
        while (std::getline(std::cin, line) && !line.empty())
        {
            const auto colon = line.find(':');
            attributes.emplace_back(line.substr(0, colon), line.substr(colon + 1));
        }
        return attributes;
    }

    int
    Loop()
    {
        const TimePoint end = Now() + MAX_TIME;
        // The last answers are still given, so that the peer sees its nomination through.
        std::optional<TimePoint> enough;
        while (Now() < enough.value_or(end))
        {
            Endpoint from;
            Bytes bytes;
            const TimePoint next =
                std::min(enough.value_or(end), m_agent.NextTimeout().value_or(end));
            if (m_socket.Receive(next, from, bytes))
            {
                HandleDatagram(from, bytes);
            }
            m_agent.HandleTimeout(Now());
            Drain();
            if (!m_failure.empty())
            {
                return Fail(m_failure);
            }
            if (!enough && m_isSelected && m_isHeard)
            {
                enough = Now() + std::chrono::milliseconds(500);
            }
        }
        return enough ? 0 : Fail(m_isSelected ? "no datagram of the peer" : "no pair");
    }

    void
    HandleDatagram(const Endpoint& from, const Bytes& bytes)
    {
        if (!m_agent.HandleInput(Now(), 0, from, bytes) && m_agent.AcceptsData(0, from))
        {
            m_isHeard = true;
            std::cout << "data " << ByteView(bytes).AsText() << std::endl;
        }
    }

    void
    Drain()
    {
        while (const auto transmit = m_agent.PollTransmit())
        {
            m_socket.Send(transmit->to, transmit->bytes);
        }
        while (const auto event = m_agent.PollEvent())
        {
            Handle(*event);
        }
        while (const auto transmit = m_agent.PollTransmit())
        {
            m_socket.Send(transmit->to, transmit->bytes);
        }
    }

    void
    Handle(const ice::AgentEvent& event)
    {
        switch (event.type)
        {
        case ice::AgentEvent::Type::SELECTED:
            m_isSelected = true;
            std::cout << "selected " << ToString(event.pair.kind) << " "
                      << event.pair.remote.address.ToString() << std::endl;
            m_agent.Send(Now(), 1, ByteView("hello from imsfw"));
            return;
        case ice::AgentEvent::Type::ROLE_CHANGED:
            std::cout << "role " << (m_agent.IsControlling() ? "controlling" : "controlled")
                      << std::endl;
            return;
        case ice::AgentEvent::Type::FAILED:
            m_failure = event.failure.reason + " " + event.failure.detail;
            return;
        }
    }

    static int
    Fail(const std::string& why)
    {
        std::cout << "failed " << why << std::endl;
        return 1;
    }

    SeededRandom m_random;
    Socket m_socket;
    ice::Agent m_agent;
    bool m_isSelected{false};
    bool m_isHeard{false};
    std::string m_failure;
};

} // namespace

int
main(int argc, char** argv)
{
    if (argc != 3)
    {
        std::cerr << "usage: interop-ice controlling|controlled rfc8445|rfc5245\n";
        return 2;
    }
    auto config = ice::AgentConfig::For(std::string(argv[2]) == "rfc5245" ? ice::Profile::RFC5245
                                                                          : ice::Profile::RFC8445);
    config.isControlling = std::string(argv[1]) == "controlling";
    config.patience = std::chrono::seconds(3); // on the loopback nothing comes late
    return Driver(config, std::random_device{}()).Run();
}
