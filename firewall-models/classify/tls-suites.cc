// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tls-suites.h"

#include <array>

namespace imsfw::classify
{

namespace
{

struct NullSuite
{
    uint16_t code;
    uint8_t macLength;
};

constexpr uint8_t MD5 = 16;
constexpr uint8_t SHA = 20;
constexpr uint8_t SHA256 = 32;
constexpr uint8_t SHA384 = 48;

constexpr std::array<NullSuite, 23> NULL_SUITES{{
    {0x0000, 0},                                                         // TLS_NULL_WITH_NULL_NULL
    {0x0001, MD5},    {0x0002, SHA},    {0x003B, SHA256}, {0x002C, SHA}, // PSK, DHE_PSK, RSA_PSK
    {0x002D, SHA},    {0x002E, SHA},    {0x00B0, SHA256}, {0x00B1, SHA384},
    {0x00B4, SHA256}, {0x00B5, SHA384}, {0x00B8, SHA256}, {0x00B9, SHA384},
    {0xC001, SHA}, // ECDH_ECDSA, ECDHE_ECDSA, ECDH_RSA, ECDHE_RSA, ECDH_anon
    {0xC006, SHA},    {0xC00B, SHA},    {0xC010, SHA},    {0xC015, SHA},
    {0xC039, SHA},                                        // ECDHE_PSK
    {0xC03A, SHA256}, {0xC03B, SHA384}, {0xC0B4, SHA256}, // TLS 1.3, integrity only
    {0xC0B5, SHA384},
}};

} // namespace

std::optional<std::size_t>
FindNullSuiteMac(uint16_t suite)
{
    for (const auto& known : NULL_SUITES)
    {
        if (known.code == suite)
        {
            return known.macLength;
        }
    }
    return std::nullopt;
}

} // namespace imsfw::classify
