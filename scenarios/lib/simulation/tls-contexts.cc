// SPDX-License-Identifier: GPL-2.0-only
#include "tls-contexts.h"

#include "address-plan.h"
#include "identities.h"
#include "tls-settings.h"

#include "ims-tls-pki.h"

#include <algorithm>
#include <utility>

namespace imsfw::scenario
{

namespace
{

/// A server's certificate holds its address too: UEs are configured with addresses.
tls::Credential
IssueFor(const Experiment& e, const std::string& name, const std::string& address)
{
    return tls::Pki::Simulation().Issue({name, address}, KeyKindOf(e), e.tls.intermediates);
}

template <typename Test>
bool
HasWay(const Experiment& e, Test test)
{
    const auto ways = e.Ways();
    return std::any_of(ways.begin(), ways.end(), test);
}

bool
ReachesPCscf(const Experiment& e)
{
    return HasWay(e, [](const Way& way) { return way.control == ControlTransport::TLS; });
}

bool
ReachesTurnServer(const Experiment& e)
{
    return (e.HasMedia() || e.HasMessages()) &&
           HasWay(e,
                  [&](const Way& way) {
                      return way.RelaysOver(MediaTransport::TLS) ||
                             e.MessageRelay(way) == MediaTransport::TLS;
                  });
}

bool
ReachesTurnServerByDtls(const Experiment& e)
{
    return e.HasMedia() &&
           HasWay(e, [](const Way& way) { return way.RelaysOver(MediaTransport::DTLS); });
}

/// What is to be shown by the servers and trusted by the UEs.
struct Certificates
{
    std::vector<tls::Credential> pCscfs;
    tls::Credential turnServer;
    std::vector<Bytes> trustAnchors;
};

/// Only for servers that somebody reaches by TLS: making a key takes longer than a short run.
Certificates
IssueAll(const Experiment& e)
{
    Certificates all;
    for (unsigned i = 0; i < e.servers.pCscfs && ReachesPCscf(e); ++i)
    {
        all.pCscfs.push_back(IssueFor(e, identities::P_CSCF_NAME, addresses::PCscf(i).host));
    }
    if (ReachesTurnServer(e) || ReachesTurnServerByDtls(e))
    {
        all.turnServer = IssueFor(e, identities::TURN_SERVER_NAME, addresses::TURN_SERVER.host);
    }
    all.trustAnchors = {tls::Pki::Simulation().TrustAnchor()};
    return all;
}

Result<Certificates, std::string>
MakeCertificates(const Experiment& e)
{
    if (e.servers.certificate.empty())
    {
        return IssueAll(e);
    }
    const auto loaded = tls::LoadPem(e.servers.certificate, e.servers.privateKey);
    if (!loaded)
    {
        return Failure{loaded.Error()};
    }
    const auto anchors = tls::LoadTrustAnchors(e.servers.trustAnchor);
    if (!anchors)
    {
        return Failure{anchors.Error()};
    }
    return Certificates{{e.servers.pCscfs, *loaded}, *loaded, *anchors};
}

/// The stream that a context draws from, behind its owner's name.
const char*
ContextName(bool isDatagram)
{
    return isDatagram ? "/dtls-context" : "/tls-context";
}

/// Only for servers that somebody reaches by TLS: reading a key takes longer than many a handshake.
/// @return an error text; empty where @p context was made
std::string
MakeServer(const Experiment& e,
           const tls::Credential& credential,
           const std::string& name,
           bool isDatagram,
           std::shared_ptr<const tls::Context>& context)
{
    tls::ServerConfig config = ServerTlsOf(e);
    config.credential = credential;
    config.isDatagram = isDatagram;
    if (e.tls.clientCertificate)
    {
        config.clientTrustAnchors = {tls::Pki::Simulation().TrustAnchor()};
    }
    const auto made =
        tls::Context::MakeServer(config, *StreamOf(e, name + ContextName(isDatagram)));
    if (!made)
    {
        return made.Error();
    }
    context = *made;
    return {};
}

/// All UEs show the same certificate: who they are is SIP's business.
Result<std::shared_ptr<const tls::Context>, std::string>
MakeUe(const Experiment& e, const std::vector<Bytes>& trustAnchors, bool isDatagram)
{
    tls::ClientConfig config = ClientTlsOf(e);
    config.isDatagram = isDatagram;
    config.trustAnchors = trustAnchors;
    if (e.tls.trustsInterceptor)
    {
        config.trustAnchors.push_back(tls::Pki::Interceptor().TrustAnchor());
    }
    if (e.tls.clientCertificate)
    {
        config.credential = tls::Pki::Simulation().Issue(
            {"ue.ims.test"}, KeyKindOf(e), e.tls.intermediates, tls::Usage::CLIENT);
    }
    return tls::Context::MakeClient(config,
                                    *StreamOf(e, std::string("ue") + ContextName(isDatagram)));
}

} // namespace

Result<TlsContexts, std::string>
TlsContexts::Make(const Experiment& e)
{
    TlsContexts contexts;
    if (!e.UsesTls())
    {
        return contexts;
    }
    const auto certificates = MakeCertificates(e);
    if (!certificates)
    {
        return Failure{certificates.Error()};
    }
    const auto ue = MakeUe(e, certificates->trustAnchors, false);
    if (!ue)
    {
        return Failure{ue.Error()};
    }
    contexts.ue = *ue;
    std::string error;
    if (ReachesPCscf(e))
    {
        contexts.pCscfs.resize(e.servers.pCscfs);
        for (unsigned i = 0; error.empty() && i < e.servers.pCscfs; ++i)
        {
            error = MakeServer(e,
                               certificates->pCscfs[i],
                               identities::Numbered("p-cscf", i),
                               false,
                               contexts.pCscfs[i]);
        }
    }
    if (error.empty() && ReachesTurnServer(e))
    {
        error = MakeServer(e, certificates->turnServer, "turn-server", false, contexts.turnServer);
    }
    if (error.empty() && ReachesTurnServerByDtls(e))
    {
        const auto ueDtls = MakeUe(e, certificates->trustAnchors, true);
        if (!ueDtls)
        {
            return Failure{ueDtls.Error()};
        }
        contexts.ueDtls = *ueDtls;
        error =
            MakeServer(e, certificates->turnServer, "turn-server", true, contexts.turnServerDtls);
    }
    if (!error.empty())
    {
        return Failure{std::move(error)};
    }
    return contexts;
}

std::shared_ptr<RandomSource>
StreamOf(const Experiment& experiment, const std::string& name)
{
    return std::make_shared<SeededRandom>(experiment.seed, experiment.run, name);
}

} // namespace imsfw::scenario
