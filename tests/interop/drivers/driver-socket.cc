// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The system calls.
#include "driver-socket.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace imsfw::driver
{

namespace
{

sockaddr_in
ToSockaddr(const Endpoint& endpoint)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address.ToV4());
    return address;
}

Endpoint
ToEndpoint(const sockaddr_in& address)
{
    return {IpAddress::V4(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port)};
}

using Call = int (*)(int, sockaddr*, socklen_t*);

Endpoint
Name(int socket, Call call)
{
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    call(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return ToEndpoint(address);
}

int
Open(int type)
{
    const int socket = ::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0)
    {
        Die("no socket: " + std::string(std::strerror(errno)));
    }
    const int on = 1;
    if (type == SOCK_STREAM)
    {
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    return socket;
}

int
OpenBound(int type, const Endpoint& local)
{
    const int socket = Open(type);
    const sockaddr_in address = ToSockaddr(local);
    if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    {
        Die("cannot bind " + local.ToString() + ": " + std::strerror(errno));
    }
    return socket;
}

} // namespace

void
Die(const std::string& message)
{
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(2);
}

int
OpenUdp(const Endpoint& local)
{
    return OpenBound(SOCK_DGRAM, local);
}

int
OpenListener(const Endpoint& local)
{
    const int socket = OpenBound(SOCK_STREAM, local);
    if (listen(socket, SOMAXCONN) != 0)
    {
        Die("cannot listen on " + local.ToString() + ": " + std::strerror(errno));
    }
    return socket;
}

int
OpenConnection(const Endpoint& remote, const Endpoint& local)
{
    const int socket = local.port == 0 ? Open(SOCK_STREAM) : OpenBound(SOCK_STREAM, local);
    const sockaddr_in address = ToSockaddr(remote);
    // A refusal that comes at once is found by TakeError, as one that comes later is.
    (void)connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    return socket;
}

int
Accept(int listener)
{
    const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return socket;
}

void
CloseSocket(int socket)
{
    close(socket);
}

Endpoint
LocalEndpoint(int socket)
{
    return Name(socket, getsockname);
}

Endpoint
RemoteEndpoint(int socket)
{
    return Name(socket, getpeername);
}

int
TakeError(int socket)
{
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

void
SendDatagram(int socket, const Endpoint& to, ByteView bytes)
{
    const sockaddr_in address = ToSockaddr(to);
    sendto(socket,
           bytes.begin(),
           bytes.Size(),
           0,
           reinterpret_cast<const sockaddr*>(&address),
           sizeof(address));
}

std::optional<std::pair<Endpoint, Bytes>>
ReceiveDatagram(int socket)
{
    std::array<uint8_t, 65536> buffer{};
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const ssize_t count = recvfrom(
        socket, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (count < 0)
    {
        return std::nullopt;
    }
    return std::make_pair(ToEndpoint(from), Bytes(buffer.begin(), buffer.begin() + count));
}

} // namespace imsfw::driver
