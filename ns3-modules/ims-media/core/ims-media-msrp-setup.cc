// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-setup.h"

#include "base/text.h"

namespace imsfw::msrp
{

const char*
ToString(SetupRole setup)
{
    switch (setup)
    {
    case SetupRole::ACTIVE:
        return "active";
    case SetupRole::PASSIVE:
        return "passive";
    case SetupRole::ACTPASS:
        return "actpass";
    case SetupRole::HOLDCONN:
        return "holdconn";
    }
    return "";
}

std::optional<SetupRole>
ParseSetup(std::string_view text)
{
    for (const SetupRole setup :
         {SetupRole::ACTIVE, SetupRole::PASSIVE, SetupRole::ACTPASS, SetupRole::HOLDCONN})
    {
        if (EqualsIgnoringCase(text, ToString(setup)))
        {
            return setup;
        }
    }
    return std::nullopt;
}

SetupRole
AnswerSetup(const std::optional<SetupRole>& offer, SetupRole preferred)
{
    switch (offer.value_or(SetupRole::ACTIVE))
    {
    case SetupRole::ACTIVE:
        return SetupRole::PASSIVE;
    case SetupRole::PASSIVE:
        return SetupRole::ACTIVE;
    case SetupRole::ACTPASS:
        return preferred;
    case SetupRole::HOLDCONN:
        return SetupRole::HOLDCONN;
    }
    return preferred;
}

std::optional<bool>
OffererIsActive(const std::optional<SetupRole>& offer, const std::optional<SetupRole>& answer)
{
    const SetupRole offered = offer.value_or(SetupRole::ACTIVE);
    const bool mayBeActive = offered == SetupRole::ACTIVE || offered == SetupRole::ACTPASS;
    const bool mayBePassive = offered == SetupRole::PASSIVE || offered == SetupRole::ACTPASS;
    // An answerer that does not know the attribute does what RFC 4975 says: it waits.
    const SetupRole answered = answer.value_or(SetupRole::PASSIVE);
    if (answered == SetupRole::PASSIVE && mayBeActive)
    {
        return true;
    }
    if (answered == SetupRole::ACTIVE && mayBePassive)
    {
        return false;
    }
    return std::nullopt;
}

} // namespace imsfw::msrp
