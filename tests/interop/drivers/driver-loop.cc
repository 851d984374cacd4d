// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The loop over poll(2).
#include "driver-loop.h"

#include "ims-tls-pki.h"

#include <algorithm>
#include <cstdlib>
#include <poll.h>
#include <sys/random.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace imsfw::driver
{

TimePoint
Now()
{
    using std::chrono::steady_clock;
    using std::chrono::system_clock;
    static const auto start = steady_clock::now();
    static const Duration date =
        system_clock::now().time_since_epoch() - std::chrono::seconds(tls::EPOCH_SECONDS);
    return TimePoint(date + (steady_clock::now() - start));
}

void
SystemRandom::Fill(uint8_t* target, std::size_t size)
{
    while (size > 0)
    {
        const ssize_t count = getrandom(target, size, 0);
        if (count < 0)
        {
            std::abort(); // no kernel of Debian 12 does
        }
        target += count;
        size -= static_cast<std::size_t>(count);
    }
}

void
Loop::Watch(int descriptor, Handler readable)
{
    m_watched[descriptor].readable = std::move(readable);
}

void
Loop::WatchWritable(int descriptor, Handler writable)
{
    m_watched[descriptor].writable = std::move(writable);
}

void
Loop::Forget(int descriptor)
{
    m_watched.erase(descriptor);
}

void
Loop::AddTimer(const void* owner, Deadline next, Handler expired)
{
    m_timers[owner] = {std::move(next), std::move(expired)};
}

void
Loop::RemoveTimer(const void* owner)
{
    m_timers.erase(owner);
}

void
Loop::Later(Handler handler)
{
    m_later.push_back(std::move(handler));
}

void
Loop::ReadLines(std::function<void(const std::string&)> handler)
{
    const auto readable = [this, handler = std::move(handler)]
    {
        char buffer[4096];
        const ssize_t count = read(STDIN_FILENO, buffer, sizeof(buffer));
        if (count <= 0)
        {
            return Stop();
        }
        for (ssize_t i = 0; i < count; ++i)
        {
            if (buffer[i] == '\n')
            {
                handler(std::exchange(m_line, {}));
            }
            else
            {
                m_line += buffer[i];
            }
        }
    };
    Watch(STDIN_FILENO, readable);
}

int
Loop::WaitMilliseconds() const
{
    std::optional<TimePoint> earliest;
    for (const auto& [owner, timer] : m_timers)
    {
        earliest = Earlier(earliest, timer.next());
    }
    if (!earliest)
    {
        return -1;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*earliest - Now()).count();
    return static_cast<int>(std::clamp<int64_t>(wait, 0, 60000));
}

void
Loop::Wait()
{
    std::vector<pollfd> polled;
    for (const auto& [descriptor, watched] : m_watched)
    {
        const int events = (watched.readable ? POLLIN : 0) | (watched.writable ? POLLOUT : 0);
        polled.push_back({descriptor, static_cast<short>(events), 0});
    }
    poll(polled.data(), polled.size(), WaitMilliseconds());
    for (const pollfd& one : polled)
    {
        // A handler may forget any descriptor: look each up anew.
        const auto writable = m_watched.find(one.fd);
        if (writable != m_watched.end() && (one.revents & (POLLOUT | POLLERR)) &&
            writable->second.writable)
        {
            std::exchange(writable->second.writable, nullptr)();
        }
        const auto readable = m_watched.find(one.fd);
        if (readable != m_watched.end() && (one.revents & (POLLIN | POLLHUP | POLLERR)) &&
            readable->second.readable)
        {
            Handler(readable->second.readable)();
        }
    }
}

void
Loop::CallExpired()
{
    std::vector<Handler> expired;
    for (const auto& [owner, timer] : m_timers)
    {
        const auto next = timer.next();
        if (next && *next <= Now())
        {
            expired.push_back(timer.expired);
        }
    }
    for (const Handler& handler : expired)
    {
        handler();
    }
}

void
Loop::CallLater()
{
    while (!m_later.empty())
    {
        const Handler handler = std::move(m_later.front());
        m_later.pop_front();
        handler();
    }
}

void
Loop::Run()
{
    m_isRunning = true;
    CallLater();
    while (m_isRunning)
    {
        Wait();
        CallLater();
        CallExpired();
        CallLater();
    }
}

void
Loop::Stop()
{
    m_isRunning = false;
}

} // namespace imsfw::driver
