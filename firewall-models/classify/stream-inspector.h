// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Everything a firewall can learn about one flow from its packets: hand in each packet's payload, read the findings.
///
/// A stream is reassembled and taken apart layer by layer: TLS, HTTP CONNECT and what its tunnel carries, the readable
/// records of NULL suites, and the applications inside. Work is linear in the bytes handed in; memory per flow is at
/// most MemoryBound(). Once nothing more can be learnt (an encrypting suite is in force both ways), segments cost
/// nothing. What is left out: STARTTLS, HTTP/2 and the bodies of HTTP messages, decryption.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"
#include "classify/plaintext-sink.h"
#include "classify/tcp-reassembler.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace imsfw::classify
{

/// Where the recognisers of one flow give up.
struct InspectionLimits
{
    std::size_t reorderBytes{128 * 1024}; ///< held out of order, in each direction of a TCP flow
    std::size_t reorderSegments{256};     ///< of these pieces, in each direction
    OverlapPolicy overlap{OverlapPolicy::FIRST_WINS};
    uint64_t bytes{
        UINT64_MAX}; ///< of payload in order, both directions together; then nothing more is looked at
    uint64_t packets{UINT64_MAX}; ///< with payload, likewise
};

class StreamInspector
{
  public:
    explicit StreamInspector(InspectionLimits limits = {});
    ~StreamInspector();
    StreamInspector(StreamInspector&&) noexcept;
    StreamInspector& operator=(StreamInspector&&) noexcept;

    /// A TCP segment, in the order in which the firewall saw it.
    /// @param sequence of the segment's first byte (of the SYN itself where @p syn is set)
    void HandleSegment(Direction direction, uint32_t sequence, bool syn, ByteView payload);
    /// The payload of one UDP datagram.
    void HandleDatagram(Direction direction, ByteView payload);

    /// Have the application data of NULL suites handed on, as they are read.
    /// @param sink must outlive the last packet handed in; null for none
    void SetPlaintextSink(PlaintextSink* sink);

    const Findings& GetFindings() const;
    /// @return true once further packets cannot change the findings.
    bool IsSettled() const;
    /// @return bytes held for this flow at this moment, apart from the findings and fixed-size state.
    std::size_t GetHeldBytes() const;
    /// @return the most that GetHeldBytes can ever return.
    static std::size_t MemoryBound(const InspectionLimits& limits = {});

  private:
    struct State;
    /// Count a packet; beyond the limit, give up.
    bool IsOverPacketLimit(ByteView payload);
    /// Count bytes; beyond the limit, give up.
    /// @return how much of it is still to be looked at.
    ByteView Spend(ByteView payload);

    std::unique_ptr<State> m_state;
};

} // namespace imsfw::classify
