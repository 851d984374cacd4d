// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-aka.h"

#include "base/text.h"

#include <algorithm>

// The library's header does not say it.
extern "C"
{
#include <osmocom/crypt/auth.h>
}

namespace imsfw::sip
{

namespace
{

constexpr unsigned IND_BITS = 5; // TS 33.102 C.3.2 uses 5
/// TS 33.102 C.2.1: how far SEQ may jump ahead, lest a forged AUTS or a fault uses up all numbers.
constexpr uint64_t MAX_JUMP = uint64_t(1) << 28;

/// @return the subscriber's data in the library's form; the sequence number there is the one used last.
osmo_sub_auth_data
ToOsmo(const AkaKeys& keys, uint64_t sqn)
{
    osmo_sub_auth_data data{};
    data.type = OSMO_AUTH_TYPE_UMTS;
    data.algo = OSMO_AUTH_ALG_MILENAGE;
    std::copy(keys.k.begin(), keys.k.end(), data.u.umts.k);
    std::copy(keys.opc.begin(), keys.opc.end(), data.u.umts.opc);
    std::copy(keys.amf.begin(), keys.amf.end(), data.u.umts.amf);
    data.u.umts.sqn = sqn;
    data.u.umts.ind_bitlen = IND_BITS;
    return data;
}

template <std::size_t SIZE>
void
Fill(std::array<uint8_t, SIZE>& target, ByteView source)
{
    std::copy_n(source.begin(), SIZE, target.begin());
}

} // namespace

std::string
AkaChallenge::ToNonce(ByteView serverData) const
{
    ByteWriter writer;
    writer.Put(ByteView(rand.data(), rand.size()));
    writer.Put(ByteView(autn.data(), autn.size()));
    writer.Put(serverData);
    return ToBase64(writer.Written());
}

std::optional<AkaChallenge>
AkaChallenge::FromNonce(std::string_view nonce)
{
    const auto bytes = FromBase64(nonce);
    if (!bytes)
    {
        return std::nullopt;
    }
    ByteReader reader(*bytes);
    const auto rand = reader.Take(16);
    const auto autn = reader.Take(16);
    if (!rand || !autn)
    {
        return std::nullopt;
    }
    AkaChallenge challenge;
    Fill(challenge.rand, *rand);
    Fill(challenge.autn, *autn);
    return challenge;
}

std::string
ToBase64Text(const Auts& auts)
{
    return ToBase64(ByteView(auts.data(), auts.size()));
}

std::optional<Auts>
ParseAuts(std::string_view text)
{
    const auto bytes = FromBase64(text);
    Auts auts{};
    if (!bytes || bytes->size() != auts.size())
    {
        return std::nullopt;
    }
    Fill(auts, *bytes);
    return auts;
}

AkaCentre::AkaCentre(const AkaKeys& keys, uint64_t sqn) : m_keys(keys), m_sqn(sqn)
{
}

AkaVector
AkaCentre::Next(RandomSource& random)
{
    AkaVector vector;
    random.Fill(vector.challenge.rand.data(), vector.challenge.rand.size());
    osmo_sub_auth_data data = ToOsmo(m_keys, m_sqn);
    osmo_auth_vector made{};
    osmo_auth_gen_vec(&made, &data, vector.challenge.rand.data());
    m_sqn = data.u.umts.sqn;
    std::copy_n(made.autn, vector.challenge.autn.size(), vector.challenge.autn.begin());
    std::copy_n(made.ck, vector.ck.size(), vector.ck.begin());
    std::copy_n(made.ik, vector.ik.size(), vector.ik.begin());
    vector.res.assign(made.res, made.res + made.res_len);
    return vector;
}

bool
AkaCentre::Resynchronise(const AkaBlock& rand, const Auts& auts)
{
    osmo_sub_auth_data data = ToOsmo(m_keys, m_sqn);
    osmo_auth_vector unused{};
    // The vector that comes with it is left: Next makes one from a RAND of the network's own.
    if (osmo_auth_gen_vec_auts(&unused, &data, auts.data(), rand.data(), rand.data()) != 0)
    {
        return false;
    }
    m_sqn = data.u.umts.sqn_ms;
    return true;
}

Isim::Isim(const AkaKeys& keys, uint64_t sqn) : m_keys(keys), m_highest(sqn & AKA_SQN_MASK)
{
    m_sequences.fill(m_highest >> IND_BITS);
}

Isim::Answer
Isim::Authenticate(const AkaChallenge& challenge)
{
    // TS 33.102 6.3.3: AK from RAND, SQN from AUTN with it; then the code, then the number.
    const MilenageOutputs outputs = ComputeOutputs(m_keys, challenge.rand);
    ByteReader reader(ByteView(challenge.autn.data(), challenge.autn.size()));
    const uint64_t sqn = ((uint64_t(*reader.U16()) << 32) | *reader.U32()) ^ outputs.ak;
    AkaKeys keys = m_keys;
    Fill(keys.amf, *reader.Take(2));
    Answer answer;
    const MilenageMacs macs = ComputeMacs(keys, challenge.rand, sqn);
    if (reader.Rest() != ByteView(macs.a.data(), macs.a.size()))
    {
        return answer;
    }
    if (Accept(sqn))
    {
        answer.outcome = Outcome::OK;
        answer.res.assign(outputs.res.begin(), outputs.res.end());
        answer.ck = outputs.ck;
        answer.ik = outputs.ik;
        return answer;
    }
    answer.outcome = Outcome::SYNC_FAILURE;
    // 6.3.3: MAC-S is computed with an AMF of zeros.
    keys.amf = {};
    const MilenageMacs own = ComputeMacs(keys, challenge.rand, m_highest);
    const uint64_t hidden = m_highest ^ outputs.akStar;
    ByteWriter writer;
    writer.U16(static_cast<uint16_t>(hidden >> 32));
    writer.U32(static_cast<uint32_t>(hidden));
    writer.Put(ByteView(own.s.data(), own.s.size()));
    Fill(answer.auts, writer.Written());
    return answer;
}

bool
Isim::Accept(uint64_t sqn)
{
    const uint64_t sequence = sqn >> IND_BITS;
    uint64_t& slot = m_sequences[sqn % SLOTS];
    // TS 33.102 C.2.2: within the limit of a jump, and greater than what the slot of its IND has.
    if (sequence <= slot || sequence > (m_highest >> IND_BITS) + MAX_JUMP)
    {
        return false;
    }
    slot = sequence;
    m_highest = std::max(m_highest, sqn);
    return true;
}

} // namespace imsfw::sip
