// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What drives a core on real sockets: poll(2), a clock, lines from standard input.
///
/// The cores themselves never see it. It takes the place of ns-3's event loop in the programs of this folder.
#pragma once

#include "base/random.h"
#include "base/time.h"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace imsfw::driver
{

/// @return this machine's time as a core takes it: since tls::EPOCH_SECONDS, so that certificates are judged by today's
/// date; it never goes backwards.
TimePoint Now();

/// The kernel's random numbers.
class SystemRandom : public RandomSource
{
  public:
    void Fill(uint8_t* target, std::size_t size) override;
};

class Loop
{
  public:
    using Handler = std::function<void()>;
    using Deadline = std::function<std::optional<TimePoint>()>;

    /// Call @p readable whenever @p descriptor can be read or has ended.
    void Watch(int descriptor, Handler readable);
    /// Call @p writable once, as soon as @p descriptor can be written.
    void WatchWritable(int descriptor, Handler writable);
    void Forget(int descriptor);

    /// @param owner names it for RemoveTimer. @param next asked before each wait. @param expired once that has passed
    void AddTimer(const void* owner, Deadline next, Handler expired);
    void RemoveTimer(const void* owner);

    /// Call @p handler when the present one has returned.
    void Later(Handler handler);

    /// Call @p handler with each line of standard input; its end stops the loop.
    void ReadLines(std::function<void(const std::string&)> handler);

    void Run();
    void Stop();

  private:
    struct Watched
    {
        Handler readable;
        Handler writable;
    };

    struct Timer
    {
        Deadline next;
        Handler expired;
    };

    int WaitMilliseconds() const;
    void Wait();
    void CallExpired();
    void CallLater();

    std::map<int, Watched> m_watched;
    std::map<const void*, Timer> m_timers;
    std::deque<Handler> m_later;
    std::string m_line;
    bool m_isRunning{false};
};

} // namespace imsfw::driver
