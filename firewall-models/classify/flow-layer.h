// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One layer of a stream: probes its first bytes, then reads it as TLS, as HTTP with CONNECT, or as plain content; what
/// a tunnel or a NULL suite's records carry becomes the layer within.
///
/// The first bytes are those of the client: a layer in which the server speaks first is neither TLS nor HTTP. At most
/// DEPTH_LIMIT layers are taken apart; the innermost is then read as plain content.
#pragma once

#include "base/bytes.h"
#include "classify/connect-tracker.h"
#include "classify/content-recogniser.h"
#include "classify/findings-log.h"
#include "classify/http-probe.h"
#include "classify/tls-tracker.h"

#include <memory>
#include <optional>

namespace imsfw::classify
{

class FlowLayer
{
  public:
    static constexpr unsigned DEPTH_LIMIT = 4;

    enum class Place : uint8_t
    {
        OUTERMOST,
        IN_TUNNEL, ///< of a CONNECT
        IN_TLS,    ///< of a NULL suite
    };

    /// @param log where the findings go; must outlive this object
    FlowLayer(FindingsLog& log, Place place, unsigned depth = 1);

    void Push(Direction direction, ByteView bytes);

    /// @return true once further bytes cannot change the findings.
    bool IsSettled() const;
    std::size_t GetHeldBytes() const;
    /// @return the most that GetHeldBytes can return.
    static std::size_t MemoryBound();

  private:
    enum class State : uint8_t
    {
        PROBING,
        TLS,
        HTTP,
        PLAIN,
    };

    void Probe(Direction direction, ByteView bytes);
    void ReportFirstBytes(Answer tls, Answer http);
    void Become(State state);
    void ReadTls(Direction direction, ByteView bytes);
    void ReadHttp(Direction direction, ByteView bytes);
    void ReadPlain(Direction direction, ByteView bytes);
    void PushWithin(Place place, Direction direction, ByteView bytes);
    void ReportTls();
    void ReportHttp();

    FindingsLog& m_log;
    Place m_place;
    unsigned m_depth;
    State m_state{State::PROBING};
    Bytes m_held; ///< the client's bytes, while they are probed
    HttpProbe m_httpProbe;
    std::unique_ptr<TlsTracker> m_tls;
    uint32_t m_tlsGeneration{0};
    std::optional<std::size_t> m_tlsLayer; ///< its number in the log
    uint32_t m_segmentsBefore{0};          ///< segments to the server before this layer began
    uint32_t m_clientHelloSegments{0};
    std::unique_ptr<ConnectTracker> m_connect;
    std::unique_ptr<ContentRecogniser> m_content;
    std::unique_ptr<FlowLayer> m_within;
};

} // namespace imsfw::classify
