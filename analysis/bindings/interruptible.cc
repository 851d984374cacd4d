// SPDX-License-Identifier: GPL-2.0-only
#include "interruptible.h"

#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <chrono>
#include <future>
#include <pybind11/pybind11.h>

namespace imsfw::python
{

namespace
{

constexpr auto LOOK_EVERY = std::chrono::milliseconds(50);

bool
IsDone(const std::future<void>& simulation)
{
    pybind11::gil_scoped_release release;
    return simulation.wait_for(LOOK_EVERY) == std::future_status::ready;
}

/// Ask the simulation to end. ns-3: ScheduleWithContext "is thread-safe: it can be called from any thread".
void
Stop()
{
    ns3::Simulator::ScheduleWithContext(
        ns3::Simulator::NO_CONTEXT, ns3::Time(0), [] { ns3::Simulator::Stop(); });
}

} // namespace

void
RunInterruptibly(const std::function<void()>& simulate)
{
    auto simulation = std::async(std::launch::async, simulate);
    while (!IsDone(simulation))
    {
        if (PyErr_CheckSignals() == 0)
        {
            continue;
        }
        pybind11::error_already_set interrupt;
        Stop();
        while (!IsDone(simulation))
        {
        }
        // Where the simulation ended just before it was stopped, this takes away what was scheduled too late.
        ns3::Simulator::Destroy();
        throw interrupt;
    }
    simulation.get();
}

} // namespace imsfw::python
