// SPDX-License-Identifier: GPL-2.0-only
#include "experiment.h"

#include "experiment-yaml.h"

namespace imsfw::scenario
{

bool
Experiment::HasCalleeSite() const
{
    return call.enabled && !callee.policy.empty();
}

bool
Experiment::UsesTls() const
{
    const bool relayOverTls =
        media.path == MediaPathKind::RELAY && media.transport == MediaTransport::TLS;
    return control.transport == ControlTransport::TLS || relayOverTls;
}

std::string
Experiment::ToYaml() const
{
    YAML::Emitter out;
    out.SetDoublePrecision(6);
    out << ToNode(*this);
    return std::string(out.c_str()) + "\n";
}

} // namespace imsfw::scenario
