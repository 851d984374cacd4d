// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Puts a STUN message together, attribute by attribute, in the order of the calls.
///
/// RFC 8489 14. MESSAGE-INTEGRITY and FINGERPRINT go last, in this order; Finish gives the bytes out.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "ims-turn-stun-message.h"

#include <string_view>
#include <vector>

namespace imsfw
{
namespace stun
{

class Builder
{
  public:
    Builder(Method method, MessageClass messageClass, const TransactionId& id);

    /// Any attribute, padded with zeros.
    Builder& Add(uint16_t type, ByteView value);
    Builder& AddText(uint16_t type, std::string_view text);
    Builder& AddU32(uint16_t type, uint32_t value);
    Builder& AddU64(uint16_t type, uint64_t value);
    /// XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS.
    Builder& AddXorAddress(uint16_t type, const Endpoint& endpoint);
    /// MAPPED-ADDRESS or ALTERNATE-SERVER.
    Builder& AddAddress(uint16_t type, const Endpoint& endpoint);
    /// ERROR-CODE with the phrase that goes with the code.
    Builder& AddError(uint16_t code);
    Builder& AddUnknownAttributes(const std::vector<uint16_t>& types);
    Builder& AddChannelNumber(uint16_t channel);
    Builder& AddRequestedTransport(uint8_t protocol);
    /// @param family 1: IPv4, 2: IPv6 (RFC 8656 18.6)
    Builder& AddRequestedFamily(uint8_t family);
    Builder& AddIntegrity(ByteView key);
    Builder& AddIntegritySha256(ByteView key);
    Builder& AddFingerprint();

    /// @return the message; the builder is empty afterwards.
    Bytes Finish();

  private:
    void PatchLength(std::size_t more);

    TransactionId m_id;
    ByteWriter m_writer;
};

} // namespace stun
} // namespace imsfw
