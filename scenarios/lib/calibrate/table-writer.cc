// SPDX-License-Identifier: GPL-2.0-only
#include "table-writer.h"

#include "base/text.h"

#include <fstream>
#include <openssl/crypto.h>
#include <sstream>

namespace imsfw::calibrate
{

std::string
CpuName()
{
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line))
    {
        const auto colon = line.find(':');
        if (colon != std::string::npos && Trim(line.substr(0, colon)) == "model name")
        {
            return std::string(Trim(line.substr(colon + 1)));
        }
    }
    return "unknown CPU";
}

std::string
ToYaml(const Operations& operations, const std::string& cpu, unsigned cores)
{
    std::ostringstream out;
    out << "title: Measured by imsfw calibrate\n"
        << "cpu: \"" << cpu << "\"\n"
        << "openssl: \"" << OpenSSL_version(OPENSSL_VERSION_STRING) << "\"\n"
        << "derivation: >-\n"
           "  CPU time of one thread, median of batches: EVP calls as TLS makes them for keys, "
           "signatures and\n"
           "  certificates; records and whole handshakes of this project's own sessions over "
           "OpenSSL; packets of\n"
           "  SRTP by libsrtp2; this project's firewall engine; write and read through a pair of "
           "local sockets for\n"
           "  copying.\n"
        << "cores: " << cores << "\n"
        << "operations:\n";
    for (const auto& [name, cost] : operations)
    {
        out << "  " << name << ": {each_ns: " << cost.eachNs;
        if (cost.perBytePs != 0)
        {
            out << ", per_byte_ps: " << cost.perBytePs;
        }
        out << "}\n";
    }
    return out.str();
}

} // namespace imsfw::calibrate
