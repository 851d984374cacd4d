// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ICE: candidate lines, and an agent that hears anything at all, at any time.
///
/// The first byte chooses: a line, or a conversation of records (a byte that says what, then what it needs). Checks with a
/// good integrity come in too, since the target signs what the input says.
#include "fuzz-input.h"
#include "ims-turn-ice-agent.h"
#include "ims-turn-packet-framer.h"
#include "ims-turn-stun-integrity.h"

using namespace imsfw;

namespace
{

const char* const PEER_PASSWORD = "peerpeerpeerpeerpeer22";

void
TryLine(ByteView bytes)
{
    const auto candidate = ice::Candidate::Parse(bytes.AsText());
    if (candidate)
    {
        const auto again = ice::Candidate::Parse(candidate->ToSdp());
        FUZZ_CHECK(again && *again == *candidate);
    }
}

void
TryFramer(ByteView bytes)
{
    ice::PacketFramer framer;
    std::size_t taken = 0;
    fuzz::InPieces(bytes,
                   bytes.IsEmpty() ? 0 : bytes[0],
                   [&](ByteView piece)
                   {
                       framer.Push(piece);
                       while (const auto packet = framer.Next())
                       {
                           taken += packet->Size() + 2;
                       }
                   });
    FUZZ_CHECK(taken + framer.GetBuffered() == bytes.Size());
}

class Conversation
{
  public:
    explicit Conversation(uint8_t flags)
        : m_random(1, 1, "ice"), m_agent(Config(flags), m_random), m_now(Duration(0))
    {
        for (std::size_t base = 0; base < 2; ++base)
        {
            ice::Gathered host;
            host.address = host.baseAddress = At(base);
            host.base = base;
            host.transport =
                base == 0 ? ice::CandidateTransport::UDP : ice::CandidateTransport::TCP_PASSIVE;
            m_agent.AddLocal(host);
        }
        Drain();
    }

    void
    Run(fuzz::FuzzInput& input)
    {
        for (int i = 0; i < 300 && !input.IsAtEnd(); ++i)
        {
            Step(input);
            Drain();
        }
    }

  private:
    static ice::AgentConfig
    Config(uint8_t flags)
    {
        auto config =
            ice::AgentConfig::For((flags & 1) != 0 ? ice::Profile::RFC5245 : ice::Profile::RFC8445);
        config.isControlling = (flags & 2) != 0;
        config.isLite = (flags & 4) != 0;
        return config;
    }

    static Endpoint
    At(std::size_t number)
    {
        return {IpAddress::V4(0x0a000001U + static_cast<uint32_t>(number)), 5000};
    }

    void
    Step(fuzz::FuzzInput& input)
    {
        const uint8_t what = input.U8();
        const std::size_t base = what >> 7;
        const Endpoint from = At(8U + (what >> 4 & 3U));
        switch (what & 7U)
        {
        case 0:
            SetRemote(input.Piece());
            return;
        case 1:
            m_agent.HandleInput(m_now, base, from, input.Piece());
            return;
        case 2:
            m_agent.HandleInput(m_now, base, from, SignedCheck(input));
            return;
        case 3:
            m_agent.HandleInput(m_now, base, from, SignedAnswer(input));
            return;
        case 4:
            m_now += std::chrono::milliseconds(input.U16());
            m_agent.HandleTimeout(m_now);
            return;
        case 5:
            m_agent.HandleLowerFailed(m_now, base, from, {"tcp", "reset", ""});
            return;
        case 6:
            m_agent.Send(m_now, 1, input.Piece());
            return;
        default:
            Wait();
            return;
        }
    }

    void
    SetRemote(ByteView lines)
    {
        ice::Attributes stream{{"ice-ufrag", "peer"}, {"ice-pwd", PEER_PASSWORD}};
        std::string_view text = lines.AsText();
        while (!text.empty())
        {
            const auto end = text.find('\n');
            stream.emplace_back("candidate", text.substr(0, end));
            text = end == std::string_view::npos ? "" : text.substr(end + 1);
        }
        if (auto remote = ice::Description::Parse({}, stream))
        {
            m_agent.SetRemote(m_now, std::move(*remote));
        }
    }

    Bytes
    SignedCheck(fuzz::FuzzInput& input)
    {
        const auto own = m_agent.GetLocalDescription();
        stun::Builder builder(stun::Method::BINDING,
                              stun::MessageClass::REQUEST,
                              stun::TransactionId::Draw(m_random));
        builder.AddText(stun::attribute::USERNAME, own.ufrag + ":peer")
            .AddU32(stun::attribute::PRIORITY, input.U32());
        const uint8_t more = input.U8();
        if ((more & 1) != 0)
        {
            builder.Add(stun::attribute::USE_CANDIDATE, {});
        }
        if ((more & 2) != 0)
        {
            builder.AddU64((more & 4) != 0 ? stun::attribute::ICE_CONTROLLED
                                           : stun::attribute::ICE_CONTROLLING,
                           uint64_t{input.U32()} << 32);
        }
        return builder.AddIntegrity(stun::ShortTermKey(own.password)).AddFingerprint().Finish();
    }

    /// To the last check that the agent has sent.
    Bytes
    SignedAnswer(fuzz::FuzzInput& input)
    {
        const uint8_t how = input.U8();
        const uint16_t code = static_cast<uint16_t>(300 + input.U16() % 400);
        stun::Builder builder(stun::Method::BINDING,
                              (how & 1) != 0 ? stun::MessageClass::ERROR
                                             : stun::MessageClass::SUCCESS,
                              m_last);
        if ((how & 1) != 0)
        {
            builder.AddError((how & 2) != 0 ? stun::error::ROLE_CONFLICT : code);
        }
        else
        {
            builder.AddXorAddress(stun::attribute::XOR_MAPPED_ADDRESS, At(how >> 4));
        }
        return builder.AddIntegrity(stun::ShortTermKey(PEER_PASSWORD)).Finish();
    }

    /// As its user does: not before it wants to be called.
    void
    Wait()
    {
        if (const auto next = m_agent.NextTimeout())
        {
            m_now = std::max(m_now, *next);
            m_agent.HandleTimeout(m_now);
        }
    }

    void
    Drain()
    {
        while (const auto transmit = m_agent.PollTransmit())
        {
            const auto message = stun::Message::Parse(transmit->bytes);
            if (message && message->GetClass() == stun::MessageClass::REQUEST)
            {
                m_last = message->GetId();
            }
        }
        while (const auto event = m_agent.PollEvent())
        {
            FUZZ_CHECK(!m_hasFailed);
            m_hasFailed = event->type == ice::AgentEvent::Type::FAILED;
        }
        FUZZ_CHECK(!m_hasFailed || !m_agent.NextTimeout());
        FUZZ_CHECK(m_agent.GetPairs().size() <= 200);
    }

    SeededRandom m_random;
    ice::Agent m_agent;
    TimePoint m_now;
    stun::TransactionId m_last;
    bool m_hasFailed{false};
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t choice = input.U8();
    switch (choice & 3U)
    {
    case 0:
        TryLine(input.Rest());
        break;
    case 1:
        TryFramer(input.Rest());
        break;
    default:
        Conversation(choice >> 2).Run(input);
        break;
    }
    return 0;
}
