// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Measures what the operations of a CPU table take on this machine, one step after the other.
#pragma once

#include "ims-cpu-table.h"
#include "stopwatch.h"

#include <functional>
#include <string>
#include <vector>

namespace imsfw::calibrate
{

using Operations = std::map<std::string, cpu::Cost>;

/// One thing to measure; it adds its figures to the table.
struct Step
{
    std::string name; ///< for people: "sign and verify rsa-2048"
    std::function<void(const Effort&, Operations&)> run;
};

/// @return every step, in an order in which later ones may use what earlier ones have measured. A step that OpenSSL refuses
/// aborts with a sentence: the table would be useless.
std::vector<Step> AllSteps();

// The parts of AllSteps, each in a file of its own.
std::vector<Step> KeyExchangeSteps();
std::vector<Step> SignatureSteps();
std::vector<Step> RecordSteps();
/// Packets of SRTP, as libsrtp2 protects them.
std::vector<Step> SrtpSteps();
/// Whole handshakes: what the operations above do not explain is the cost of messages.
std::vector<Step> HandshakeSteps();
/// The firewall engine, and copying by the operating system.
std::vector<Step> ForwardingSteps();

/// @return @p ns as a table has it.
uint64_t WholeNs(double ns);

/// @return the cost of a thing with bytes, from what it takes with @p few and @p many of them.
cpu::Cost LineThrough(double fewNs, std::size_t few, double manyNs, std::size_t many);

/// End the program with a sentence unless @p isGood.
void Require(bool isGood, const std::string& what);

} // namespace imsfw::calibrate
