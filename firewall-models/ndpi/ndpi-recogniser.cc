// SPDX-License-Identifier: GPL-2.0-only
#include "ndpi/ndpi-recogniser.h"

#include "ndpi/ndpi-names.h"
#include "ndpi/packet-builder.h"

#include <algorithm>
#include <ndpi_api.h>

namespace imsfw::ndpi
{

namespace
{

using classify::Confidence;

struct ModuleDeleter
{
    void
    operator()(ndpi_detection_module_struct* module) const
    {
        ndpi_exit_detection_module(module);
    }
};

using Module = std::unique_ptr<ndpi_detection_module_struct, ModuleDeleter>;

struct FlowDeleter
{
    void
    operator()(ndpi_flow_struct* flow) const
    {
        ndpi_free_flow(flow);
    }
};

using Flow = std::unique_ptr<ndpi_flow_struct, FlowDeleter>;

Flow
MakeFlow()
{
    return Flow(static_cast<ndpi_flow_struct*>(ndpi_calloc(1, sizeof(ndpi_flow_struct))));
}

Confidence
ToConfidence(ndpi_confidence_t confidence)
{
    switch (confidence)
    {
    case NDPI_CONFIDENCE_MATCH_BY_PORT:
        return Confidence::PORT;
    case NDPI_CONFIDENCE_MATCH_BY_IP:
        return Confidence::ADDRESS;
    case NDPI_CONFIDENCE_DPI_CACHE:
        return Confidence::CACHE;
    case NDPI_CONFIDENCE_DPI:
        return Confidence::BYTES;
    case NDPI_CONFIDENCE_UNKNOWN:
    case NDPI_CONFIDENCE_MAX:
        break;
    }
    return Confidence::NONE;
}

/// What the flows of one factory share.
struct Shared
{
    Module module;
    NdpiOptions options;
    Bytes buffer; ///< the packet at hand
};

class NdpiRecogniser : public classify::Recogniser
{
  public:
    NdpiRecogniser(Shared& shared, const FiveTuple& flow)
        : m_shared(shared),
          m_builder(flow),
          m_flow(MakeFlow()),
          m_limit(flow.protocol == IpProtocol::TCP ? shared.options.tcpPackets
                                                   : shared.options.udpPackets)
    {
    }

    void Handle(const classify::FlowPacket& packet) override;
    void Finish() override;

    const classify::RecogniserVerdict&
    GetVerdict() const override
    {
        return m_verdict;
    }

    bool
    IsSettled() const override
    {
        return m_flow == nullptr;
    }

  private:
    ndpi_protocol Detect(const classify::FlowPacket& packet);
    void Report(const ndpi_protocol& protocol);
    std::string NameOf(uint16_t id) const;

