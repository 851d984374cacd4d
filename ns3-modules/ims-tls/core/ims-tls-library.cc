// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-library.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <limits>
#include <utility>

namespace imsfw::tls
{

namespace
{

constexpr const char* RAND_NAME = "IMSFW-STREAM";

thread_local RandomSource* g_source = nullptr;

/// One instance of the algorithm. OpenSSL makes three (primary, public, private); all draw from the one current source.
struct RandInstance
{
    int state{EVP_RAND_STATE_UNINITIALISED};
};

RandInstance*
Self(void* instance)
{
    return static_cast<RandInstance*>(instance);
}

void*
RandNew(void*, void*, const OSSL_DISPATCH*)
{
    return new RandInstance;
}

void
RandFree(void* instance)
{
    delete Self(instance);
}

int
RandInstantiate(void* instance, unsigned, int, const unsigned char*, size_t, const OSSL_PARAM[])
{
    Self(instance)->state = EVP_RAND_STATE_READY;
    return 1;
}

int
RandUninstantiate(void* instance)
{
    Self(instance)->state = EVP_RAND_STATE_UNINITIALISED;
    return 1;
}

int
RandGenerate(void*, unsigned char* out, size_t size, unsigned, int, const unsigned char*, size_t)
{
    if (g_source == nullptr)
    {
        return 0;
    }
    g_source->Fill(out, size);
    return 1;
}

int
RandEnableLocking(void*)
{
    return 1; // the current source is a thread's own
}

int
RandLock(void*)
{
    return 1;
}

void
RandUnlock(void*)
{
}

const OSSL_PARAM*
RandGettable(void*, void*)
{
    static const OSSL_PARAM PARAMS[] = {
        OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, nullptr),
        OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, nullptr),
        OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, nullptr),
        OSSL_PARAM_END,
    };
    return PARAMS;
}

int
RandGetParams(void* instance, OSSL_PARAM params[])
{
    OSSL_PARAM* state = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STATE);
    OSSL_PARAM* strength = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STRENGTH);
    OSSL_PARAM* maxRequest = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_MAX_REQUEST);
    return (state == nullptr || OSSL_PARAM_set_int(state, Self(instance)->state) == 1) &&
           (strength == nullptr || OSSL_PARAM_set_uint(strength, 256) == 1) &&
           (maxRequest == nullptr ||
            OSSL_PARAM_set_size_t(maxRequest, std::numeric_limits<int>::max()) == 1);
}

template <typename Function>
OSSL_DISPATCH
Entry(int id, Function* function)
{
    return {id, reinterpret_cast<void (*)()>(function)};
}

const OSSL_ALGORITHM*
QueryOperation(void*, int operation, int* noCache)
{
    static const OSSL_DISPATCH RAND_FUNCTIONS[] = {
        Entry(OSSL_FUNC_RAND_NEWCTX, RandNew),
        Entry(OSSL_FUNC_RAND_FREECTX, RandFree),
        Entry(OSSL_FUNC_RAND_INSTANTIATE, RandInstantiate),
        Entry(OSSL_FUNC_RAND_UNINSTANTIATE, RandUninstantiate),
        Entry(OSSL_FUNC_RAND_GENERATE, RandGenerate),
        Entry(OSSL_FUNC_RAND_ENABLE_LOCKING, RandEnableLocking),
        Entry(OSSL_FUNC_RAND_LOCK, RandLock),
        Entry(OSSL_FUNC_RAND_UNLOCK, RandUnlock),
        Entry(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, RandGettable),
        Entry(OSSL_FUNC_RAND_GET_CTX_PARAMS, RandGetParams),
        {0, nullptr},
    };
    static const OSSL_ALGORITHM ALGORITHMS[] = {
        {RAND_NAME, "provider=imsfw", RAND_FUNCTIONS, "draws from the simulation's streams"},
        {nullptr, nullptr, nullptr, nullptr},
    };
    *noCache = 0;
    return operation == OSSL_OP_RAND ? ALGORITHMS : nullptr;
}

int
InitProvider(const OSSL_CORE_HANDLE* handle,
             const OSSL_DISPATCH*,
             const OSSL_DISPATCH** out,
             void** context)
{
    static const OSSL_DISPATCH PROVIDER_FUNCTIONS[] = {
        Entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, QueryOperation),
        {0, nullptr},
    };
    *context = const_cast<OSSL_CORE_HANDLE*>(handle);
    *out = PROVIDER_FUNCTIONS;
    return 1;
}

OSSL_LIB_CTX*
MakeLibrary()
{
    OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
    if (library == nullptr || OSSL_PROVIDER_add_builtin(library, "imsfw", InitProvider) != 1 ||
        OSSL_PROVIDER_load(library, "default") == nullptr ||
        OSSL_PROVIDER_load(library, "imsfw") == nullptr ||
        RAND_set_DRBG_type(library, RAND_NAME, nullptr, nullptr, nullptr) != 1)
    {
        std::abort();
    }
    return library;
}

} // namespace

OSSL_LIB_CTX*
Library()
{
    static OSSL_LIB_CTX* const LIBRARY = MakeLibrary();
    return LIBRARY;
}

RandomScope::RandomScope(RandomSource& source) : m_previous(std::exchange(g_source, &source))
{
}

RandomScope::~RandomScope()
{
    g_source = m_previous;
}

std::string
TakeErrors()
{
    std::string text;
    while (const unsigned long code = ERR_get_error())
    {
        const char* reason = ERR_reason_error_string(code);
        text +=
            (text.empty() ? "" : "; ") + std::string(reason == nullptr ? "unknown error" : reason);
    }
    return text;
}

} // namespace imsfw::tls
