// SPDX-License-Identifier: GPL-2.0-only
#include "worker-pool.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace imsfw::scenario
{

namespace
{

struct Worker
{
    pid_t pid{-1};
    int toWorker{-1};
    int fromWorker{-1};
    std::optional<std::size_t> job;
};

/// @return false where the other end is gone.
bool
WriteAll(int fd, const void* data, std::size_t size)
{
    const char* next = static_cast<const char*>(data);
    while (size > 0)
    {
        const ssize_t written = write(fd, next, size);
        if (written <= 0)
        {
            return false;
        }
        next += written;
        size -= written;
    }
    return true;
}

bool
ReadAll(int fd, void* data, std::size_t size)
{
    char* next = static_cast<char*>(data);
    while (size > 0)
    {
        const ssize_t got = read(fd, next, size);
        if (got <= 0)
        {
            return false;
        }
        next += got;
        size -= got;
    }
    return true;
}

/// The worker's whole life: take a number, do the job, give the length and the bytes back, until the pipe closes.
[[noreturn]] void
Serve(int in, int out, const std::function<std::string(std::size_t)>& work)
{
    uint64_t job = 0;
    while (ReadAll(in, &job, sizeof(job)))
    {
        const std::string output = work(job);
        const uint64_t size = output.size();
        if (!WriteAll(out, &size, sizeof(size)) || !WriteAll(out, output.data(), size))
        {
            break;
        }
    }
    _exit(0); // not exit(): the parent's buffers and destructors are not this process's business
}

Worker
Fork(const std::vector<Worker>& others, const std::function<std::string(std::size_t)>& work)
{
    int request[2];
    int reply[2];
    if (pipe(request) != 0 || pipe(reply) != 0)
    {
        std::abort();
    }
    const pid_t pid = fork();
    if (pid == 0)
    {
        close(request[1]);
        close(reply[0]);
        for (const auto& other : others)
        {
            close(
                other
                    .toWorker); // else it would stay open here and the other worker would never see its end
            close(other.fromWorker);
        }
        Serve(request[0], reply[1], work);
    }
    close(request[0]);
    close(reply[1]);
    return {pid, request[1], reply[0], std::nullopt};
}

std::string
Reap(Worker& worker)
{
    close(worker.toWorker);
    close(worker.fromWorker);
    int status = 0;
    waitpid(worker.pid, &status, 0);
    if (WIFSIGNALED(status))
    {
        return std::string("the simulation crashed: ") + strsignal(WTERMSIG(status));
    }
    return "the simulation ended with status " + std::to_string(WEXITSTATUS(status));
}

class Pool
{
  public:
    Pool(std::size_t jobs,
         unsigned workers,
         const std::function<std::string(std::size_t)>& work,
         const std::function<void(const JobOutcome&)>& onDone)
        : m_jobs(jobs), m_work(work), m_onDone(onDone)
    {
        for (std::size_t i = 0; i < std::min<std::size_t>(workers, jobs); ++i)
        {
            m_workers.push_back(Fork(m_workers, m_work));
        }
    }

    void
    Run()
    {
        for (auto& worker : m_workers)
        {
            Dispatch(worker);
        }
        while (m_done < m_jobs)
        {
            WaitForOne();
        }
        for (auto& worker : m_workers)
        {
            Reap(worker);
        }
    }

  private:
    void
    Dispatch(Worker& worker)
    {
        worker.job.reset();
        if (m_next < m_jobs)
        {
            const uint64_t job = m_next++;
            worker.job = job;
            WriteAll(worker.toWorker, &job, sizeof(job));
        }
    }

    void
    WaitForOne()
    {
        std::vector<pollfd> fds;
        for (const auto& worker : m_workers)
        {
            fds.push_back({worker.job ? worker.fromWorker : -1, POLLIN, 0});
        }
        poll(fds.data(), fds.size(), -1);
        for (std::size_t i = 0; i < fds.size(); ++i)
        {
            if (fds[i].revents != 0)
            {
                Collect(i);
            }
        }
    }

    void
    Collect(std::size_t index)
    {
        Worker& worker = m_workers[index];
        const std::size_t job = *worker.job;
        uint64_t size = 0;
        std::string output;
        bool whole = ReadAll(worker.fromWorker, &size, sizeof(size));
        if (whole)
        {
            output.resize(size);
            whole = ReadAll(worker.fromWorker, output.data(), size);
        }
        if (!whole)
        {
            output = Reap(worker);
            m_workers.erase(m_workers.begin() + static_cast<std::ptrdiff_t>(index));
            m_workers.insert(m_workers.begin() + static_cast<std::ptrdiff_t>(index),
                             Fork(m_workers, m_work));
        }
        Dispatch(m_workers[index]);
        ++m_done;
        m_onDone({job, !whole, std::move(output)});
    }

    std::size_t m_jobs;
    const std::function<std::string(std::size_t)>& m_work;
    const std::function<void(const JobOutcome&)>& m_onDone;
    std::vector<Worker> m_workers;
    std::size_t m_next{0};
    std::size_t m_done{0};
};

} // namespace

void
RunJobs(std::size_t jobs,
        unsigned workers,
        const std::function<std::string(std::size_t)>& work,
        const std::function<void(const JobOutcome&)>& onDone)
{
    Pool(jobs, workers, work, onDone).Run();
}

} // namespace imsfw::scenario