    Shared& m_shared;
    PacketBuilder m_builder;
    Flow m_flow; ///< null once nDPI has said its last word
    unsigned m_limit;
    uint32_t m_packets{0};
    ndpi_protocol m_protocol{};
    ndpi_risk m_risk{0};
    classify::RecogniserVerdict m_verdict;
};

void
NdpiRecogniser::Handle(const classify::FlowPacket& packet)
{
    if (!m_flow)
    {
        return;
    }
    // The order of ndpiReader (reader_util.c): the packet beyond the limit is still looked at.
    const bool isEnough = ++m_packets > m_limit;
    const auto protocol = Detect(packet);
    const bool isNamed = protocol.app_protocol != NDPI_PROTOCOL_UNKNOWN;
    Report(protocol);
    if (isEnough)
    {
        Finish();
    }
    else if (isNamed && ndpi_extra_dissection_possible(m_shared.module.get(), m_flow.get()) == 0)
    {
        m_flow.reset();
    }
}

ndpi_protocol
NdpiRecogniser::Detect(const classify::FlowPacket& packet)
{
    m_builder.Build(packet, m_shared.buffer);
    m_flow->packet_direction = packet.direction == classify::Direction::TO_SERVER ? 0 : 1;
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(packet.at.time_since_epoch());
    const uint64_t now =
        m_shared.options.epochSeconds * 1000 + static_cast<uint64_t>(since.count());
    return ndpi_detection_process_packet(m_shared.module.get(),
                                         m_flow.get(),
                                         m_shared.buffer.data(),
                                         static_cast<uint16_t>(m_shared.buffer.size()),
                                         now);
}

void
NdpiRecogniser::Finish()
{
    if (!m_flow)
    {
        return;
    }
    if (m_protocol.app_protocol == NDPI_PROTOCOL_UNKNOWN)
    {
        uint8_t wasGuessed = 0;
        Report(ndpi_detection_giveup(m_shared.module.get(), m_flow.get(), 1, &wasGuessed));
    }
    m_flow.reset();
}

void
NdpiRecogniser::Report(const ndpi_protocol& protocol)
{
    const auto confidence = ToConfidence(m_flow->confidence);
    const bool isSame = protocol.app_protocol == m_protocol.app_protocol &&
                        protocol.master_protocol == m_protocol.master_protocol &&
                        m_flow->risk == m_risk && confidence == m_verdict.confidence;
    if (isSame)
    {
        return;
    }
    if (m_verdict.application.empty())
    {
        m_verdict.packets = m_packets;
    }
    m_protocol = protocol;
    m_risk = m_flow->risk;
    m_verdict.application = NameOf(protocol.app_protocol);
    m_verdict.carrier = NameOf(protocol.master_protocol);
    m_verdict.confidence = m_verdict.application.empty() ? Confidence::NONE : confidence;
    m_verdict.risks = RiskNames(m_risk);
    ++m_verdict.generation;
}

std::string
NdpiRecogniser::NameOf(uint16_t id) const
{
    return id == NDPI_PROTOCOL_UNKNOWN ? std::string()
                                       : PolicyName(ndpi_get_proto_name(m_shared.module.get(), id));
}

class NdpiFactory : public classify::RecogniserFactory
{
  public:
    NdpiFactory(Module module, const NdpiOptions& options)
        : m_shared{std::move(module), options, {}}
    {
    }

    std::string
    GetName() const override
    {
        return "ndpi";
    }

    std::unique_ptr<classify::Recogniser>
    Make(const FiveTuple& flow) override
    {
        return std::make_unique<NdpiRecogniser>(m_shared, flow);
    }

    std::vector<std::string>
    ApplicationNames() const override
    {
        std::vector<std::string> names;
        const auto count = ndpi_get_num_supported_protocols(m_shared.module.get());
        for (unsigned id = 1; id < count; ++id)
        {
            names.push_back(
                PolicyName(ndpi_get_proto_name(m_shared.module.get(), static_cast<uint16_t>(id))));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    std::vector<std::string>
    RiskNames() const override
    {
        return AllRiskNames();
    }

  private:
    Shared m_shared;
};

} // namespace

Result<std::unique_ptr<classify::RecogniserFactory>, std::string>
MakeNdpiFactory(const NdpiOptions& options)
{
    // No list of Tor hosts: addresses are no part of what the comparison is about.
    Module module(ndpi_init_detection_module(ndpi_dont_load_tor_hosts));
    if (!module)
    {
        return Failure{std::string("nDPI could not be started: out of memory")};
    }
    NDPI_PROTOCOL_BITMASK all;
    NDPI_BITMASK_SET_ALL(all);
    ndpi_set_protocol_detection_bitmask2(module.get(), &all);
    // The direction is known here; nDPI would conclude it from port numbers.
    ndpi_set_detection_preferences(module.get(), ndpi_pref_direction_detect_disable, 1);
    ndpi_finalize_initialization(module.get());
    std::unique_ptr<classify::RecogniserFactory> factory =
        std::make_unique<NdpiFactory>(std::move(module), options);
    return factory;
}

} // namespace imsfw::ndpi
