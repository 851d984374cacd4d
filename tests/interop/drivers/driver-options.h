// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Command lines of the form `key=value`, and what several programs make of theirs.
#pragma once

#include "base/address.h"
#include "base/random.h"
#include "driver-stream.h"
#include "ims-tls-dtls-session.h"
#include "ims-tls-session.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::driver
{

class Options
{
  public:
    /// An argument that is no `key=value`, or whose key is not @p known, ends the program with status 2.
    Options(int argc, char** argv, const std::set<std::string>& known);

    bool Has(const std::string& key) const;
    std::string Text(const std::string& key, const std::string& otherwise = {}) const;
    /// @return the parts of "a,b,c".
    std::vector<std::string> List(const std::string& key) const;
    /// @return the parts of "a:b,c:d".
    std::vector<std::pair<std::string, std::string>> Pairs(const std::string& key) const;
    Endpoint At(const std::string& key) const;

  private:
    std::map<std::string, std::string> m_values;
};

/// Keys of MakeClientLayers.
const std::set<std::string>& ClientLayerKeys();

/// The layers of a client over TCP: a CONNECT tunnel where `web-proxy` is given (with `web-user`, `web-password`), then TLS
/// where @p isTls (`suites`, `ca`, `name`, `min-version`, `max-version`, `groups`, `alpn`, `sni`, `hello-size`, and the
/// files `certificate` and `key` for a server that asks).
/// @param target where the tunnel leads
struct ClientLayers
{
    Stream::Layers layers;
    tls::TlsSession* tls{nullptr}; ///< one of them, or nothing
};

ClientLayers MakeClientLayers(const Options& options,
                              const Endpoint& target,
                              bool isTls,
                              RandomSource& random);

/// @return DTLS with the same keys.
std::unique_ptr<tls::DtlsSession> MakeDtls(const Options& options, RandomSource& random);

/// Print what the handshake agreed on: "tls TLSv1.2 TLS_RSA_WITH_NULL_SHA".
void PrintTls(const tls::SessionInfo& info);
/// Print how a stream ended: "end tls alert-received handshake_failure", or "end closed".
void PrintEnd(const std::optional<StreamFailure>& failure);

} // namespace imsfw::driver
