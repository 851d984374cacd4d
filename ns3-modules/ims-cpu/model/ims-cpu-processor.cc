// SPDX-License-Identifier: GPL-2.0-only
#include "ims-cpu-processor.h"

#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace imscpu
{

NS_OBJECT_ENSURE_REGISTERED(Processor);

namespace
{

imsfw::TimePoint
Now()
{
    return imsfw::TimePoint(imsfw::Duration(Simulator::Now().GetNanoSeconds()));
}

} // namespace

TypeId
Processor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imscpu::Processor")
            .SetParent<Object>()
            .SetGroupName("ImsCpu")
            .AddTraceSource("Submitted",
                            "A job was handed in: what it is made of, and when it is done.",
                            MakeTraceSourceAccessor(&Processor::m_submitted),
                            "ns3::imscpu::Processor::SubmittedCallback");
    return tid;
}

Processor::Processor() = default;
Processor::~Processor() = default;

Ptr<Processor>
Processor::Install(Ptr<Node> node, imsfw::cpu::CostTable table)
{
    const auto processor = CreateObject<Processor>();
    processor->m_cpu = std::make_unique<imsfw::cpu::Cpu>(std::move(table));
    node->AggregateObject(processor);
    return processor;
}

Ptr<Processor>
Processor::Of(Ptr<Node> node)
{
    return node ? node->GetObject<Processor>() : nullptr;
}

imsfw::cpu::Slot
Processor::Submit(const imsfw::WorkList& work)
{
    const auto slot = m_cpu->Submit(Now(), work);
    m_submitted(work, slot);
    return slot;
}

const imsfw::cpu::Cpu&
Processor::GetCpu() const
{
    return *m_cpu;
}

Lane::~Lane()
{
    Clear();
}

void
Lane::SetProcessor(Ptr<Processor> processor)
{
    m_processor = processor;
}

bool
Lane::HasProcessor() const
{
    return m_processor != nullptr;
}

void
Lane::Do(const imsfw::WorkList& work, std::function<void()> then)
{
    imsfw::TimePoint doneAt = Now();
    if (m_processor && !work.empty())
    {
        const auto slot = m_processor->Submit(work);
        m_cost += slot.Cost();
        doneAt = slot.end;
    }
    if (m_jobs.IsEmpty() && doneAt == Now())
    {
        then();
        return;
    }
    m_last = std::max(m_last, doneAt);
    m_jobs.Push({m_last, std::move(then)});
    if (m_jobs.Size() == 1)
    {
        Schedule();
    }
}

void
Lane::Schedule()
{
    const auto wait = m_jobs.Front().doneAt - Now();
    m_event = Simulator::Schedule(NanoSeconds(wait.count()), &Lane::Finish, this);
}

void
Lane::Finish()
{
    const auto job = m_jobs.Poll();
    if (!m_jobs.IsEmpty())
    {
        Schedule();
    }
    job->then(); // last: it may be the end of this lane
}

bool
Lane::IsBusy() const
{
    return !m_jobs.IsEmpty();
}

std::size_t
Lane::GetPending() const
{
    return m_jobs.Size();
}

imsfw::Duration
Lane::GetCost() const
{
    return m_cost;
}

void
Lane::Clear()
{
    m_event.Cancel();
    m_jobs.Clear();
}

} // namespace imscpu
} // namespace ns3
