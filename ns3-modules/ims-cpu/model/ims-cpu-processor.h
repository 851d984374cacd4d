// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The CPU of an ns-3 node, and the lanes in which its work is done in order.
///
/// A node without a Processor computes in no time. What computes (a TLS socket, a proxy's session, a firewall) has a Lane:
/// it hands in what was done together with what may only happen once it is done.
#ifndef IMS_CPU_PROCESSOR_H
#define IMS_CPU_PROCESSOR_H

#include "base/queue.h"
#include "ims-cpu-core.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>

namespace ns3
{
namespace imscpu
{

class Processor : public Object
{
  public:
    static TypeId GetTypeId();

    Processor();
    ~Processor() override;

    /// Give @p node a CPU. @pre it has none yet; @p table as Cpu wants it
    static Ptr<Processor> Install(Ptr<Node> node, imsfw::cpu::CostTable table);
    /// @return the CPU of @p node; null where it computes in no time.
    static Ptr<Processor> Of(Ptr<Node> node);

    /// Hand in a job now.
    imsfw::cpu::Slot Submit(const imsfw::WorkList& work);

    const imsfw::cpu::Cpu& GetCpu() const;

    /// Signature of Submitted.
    typedef void (*SubmittedCallback)(const imsfw::WorkList& work, const imsfw::cpu::Slot& slot);

  private:
    std::unique_ptr<imsfw::cpu::Cpu> m_cpu;
    TracedCallback<const imsfw::WorkList&, const imsfw::cpu::Slot&> m_submitted;
};

/// Jobs whose results leave in the order of their arrival, however many cores there are.
class Lane
{
  public:
    Lane() = default;
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// @param processor null: everything takes no time
    void SetProcessor(Ptr<Processor> processor);
    /// @return whether work costs anything here: nobody need count it otherwise.
    bool HasProcessor() const;

    /// Call @p then once @p work is done: at once where it takes no time and nothing waits, else from the event loop.
    void Do(const imsfw::WorkList& work, std::function<void()> then);

    bool IsBusy() const;
    /// @return the jobs that are not done yet.
    std::size_t GetPending() const;
    /// @return the computing time of all jobs so far, without their waits.
    imsfw::Duration GetCost() const;

    /// Forget what is not done yet.
    void Clear();

  private:
    struct Job
    {
        imsfw::TimePoint doneAt;
        std::function<void()> then;
    };

    void Schedule();
    void Finish();

    Ptr<Processor> m_processor;
    imsfw::Queue<Job> m_jobs;
    imsfw::TimePoint m_last{}; ///< when the last job is done
    imsfw::Duration m_cost{};
    EventId m_event;
};

} // namespace imscpu
} // namespace ns3

#endif // IMS_CPU_PROCESSOR_H
