// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-byte-pipe.h"

#include "base/byte-queue.h"

#include <openssl/bio.h>

#include <algorithm>

namespace imsfw::tls
{

namespace
{

ByteQueue&
QueueOf(BIO* bio)
{
    return *static_cast<ByteQueue*>(BIO_get_data(bio));
}

int
Create(BIO* bio)
{
    BIO_set_data(bio, new ByteQueue);
    BIO_set_init(bio, 1);
    return 1;
}

int
Destroy(BIO* bio)
{
    delete &QueueOf(bio);
    BIO_set_data(bio, nullptr);
    return 1;
}

int
Write(BIO* bio, const char* bytes, int size)
{
    BIO_clear_retry_flags(bio);
    QueueOf(bio).Push({reinterpret_cast<const uint8_t*>(bytes), static_cast<std::size_t>(size)});
    return size;
}

int
Read(BIO* bio, char* target, int size)
{
    BIO_clear_retry_flags(bio);
    ByteQueue& queue = QueueOf(bio);
    if (queue.IsEmpty())
    {
        BIO_set_retry_read(bio);
        return -1;
    }
    const ByteView next = queue.Peek(static_cast<std::size_t>(size));
    std::copy(next.begin(), next.end(), target);
    const int count = static_cast<int>(next.Size());
    queue.Skip(next.Size());
    return count;
}

long
Control(BIO* bio, int command, long, void*)
{
    switch (command)
    {
    case BIO_CTRL_PENDING:
        return static_cast<long>(QueueOf(bio).Size());
    case BIO_CTRL_FLUSH:
        return 1;
    default: // BIO_ctrl(3): a command that a BIO does not know has the answer 0
        return 0;
    }
}

/// @return made once for the process, which it lives as long as.
const BIO_METHOD*
PipeMethod()
{
    static const BIO_METHOD* method = []
    {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "byte pipe");
        BIO_meth_set_create(made, Create);
        BIO_meth_set_destroy(made, Destroy);
        BIO_meth_set_write(made, Write);
        BIO_meth_set_read(made, Read);
        BIO_meth_set_ctrl(made, Control);
        return made;
    }();
    return method;
}

} // namespace

BIO*
MakeBytePipe()
{
    return BIO_new(PipeMethod());
}

} // namespace imsfw::tls
