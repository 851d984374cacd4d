// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-datagram-pipe.h"

#include <openssl/bio.h>

#include <algorithm>
#include <limits>

namespace imsfw::tls
{

namespace
{

/// Later than any clock of today says, and far from overflow when OpenSSL subtracts the present time.
constexpr time_t NEVER = std::numeric_limits<time_t>::max() / 4;

DatagramPipe&
PipeOf(BIO* bio)
{
    return *static_cast<DatagramPipe*>(BIO_get_data(bio));
}

int
Create(BIO* bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

int
Write(BIO* bio, const char* bytes, int size)
{
    BIO_clear_retry_flags(bio);
    PipeOf(bio).sent.Push(Bytes(bytes, bytes + size));
    return size;
}

/// As recv(2): what does not fit into @p target is lost.
int
Read(BIO* bio, char* target, int size)
{
    BIO_clear_retry_flags(bio);
    const auto next = PipeOf(bio).arrived.Poll();
    if (!next)
    {
        BIO_set_retry_read(bio);
        return -1;
    }
    const std::size_t count = std::min(next->size(), static_cast<std::size_t>(size));
    std::copy_n(next->begin(), count, target);
    return static_cast<int>(count);
}

void
TakeDeadline(DatagramPipe& pipe, timeval* deadline)
{
    pipe.deadline = deadline;
    pipe.isTimed = deadline->tv_sec != 0 || deadline->tv_usec != 0;
    if (pipe.isTimed)
    {
        pipe.isNewlyTimed = true;
        *deadline = {NEVER, 0};
    }
}

long
Control(BIO* bio, int command, long, void* argument)
{
    switch (command)
    {
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
        TakeDeadline(PipeOf(bio), static_cast<timeval*>(argument));
        return 1;
    case BIO_CTRL_FLUSH:
        return 1;
    default: // BIO_ctrl(3): a command that a BIO does not know has the answer 0
        return 0;
    }
}

/// @return made once for the process, which it lives as long as.
const BIO_METHOD*
DatagramMethod()
{
    static const BIO_METHOD* method = []
    {
        BIO_METHOD* made =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram pipe");
        BIO_meth_set_create(made, Create);
        BIO_meth_set_write(made, Write);
        BIO_meth_set_read(made, Read);
        BIO_meth_set_ctrl(made, Control);
        return made;
    }();
    return method;
}

} // namespace

void
DatagramPipe::Expire() const
{
    *deadline = {1, 0};
}

BIO*
MakeDatagramBio(DatagramPipe& pipe)
{
    BIO* bio = BIO_new(DatagramMethod());
    BIO_set_data(bio, &pipe);
    return bio;
}

} // namespace imsfw::tls
