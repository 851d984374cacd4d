// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The UE's side of CONNECT with its driver, for tests that read as scripts: what the proxy says, what became of it.
#pragma once

#include "ims-web-proxy-connect-client.h"

#include <optional>
#include <string>
#include <utility>

namespace imsfw::http
{

inline constexpr TimePoint T0{std::chrono::seconds(5)};

inline ByteView
View(std::string_view text)
{
    return ByteView(text);
}

/// A client with its driver; all that it sent and told, as text.
class Client
{
  public:
    explicit Client(const std::string& user = "", const std::string& password = "")
        : m_layer({"192.0.2.1:443", user, password, std::chrono::seconds(30)}, m_random)
    {
        m_layer.Start(T0);
        Drain();
    }

    void
    Hear(std::string_view text)
    {
        m_layer.HandleInput(T0, View(text));
        Drain();
    }

    void
    HearClose(const std::optional<StreamFailure>& failure = {})
    {
        m_layer.HandleLowerClosed(T0, failure);
        Drain();
    }

    void
    Wait(TimePoint until)
    {
        m_layer.HandleTimeout(until);
        Drain();
    }

    void
    Write(std::string_view text)
    {
        m_layer.Write(T0, View(text));
        Drain();
    }

    ConnectClient&
    Layer()
    {
        return m_layer;
    }

    /// @return what was sent since the last call.
    std::string
    TakeSent()
    {
        return std::exchange(m_sent, "");
    }

    /// "open", "data(...)" with neighbours joined, "closed", "failed(layer reason detail)", separated by spaces.
    std::string
    Told() const
    {
        return m_told + (m_data.empty() ? "" : " data(" + m_data + ")");
    }

  private:
    void
    Drain()
    {
        while (const auto bytes = m_layer.PollTransmit())
        {
            m_sent += ByteView(*bytes).AsText();
        }
        while (const auto event = m_layer.PollEvent())
        {
            Note(*event);
        }
    }

    void
    Note(const StreamEvent& event)
    {
        const auto& f = event.failure;
        switch (event.type)
        {
        case StreamEvent::Type::ESTABLISHED:
            m_told += "open";
            return;
        case StreamEvent::Type::DATA:
            m_data += ByteView(event.data).AsText();
            return;
        case StreamEvent::Type::CLOSED:
            m_told = Told() + " closed";
            m_data.clear();
            return;
        case StreamEvent::Type::FAILED:
            m_told = Told() + "failed(" + f.layer + "|" + f.reason + "|" + f.detail + ")";
            m_data.clear();
            return;
        }
    }

    SeededRandom m_random{1, 1, "connect"};
    ConnectClient m_layer;
    std::string m_sent;
    std::string m_told;
    std::string m_data;
};

inline const std::string REQUEST = "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n";
const std::string OK = "HTTP/1.1 200 Connection established\r\n\r\n";

inline std::string
Challenge(const std::string& fields, const std::string& body = "no")
{
    return "HTTP/1.1 407 Proxy Authentication Required\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline const std::string BASIC = "Proxy-Authenticate: Basic realm=\"office\"\r\n";
const std::string DIGEST = "Proxy-Authenticate: Digest realm=\"office\", nonce=\"n1\", "
                           "qop=\"auth\", algorithm=SHA-256\r\n";

} // namespace imsfw::http
