// SPDX-License-Identifier: GPL-2.0-only
#include "experiment.h"

#include "experiment-yaml.h"

#include <algorithm>

namespace imsfw::scenario
{

bool
Experiment::HasCalleeSite() const
{
    return call.enabled && !callee.policy.empty();
}

std::vector<Way>
Experiment::Ways() const
{
    if (attempts.order != AttemptOrder::FIXED)
    {
        return namedWays;
    }
    return {{transport.empty() ? "custom" : transport,
             control.transport,
             control.port,
             media.path,
             media.transport,
             media.port,
             proxy.use}};
}

Duration
Experiment::AttemptCap() const
{
    return attempts.order == AttemptOrder::FIXED ? limits.attempt : attempts.cap;
}

bool
Experiment::HasControl() const
{
    const auto ways = Ways();
    return std::any_of(ways.begin(),
                       ways.end(),
                       [](const Way& way) { return way.control != ControlTransport::NONE; });
}

bool
Experiment::HasMedia() const
{
    const auto ways = Ways();
    return call.enabled &&
           std::any_of(ways.begin(),
                       ways.end(),
                       [](const Way& way) { return way.path != MediaPathKind::NONE; });
}

bool
Experiment::UsesTls() const
{
    const auto ways = Ways();
    return std::any_of(ways.begin(),
                       ways.end(),
                       [](const Way& way) {
                           return way.control == ControlTransport::TLS ||
                                  way.RelaysOver(MediaTransport::TLS);
                       });
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
