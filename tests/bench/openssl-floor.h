// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The floor under a TLS connection: two bare OpenSSL endpoints in memory, nothing of this project between them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace imsfw::bench
{

class OpensslFloor
{
  public:
    /// @param suite OpenSSL's name of a TLS 1.2 suite. @param certificate, key PEM
    OpensslFloor(const std::string& suite, const std::string& certificate, const std::string& key);

    /// One full handshake with verification off, and @p sent bytes up and @p received bytes down in @p messages each.
    /// @return whether the handshake was completed and every byte arrived.
    bool Connect(std::size_t sent, std::size_t received, unsigned messages) const;

  private:
    using ContextPtr = std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)>;

    ContextPtr m_client;
    ContextPtr m_server;
};

} // namespace imsfw::bench
