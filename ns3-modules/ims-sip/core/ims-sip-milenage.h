// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The functions f1 to f5* of TS 35.206 (Milenage), computed by libosmocore's libosmogsm, as values.
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace imsfw::sip
{

using AkaBlock = std::array<uint8_t, 16>; ///< K, OP, OPc, RAND, CK, IK
using AkaMac = std::array<uint8_t, 8>;    ///< MAC-A, MAC-S, RES
using AkaAmf = std::array<uint8_t, 2>;

/// 48 bits of sequence number (TS 33.102 6.3).
constexpr uint64_t AKA_SQN_MASK = (uint64_t(1) << 48) - 1;

/// What subscriber and network share.
struct AkaKeys
{
    AkaBlock k{};
    AkaBlock opc{};
    AkaAmf amf{};

    /// @return nothing where a text is not as many hexadecimal digits as it must be (32, 32, 4).
    static std::optional<AkaKeys> FromHex(std::string_view k,
                                          std::string_view opc,
                                          std::string_view amf = "0000");
    /// The same with the operator's OP in place of the OPc that TS 35.206 4.1 derives from it.
    static std::optional<AkaKeys> FromHexOp(std::string_view k,
                                            std::string_view op,
                                            std::string_view amf = "0000");
};

/// f1 and f1*: the network's and the subscriber's authentication code for @p sqn (48 bits).
struct MilenageMacs
{
    AkaMac a{}; ///< f1
    AkaMac s{}; ///< f1*
};

MilenageMacs ComputeMacs(const AkaKeys& keys, const AkaBlock& rand, uint64_t sqn);

/// f2 to f5*, which depend on RAND alone.
struct MilenageOutputs
{
    AkaMac res{};      ///< f2
    AkaBlock ck{};     ///< f3
    AkaBlock ik{};     ///< f4
    uint64_t ak{};     ///< f5, 48 bits
    uint64_t akStar{}; ///< f5*, 48 bits
};

MilenageOutputs ComputeOutputs(const AkaKeys& keys, const AkaBlock& rand);

} // namespace imsfw::sip
