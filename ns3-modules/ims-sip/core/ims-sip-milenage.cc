// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-milenage.h"

#include "base/text.h"

#include <algorithm>

// libosmogsm exports these (LIBOSMOGSM_1.0) but installs no header for them.
extern "C"
{
    int milenage_f1(const uint8_t* opc,
                    const uint8_t* k,
                    const uint8_t* rand,
                    const uint8_t* sqn,
                    const uint8_t* amf,
                    uint8_t* macA,
                    uint8_t* macS);
    int milenage_f2345(const uint8_t* opc,
                       const uint8_t* k,
                       const uint8_t* rand,
                       uint8_t* res,
                       uint8_t* ck,
                       uint8_t* ik,
                       uint8_t* ak,
                       uint8_t* akStar);
    int milenage_opc_gen(uint8_t* opc, const uint8_t* k, const uint8_t* op);
}

namespace imsfw::sip
{

namespace
{

constexpr std::size_t SQN_SIZE = 6;

template <std::size_t SIZE>
bool
TakeHex(std::string_view hex, std::array<uint8_t, SIZE>& target)
{
    const auto bytes = FromHex(hex);
    if (!bytes || bytes->size() != SIZE)
    {
        return false;
    }
    std::copy(bytes->begin(), bytes->end(), target.begin());
    return true;
}

uint64_t
ToSqn(const std::array<uint8_t, SQN_SIZE>& bytes)
{
    uint64_t sqn = 0;
    for (const uint8_t byte : bytes)
    {
        sqn = (sqn << 8) | byte;
    }
    return sqn;
}

} // namespace

std::optional<AkaKeys>
AkaKeys::FromHex(std::string_view k, std::string_view opc, std::string_view amf)
{
    AkaKeys keys;
    const bool isGood = TakeHex(k, keys.k) && TakeHex(opc, keys.opc) && TakeHex(amf, keys.amf);
    return isGood ? std::optional(keys) : std::nullopt;
}

std::optional<AkaKeys>
AkaKeys::FromHexOp(std::string_view k, std::string_view op, std::string_view amf)
{
    auto keys = FromHex(k, op, amf);
    if (keys)
    {
        const AkaBlock opBlock = keys->opc;
        milenage_opc_gen(keys->opc.data(), keys->k.data(), opBlock.data());
    }
    return keys;
}

MilenageMacs
ComputeMacs(const AkaKeys& keys, const AkaBlock& rand, uint64_t sqn)
{
    std::array<uint8_t, SQN_SIZE> bytes{};
    for (std::size_t i = 0; i < SQN_SIZE; ++i)
    {
        bytes[i] = static_cast<uint8_t>(sqn >> (8 * (SQN_SIZE - 1 - i)));
    }
    MilenageMacs macs;
    milenage_f1(keys.opc.data(),
                keys.k.data(),
                rand.data(),
                bytes.data(),
                keys.amf.data(),
                macs.a.data(),
                macs.s.data());
    return macs;
}

MilenageOutputs
ComputeOutputs(const AkaKeys& keys, const AkaBlock& rand)
{
    MilenageOutputs out;
    std::array<uint8_t, SQN_SIZE> ak{};
    std::array<uint8_t, SQN_SIZE> akStar{};
    milenage_f2345(keys.opc.data(),
                   keys.k.data(),
                   rand.data(),
                   out.res.data(),
                   out.ck.data(),
                   out.ik.data(),
                   ak.data(),
                   akStar.data());
    out.ak = ToSqn(ak);
    out.akStar = ToSqn(akStar);
    return out;
}

} // namespace imsfw::sip
