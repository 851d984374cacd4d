// SPDX-License-Identifier: GPL-2.0-only
#include "tls-contexts.h"

#include "address-plan.h"

#include "ims-tls-pki.h"

namespace imsfw::scenario
{

namespace
{

/// A server's certificate holds every address that it is reached by: UEs are configured with addresses.
tls::Credential
IssueFor(const tls::Pki& pki, const std::string& name, std::vector<std::string> addresses)
{
    addresses.insert(addresses.begin(), name);
    return pki.Issue(addresses);
}

std::vector<std::string>
PCscfAddresses(const Experiment& experiment)
{
    std::vector<std::string> list;
    for (unsigned i = 0; i < experiment.servers.pCscfs; ++i)
    {
        list.push_back(addresses::PCscf(i).host);
    }
    return list;
}

/// What is to be shown by the servers and trusted by the UEs.
struct Certificates
{
    tls::Credential pCscf;
    tls::Credential turnServer;
    std::vector<Bytes> trustAnchors;
};

Result<Certificates, std::string>
MakeCertificates(const Experiment& e)
{
    if (e.servers.certificate.empty())
    {
        const auto& pki = tls::Pki::Simulation();
        return Certificates{
            IssueFor(pki, "p-cscf.ims.test", PCscfAddresses(e)),
            IssueFor(pki, "turn.ims.test", {addresses::TURN_SERVER.host}),
            {pki.TrustAnchor()},
        };
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
    return Certificates{*loaded, *loaded, *anchors};
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
    const auto ue = tls::Context::MakeClient(
        {e.tls.suites, e.tls.minVersion, e.tls.maxVersion, certificates->trustAnchors},
        *StreamOf(e, "ue/tls-context"));
    const auto pCscf = tls::Context::MakeServer({certificates->pCscf, {}, "1.2", "1.3"},
                                                *StreamOf(e, "p-cscf/tls-context"));
    const auto turnServer = tls::Context::MakeServer({certificates->turnServer, {}, "1.2", "1.3"},
                                                     *StreamOf(e, "turn-server/tls-context"));
    for (const auto* context : {&ue, &pCscf, &turnServer})
    {
        if (!*context)
        {
            return Failure{context->Error()};
        }
    }
    contexts.ue = *ue;
    contexts.pCscf = *pCscf;
    contexts.turnServer = *turnServer;
    return contexts;
}

std::shared_ptr<RandomSource>
StreamOf(const Experiment& experiment, const std::string& name)
{
    return std::make_shared<SeededRandom>(experiment.seed, experiment.run, name);
}

} // namespace imsfw::scenario
