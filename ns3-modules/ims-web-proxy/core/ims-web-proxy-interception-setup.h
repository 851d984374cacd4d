// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an interceptor needs, made with the simulation's interception CA (tls::Pki::Interceptor).
#pragma once

#include "ims-web-proxy-interception.h"

namespace imsfw::http
{

/// @param trustAnchors by which servers are judged; DER
/// @param random ticket keys are drawn from it
/// @return contexts that offer and accept every suite but those without encryption, as deployed interceptors do
Result<InterceptionConfig, std::string> MakeInterception(std::vector<Bytes> trustAnchors,
                                                         bool passesUnknown,
                                                         std::shared_ptr<RandomSource> random);

} // namespace imsfw::http
