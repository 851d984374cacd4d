// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What does each cipher suite cost through a web proxy: time to register, time to set up a call, bytes of the handshake?
///
/// Prints CSV. An argument names another policy than proxy-only:  ./imsfw script suite-latency content-inspecting
#include "or-exit.h"

using namespace imsfw::scenario;

int
main(int argc, char** argv)
{
    const std::string policy = argc > 1 ? argv[1] : "proxy-only";
    std::cout << "suite,control,registration_ms,call_setup_ms,handshake_bytes\n";
    for (const std::string suite : {"TLS_RSA_WITH_NULL_SHA",
                                    "TLS_RSA_WITH_AES_128_CBC_SHA",
                                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                    "TLS_AES_128_GCM_SHA256"})
    {
        const Experiment experiment = LoadOrExit("",
                                                 {"transport=solution",
                                                  "firewall.policy=" + policy,
                                                  "call.duration=1s",
                                                  "tls.suites=[" + suite + "]"});
        const RunResult result = RunOrExit(experiment);
        const auto milliseconds = [](const std::optional<imsfw::Duration>& time)
        { return time ? std::to_string(static_cast<double>(time->count()) / 1e6) : ""; };
        std::size_t bytes = 0;
        for (const auto& connection : result.tls)
        {
            bytes += connection.handshakeBytesSent + connection.handshakeBytesReceived;
        }
        std::cout << suite << "," << ToString(result.control.verdict) << ","
                  << milliseconds(result.registration) << "," << milliseconds(result.callSetup)
                  << "," << bytes << "\n";
    }
}
