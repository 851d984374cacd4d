// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UE's answer to any WWW-Authenticate, by password and by ISIM: never a failure worse than a named one, and only the
/// home network's challenge is answered with RES.
#include "base/random.h"
#include "fuzz-input.h"
#include "ims-sip-client-auth.h"

using namespace imsfw;

namespace
{

sip::SipMessage
Challenge(std::string_view value)
{
    sip::SipMessage response =
        sip::SipMessage::Response(sip::SipMessage::Request("REGISTER", "sip:ims.test"), 401);
    response.Add("WWW-Authenticate", value);
    return response;
}

/// @return whether the credentials that follow can be read again, or there are none.
bool
IsReadable(sip::ClientAuth& auth, bool isAka)
{
    const http::DigestOptions options{http::DigestOptions::Qop::AUTH_OR_INT, isAka};
    return http::DigestResponse::Parse(auth.Header("REGISTER", "sip:ims.test", "body"), options)
        .has_value();
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view value = ByteView(data, size).AsText();
    SeededRandom random(1, 1, "fuzz");
    sip::Isim isim(*sip::AkaKeys::FromHex("465b5ce8b199b49faa5f0a2ee238a6bc",
                                          "cd63cb71954a9f4e48a5994e37a02baf"));
    for (const bool isAka : {false, true})
    {
        sip::ClientCredentials credentials;
        credentials.username = "alice@ims.test";
        credentials.realm = "ims.test";
        credentials.isim = isAka ? &isim : nullptr;
        sip::ClientAuth auth(credentials, random);
        auth.Begin();
        for (int i = 0; i < 4; ++i)
        {
            if (auth.TakeChallenge(Challenge(value)) == sip::ClientAuth::Verdict::ANSWER)
            {
                FUZZ_CHECK(IsReadable(auth, isAka));
            }
        }
    }
    if (const auto challenge = sip::AkaChallenge::FromNonce(value))
    {
        FUZZ_CHECK(sip::AkaChallenge::FromNonce(challenge->ToNonce()).has_value());
    }
    sip::ParseAuts(value);
    return 0;
}
