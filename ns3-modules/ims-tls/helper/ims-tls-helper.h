// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Makes the TLS socket factory of an endpoint in a few lines: certificates of the simulation's CA, contexts, and a
/// random stream of the endpoint's own, derived from ns-3's seed and run.
///
///     TlsHelper tls;
///     tls.SetSuites({"TLS_RSA_WITH_AES_128_CBC_SHA"});
///     Ptr<SocketFactory> server = tls.MakeServer(pcscfNode, {"pcscf.ims.example"});
///     tls.SetServerName("pcscf.ims.example");
///     Ptr<SocketFactory> client = tls.MakeClient(ueNode);
#ifndef IMS_TLS_HELPER_H
#define IMS_TLS_HELPER_H

#include "ims-tls-pki.h"
#include "ims-tls-socket-factory.h"

#include "ns3/node.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imstls
{

/// Settings that cannot be made to work end the program with a sentence: they are a mistake in the script.
class TlsHelper
{
  public:
    /// @param suites by either name; empty: OpenSSL's usual offer for a client, every suite for a server
    void SetSuites(std::vector<std::string> suites);
    /// @param minVersion "1.2", "1.3" or empty, as the suites allow; @param maxVersion likewise
    void SetVersions(std::string minVersion, std::string maxVersion);
    /// Client: whom the certificate must be for, and the SNI; empty: the address connected to.
    void SetServerName(std::string serverName);
    /// Client: whom to trust, DER. The default is the simulation's CA; an empty list verifies nothing.
    void SetTrustAnchors(std::vector<imsfw::Bytes> trustAnchors);
    /// Server: this certificate instead of one that the simulation's CA issues.
    void SetCredential(imsfw::tls::Credential credential);
    void SetHandshakeTimeout(const Time& timeout);
    /// Make DTLS associations (RFC 6347) instead of connections.
    void SetDatagram(bool isDatagram);
    /// What the TLS connections run over; the default is the node's TCP.
    void SetLowerFactory(Ptr<SocketFactory> lower);

    /// @param stream tells several factories of one node apart in their randomness
    Ptr<TlsSocketFactory> MakeClient(Ptr<Node> node,
                                     const std::string& stream = "tls-client") const;
    /// @param names DNS names and addresses for the certificate. @pre not empty, unless SetCredential was called
    Ptr<TlsSocketFactory> MakeServer(Ptr<Node> node,
                                     const std::vector<std::string>& names,
                                     const std::string& stream = "tls-server") const;

  private:
    Ptr<TlsSocketFactory> MakeFactory(Ptr<Node> node,
                                      const std::shared_ptr<imsfw::RandomSource>& random) const;

    std::vector<std::string> m_suites;
    std::string m_minVersion;
    std::string m_maxVersion;
    std::string m_serverName;
    std::optional<std::vector<imsfw::Bytes>> m_trustAnchors;
    std::optional<imsfw::tls::Credential> m_credential;
    Time m_handshakeTimeout{Seconds(30)};
    bool m_isDatagram{false};
    Ptr<SocketFactory> m_lower;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_HELPER_H
