// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-alert.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cctype>

namespace imsfw::tls
{
namespace
{

TEST(AlertTest, NamesAreThoseOfTheRegistry)
{
    struct Row
    {
        uint8_t description;
        const char* name;
    };

    for (const auto& row : {Row{0, "close_notify"},
                            Row{40, "handshake_failure"},
                            Row{48, "unknown_ca"},
                            Row{70, "protocol_version"},
                            Row{86, "inappropriate_fallback"}, // RFC 7507
                            Row{109, "missing_extension"},     // RFC 8446 6
                            Row{116, "certificate_required"},
                            Row{120, "no_application_protocol"},
                            Row{1, "alert_1"},
                            Row{200, "alert_200"}})
    {
        EXPECT_EQ(AlertName(row.description), row.name);
    }
}

TEST(AlertTest, AgreeWithOpenSslWhereItKnowsThem)
{
    int known = 0;
    for (int description = 0; description < 256; ++description)
    {
        std::string theirs = SSL_alert_desc_string_long(description);
        if (theirs == "unknown")
        {
            continue;
        }
        std::transform(theirs.begin(),
                       theirs.end(),
                       theirs.begin(),
                       [](unsigned char c)
                       { return c == ' ' ? '_' : static_cast<char>(std::tolower(c)); });
        EXPECT_EQ(AlertName(static_cast<uint8_t>(description)), theirs);
        ++known;
    }
    EXPECT_GE(known, 25);
}

} // namespace
} // namespace imsfw::tls
