// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The attributes and trace sources of IcePath.
#include "ims-turn-ice-path.h"

#include "ns3/boolean.h"
#include "ns3/string.h"

namespace ns3
{
namespace imsturn
{

NS_OBJECT_ENSURE_REGISTERED(IcePath);

TypeId
IcePath::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsturn::IcePath")
            .SetParent<MediaPath>()
            .SetGroupName("Ims")
            .AddConstructor<IcePath>()
            .AddAttribute("Profile",
                          "Which ICE: rfc8445 (regular nomination, consent), or rfc5245 "
                          "(aggressive nomination, faster timers, no consent).",
                          StringValue("rfc8445"),
                          MakeStringAccessor(&IcePath::m_profile),
                          MakeStringChecker())
            .AddAttribute("Ta",
                          "From one check to the next; 0 s takes the profile's: 50 ms or 20 ms.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&IcePath::m_ta),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("NominationWait",
                          "How long after the first valid pair better ones may still succeed.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&IcePath::m_nominationWait),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("GatherWait",
                          "After this time one relayed candidate ends the gathering; before, it "
                          "ends when every server has answered or failed.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&IcePath::m_gatherWait),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("ReleaseWait",
                          "After the selection, for candidates that are not used (RFC 8445 8.3).",
                          TimeValue(Seconds(3)),
                          MakeTimeAccessor(&IcePath::m_releaseWait),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Lite",
                          "Answer checks and make none (RFC 8445 2.5); host candidates only.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&IcePath::m_isLite),
                          MakeBooleanChecker())
            .AddAttribute("Tcp",
                          "Have TCP host candidates too (RFC 6544).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&IcePath::m_hasTcp),
                          MakeBooleanChecker())
            .AddAttribute("Consent",
                          "Make consent checks (RFC 7675) where the profile has them.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&IcePath::m_hasConsent),
                          MakeBooleanChecker())
            .AddTraceSource("Selected",
                            "A pair carries media from now on.",
                            MakeTraceSourceAccessor(&IcePath::m_selectedTrace),
                            "ns3::imsturn::IcePath::SelectedCallback");
    return tid;
}

} // namespace imsturn
} // namespace ns3
