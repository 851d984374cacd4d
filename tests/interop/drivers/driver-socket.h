// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Non-blocking IPv4 sockets by our own endpoints. Whatever fails ends the program with a message and status 2.
#pragma once

#include "base/address.h"
#include "base/bytes.h"

#include <optional>
#include <string>
#include <utility>

namespace imsfw::driver
{

[[noreturn]] void Die(const std::string& message);

/// @param local port 0: any free one
int OpenUdp(const Endpoint& local);
int OpenListener(const Endpoint& local);
/// @return a socket whose connection is under way.
/// @param local where it comes from, which may be where a listener waits; port 0: anywhere
int OpenConnection(const Endpoint& remote, const Endpoint& local = {});
/// @return the next connection, or -1 where none is waiting any more.
int Accept(int listener);

void CloseSocket(int socket);

Endpoint LocalEndpoint(int socket);
Endpoint RemoteEndpoint(int socket);
/// @return why the connection could not be made or broke; 0 where nothing did.
int TakeError(int socket);

void SendDatagram(int socket, const Endpoint& to, ByteView bytes);
/// @return the next datagram and where it came from; nothing where there is none.
std::optional<std::pair<Endpoint, Bytes>> ReceiveDatagram(int socket);

} // namespace imsfw::driver
