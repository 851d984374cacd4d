// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Preloaded into a program, it answers for the C library's calendar clocks with the date in IMSFW_FAKE_DATE (seconds
/// since 1970): what a run leaves must not depend on the day that it is made on. Clocks that count from the start of the
/// machine go on as they are.
#include <cstdlib>
#include <ctime>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace
{

time_t
FakeDate()
{
    const char* text = std::getenv("IMSFW_FAKE_DATE");
    return text == nullptr ? 0 : static_cast<time_t>(std::strtoll(text, nullptr, 10));
}

} // namespace

extern "C" time_t
time(time_t* result) noexcept
{
    const time_t now = FakeDate();
    if (result != nullptr)
    {
        *result = now;
    }
    return now;
}

extern "C" int
gettimeofday(timeval* result, void*) noexcept
{
    *result = {FakeDate(), 0};
    return 0;
}

extern "C" int
clock_gettime(clockid_t clock, timespec* result) noexcept
{
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
    {
        *result = {FakeDate(), 0};
        return 0;
    }
    return static_cast<int>(syscall(SYS_clock_gettime, clock, result));
}
