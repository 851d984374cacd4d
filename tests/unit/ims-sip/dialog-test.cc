// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Dialogs as both ends see them.
#include "ims-sip-dialog.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

namespace
{

SipMessage
Invite()
{
    SipMessage invite = MakeRequest("INVITE");
    invite.Add("Record-Route", "<sip:near-callee@192.0.2.2;lr>");
    invite.Add("Record-Route", "<sip:near-caller@192.0.2.1;lr>");
    return invite;
}

SipMessage
Ok()
{
    SipMessage ok = MakeResponse(Invite(), 200, "99");
    for (const std::string& route : Invite().Headers("Record-Route"))
    {
        ok.Add("Record-Route", route);
    }
    return ok;
}

} // namespace

TEST(SipDialog, TheCallersRequestsGoBackAlongTheRoute)
{
    auto dialog = SipDialog::OfCaller(Invite(), Ok());
    ASSERT_TRUE(dialog);
    const SipMessage ack = dialog->MakeRequest("ACK");
    EXPECT_EQ(ack.RequestUri(), "sip:callee@198.51.100.7:5060");
    EXPECT_EQ(ack.Headers("Route"),
              (std::vector<std::string>{"<sip:near-caller@192.0.2.1;lr>",
                                        "<sip:near-callee@192.0.2.2;lr>"}));
    EXPECT_EQ(ack.CSeq().ToString(), "1 ACK");
    EXPECT_EQ(ack.From().Tag(), "88");
    EXPECT_EQ(ack.To().Tag(), "99");
    EXPECT_EQ(dialog->MakeRequest("BYE").CSeq().ToString(), "2 BYE");
    EXPECT_EQ(dialog->MakeRequest("ACK").CSeq().ToString(), "1 ACK");
}

TEST(SipDialog, TheCalleesRequestsGoForward)
{
    auto dialog = SipDialog::OfCallee(Invite(), "99");
    ASSERT_TRUE(dialog);
    const SipMessage bye = dialog->MakeRequest("BYE");
    EXPECT_EQ(bye.RequestUri(), "sip:alice@10.0.0.2:5060");
    EXPECT_EQ(bye.Headers("Route").front(), "<sip:near-callee@192.0.2.2;lr>");
    EXPECT_EQ(bye.From().Tag(), "99");
    EXPECT_EQ(bye.To().Tag(), "88");
}

TEST(SipDialog, KnowsItsOwnAndTheirOrder)
{
    auto caller = SipDialog::OfCaller(Invite(), Ok());
    auto callee = SipDialog::OfCallee(Invite(), "99");
    ASSERT_TRUE(caller && callee);
    SipMessage ack = caller->MakeRequest("ACK");
    SipMessage bye = caller->MakeRequest("BYE");
    EXPECT_TRUE(callee->Matches(ack));
    EXPECT_TRUE(callee->TakeSequence(ack));
    EXPECT_TRUE(callee->TakeSequence(bye));
    SipMessage old = bye;
    old.Set("CSeq", "1 BYE");
    EXPECT_FALSE(callee->TakeSequence(old));
    ack.Set("CSeq", "2 ACK");
    EXPECT_FALSE(callee->TakeSequence(ack));
    bye.Set("Call-ID", "another");
    EXPECT_FALSE(callee->Matches(bye));
    EXPECT_FALSE(caller->Matches(caller->MakeRequest("BYE"))); // our own tags, the wrong way round
}

TEST(SipDialog, NeedsTagAndContact)
{
    SipMessage ok = Ok();
    ok.Remove("Contact");
    EXPECT_FALSE(SipDialog::OfCaller(Invite(), ok));
    EXPECT_FALSE(SipDialog::OfCaller(Invite(), MakeResponse(Invite(), 200, "")));
    SipMessage invite = Invite();
    invite.Set("From", "<sip:alice@ims.test>");
    EXPECT_FALSE(SipDialog::OfCallee(invite, "99"));
    invite = Invite();
    invite.Remove("Contact");
    EXPECT_FALSE(SipDialog::OfCallee(invite, "99"));
}

} // namespace imsfw::sip::test
