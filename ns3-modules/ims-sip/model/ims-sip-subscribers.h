// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The subscribers of the HSS stand-in, from a YAML file:
///
///     subscribers:
///       - impi: alice@ims.test
///         impu: sip:alice@ims.test
///         identities: ["tel:+15551234"]      # registered with it
///         password: secret                   # for SIP Digest
///         aka:                               # for IMS AKA
///           k: 465b5ce8b199b49faa5f0a2ee238a6bc
///           opc: cd63cb71954a9f4e48a5994e37a02baf   # or op
///           amf: "8000"
///           sqn: 32
#ifndef IMS_SIP_SUBSCRIBERS_H
#define IMS_SIP_SUBSCRIBERS_H

#include "engine/config/checked-yaml.h"
#include "ims-sip-hss.h"

#include "base/result.h"

#include <string>
#include <vector>

namespace ns3
{
namespace imssip
{

using SubscribersResult =
    imsfw::Result<std::vector<imsfw::sip::SipUser>, imsfw::config::Diagnostics>;

/// @return the subscribers in the file, or all that is wrong with it: by file, line, column and field.
SubscribersResult LoadSubscribers(const std::string& path);

/// The same for text at hand. @param name what diagnostics call it.
SubscribersResult ParseSubscribers(const std::string& name, const std::string& text);

} // namespace imssip
} // namespace ns3

#endif // IMS_SIP_SUBSCRIBERS_H
