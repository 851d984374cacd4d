// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What is on the wire when a client and a server of ours talk over TLS.
#pragma once

#include "../ims-tls/tls-pair.h"
#include "talk.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace imsfw::classify
{

struct Exchange
{
    std::string asked;    ///< by the client
    std::string answered; ///< by the server
};

/// @param suite by its IANA name
/// @param version "1.2" or "1.3", and no other
/// @param serverName that the client asks for
/// @return the handshake, then what @p exchanges become.
inline Talk
TalkOverTls(const std::string& suite,
            const std::string& version,
            const std::vector<Exchange>& exchanges,
            const std::string& serverName = tls::PairOptions().serverName)
{
    tls::PairOptions options;
    options.clientSuites = {suite};
    options.clientMin = options.clientMax = version;
    options.serverName = serverName;
    Talk talk;
    tls::TlsPair pair(options);
    pair.toServer = [&talk](Bytes bytes)
    {
        talk.push_back(Client(bytes));
        return bytes;
    };
    pair.toClient = [&talk](Bytes bytes)
    {
        talk.push_back(Server(bytes));
        return bytes;
    };
    pair.Handshake();
    EXPECT_TRUE(pair.client.IsEstablished());
    for (const auto& [asked, answered] : exchanges)
    {
        pair.Send(pair.client, asked);
        pair.Send(pair.server, answered);
    }
    return talk;
}

} // namespace imsfw::classify
