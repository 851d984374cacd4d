// SPDX-License-Identifier: GPL-2.0-only
#include "interception.h"

#include "tls-contexts.h"

#include "engine/flow/decrypted-watch.h"
#include "ims-tls-core-driver.h"
#include "ims-web-proxy-interception-setup.h"

namespace imsfw::scenario
{

namespace
{

/// The policy's rules for decrypted streams, as the proxy asks for them.
class Inspector : public http::PlaintextInspector
{
  public:
    Inspector(std::shared_ptr<const engine::CompiledPolicy> policy,
              const FiveTuple& flow,
              Duration weekTime)
        : m_watch(std::move(policy), flow, ns3::imstls::CoreNow(), weekTime)
    {
    }

    std::optional<std::string>
    Look(TimePoint now, bool toServer, ByteView bytes) override
    {
        return m_watch.Handle(
            now, toServer ? classify::Direction::TO_SERVER : classify::Direction::TO_CLIENT, bytes);
    }

  private:
    engine::DecryptedWatch m_watch;
};

Result<std::vector<Bytes>, std::string>
ServerAnchors(const Experiment& experiment)
{
    if (experiment.servers.trustAnchor.empty())
    {
        return std::vector<Bytes>{tls::Pki::Simulation().TrustAnchor()};
    }
    return tls::LoadTrustAnchors(experiment.servers.trustAnchor);
}

} // namespace

std::string
InstallInterception(const Experiment& experiment,
                    const engine::Policy& policy,
                    const std::string& seedName,
                    ns3::Ptr<ns3::imsproxy::WebProxyApplication> proxy)
{
    if (!policy.proxy->intercepts)
    {
        return {};
    }
    const auto anchors = ServerAnchors(experiment);
    if (!anchors)
    {
        return anchors.Error();
    }
    auto config = http::MakeInterception(
        *anchors, policy.proxy->passesUnknown, StreamOf(experiment, seedName + "/interception"));
    if (!config)
    {
        return config.Error();
    }
    const auto compiled = std::make_shared<const engine::CompiledPolicy>(policy);
    const Duration weekStart = *engine::ParseWeekTime(experiment.firewall.clockStart);
    const auto inspect = [compiled, weekStart](const Endpoint& client, const Endpoint& server)
    {
        const auto now = ns3::imstls::CoreNow().time_since_epoch();
        return std::make_unique<Inspector>(
            compiled, FiveTuple{IpProtocol::TCP, client, server}, weekStart + now);
    };
    proxy->Intercept(std::move(*config), inspect);
    return {};
}

} // namespace imsfw::scenario
