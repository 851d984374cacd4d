// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A change of an experiment that may let it pass.
#pragma once

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// In the order in which equally small changes are preferred.
enum class ChangeKind
{
    CIPHER_SUITE,
    PROXY,
    TRANSPORT,
    POLICY,
};

/// @return "cipher-suite", "proxy", "transport", "policy"
std::string ToString(ChangeKind kind);

struct Change
{
    ChangeKind kind{ChangeKind::CIPHER_SUITE};
    std::string title;                 ///< for people
    std::vector<std::string> settings; ///< as `imsfw run --set` takes them
    std::size_t size{1};               ///< how many values are others than before
    std::string ruledOut; ///< why it cannot help, known without a run; empty where it may
    bool withoutTls{
        false}; ///< the experiment's section `tls` is to be taken out: nothing goes over TLS then
};

} // namespace imsfw::scenario
