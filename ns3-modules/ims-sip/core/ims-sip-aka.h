// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Authentication and key agreement (TS 33.102 6.3) between an authentication centre and an ISIM, and how RFC 3310 puts
/// it into a Digest nonce.
///
/// Sequence numbers are SEQ || IND with 5 bits of IND (TS 33.102 C.1.2 and C.2); their mask AK is always used. Left out:
/// the time-based generation of C.1.2, wrapping around at 2**48.
#pragma once

#include "base/random.h"
#include "ims-sip-milenage.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace imsfw::sip
{

/// What goes to the subscriber.
struct AkaChallenge
{
    AkaBlock rand{};
    AkaBlock autn{}; ///< SQN xor AK, AMF, MAC-A

    /// RFC 3310 3.2: base64 of RAND, AUTN and @p serverData.
    std::string ToNonce(ByteView serverData = {}) const;
    /// @return nothing where @p nonce is not base64 of at least 32 bytes.
    static std::optional<AkaChallenge> FromNonce(std::string_view nonce);
};

/// SQN_MS xor AK*, MAC-S (TS 33.102 6.3.3).
using Auts = std::array<uint8_t, 14>;

/// @return the AUTS in base64, as RFC 3310 3.4 has it.
std::string ToBase64Text(const Auts& auts);
/// @return nothing where @p text is not base64 of 14 bytes.
std::optional<Auts> ParseAuts(std::string_view text);

/// An authentication vector: the challenge and what only the network knows of its answer.
struct AkaVector
{
    AkaChallenge challenge;
    std::string res; ///< 8 bytes, as Digest takes them for a password
    AkaBlock ck{};
    AkaBlock ik{};
};

/// The network's side for one subscriber.
class AkaCentre
{
  public:
    /// @param sqn the sequence number used last.
    explicit AkaCentre(const AkaKeys& keys, uint64_t sqn = 0);

    AkaVector Next(RandomSource& random);
    /// Take over the subscriber's sequence number. @param rand of the challenge that was refused.
    /// @return false where @p auts was not made with these keys; nothing has changed then.
    bool Resynchronise(const AkaBlock& rand, const Auts& auts);

    uint64_t
    Sqn() const
    {
        return m_sqn;
    }

  private:
    AkaKeys m_keys;
    uint64_t m_sqn;
};

/// The subscriber's side: keys and the sequence numbers it has seen. It outlives registrations and flows.
class Isim
{
  public:
    enum class Outcome
    {
        OK,
        MAC_FAILURE,  ///< the challenge is not from the home network
        SYNC_FAILURE, ///< its sequence number was used before or is too far ahead
    };

    struct Answer
    {
        Outcome outcome{Outcome::MAC_FAILURE};
        std::string res; ///< OK only
        AkaBlock ck{};
        AkaBlock ik{};
        Auts auts{}; ///< SYNC_FAILURE only
    };

    /// @param sqn the highest sequence number accepted before.
    explicit Isim(const AkaKeys& keys, uint64_t sqn = 0);

    Answer Authenticate(const AkaChallenge& challenge);

  private:
    static constexpr std::size_t SLOTS = 32;

    bool Accept(uint64_t sqn);

    AkaKeys m_keys;
    std::array<uint64_t, SLOTS> m_sequences{}; ///< SEQ by IND
    uint64_t m_highest;                        ///< SQN_MS
};

} // namespace imsfw::sip
