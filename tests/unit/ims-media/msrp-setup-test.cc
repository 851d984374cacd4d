// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Who opens the connection, for every offer.
#include "ims-media-msrp-setup.h"

#include <gtest/gtest.h>

namespace imsfw::msrp
{
namespace
{

TEST(MsrpSetup, OffersAndAnswers)
{
    struct Row
    {
        std::optional<SetupRole> offer;
        SetupRole preferred;
        SetupRole answer;
        std::optional<bool> offererIsActive;
    };

    for (const Row& row :
         {Row{std::nullopt, SetupRole::ACTIVE, SetupRole::PASSIVE, true},
          Row{SetupRole::ACTIVE, SetupRole::ACTIVE, SetupRole::PASSIVE, true},
          Row{SetupRole::PASSIVE, SetupRole::PASSIVE, SetupRole::ACTIVE, false},
          Row{SetupRole::ACTPASS, SetupRole::ACTIVE, SetupRole::ACTIVE, false},
          Row{SetupRole::ACTPASS, SetupRole::PASSIVE, SetupRole::PASSIVE, true},
          Row{SetupRole::HOLDCONN, SetupRole::ACTIVE, SetupRole::HOLDCONN, std::nullopt}})
    {
        EXPECT_EQ(AnswerSetup(row.offer, row.preferred), row.answer);
        EXPECT_EQ(OffererIsActive(row.offer, row.answer), row.offererIsActive);
    }
    EXPECT_EQ(OffererIsActive(SetupRole::ACTPASS, std::nullopt),
              true); // an answerer of RFC 4975 alone
    EXPECT_EQ(OffererIsActive(SetupRole::ACTIVE, SetupRole::ACTIVE), std::nullopt);
    EXPECT_EQ(OffererIsActive(SetupRole::PASSIVE, SetupRole::PASSIVE), std::nullopt);
    for (const SetupRole setup :
         {SetupRole::ACTIVE, SetupRole::PASSIVE, SetupRole::ACTPASS, SetupRole::HOLDCONN})
    {
        EXPECT_EQ(ParseSetup(ToString(setup)), setup);
    }
    EXPECT_FALSE(ParseSetup("act"));
}

} // namespace
} // namespace imsfw::msrp
