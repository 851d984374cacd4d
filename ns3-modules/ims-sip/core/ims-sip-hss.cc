// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-hss.h"

#include "ims-sip-elements.h"

namespace imsfw::sip
{

std::vector<std::string>
AllIdentities(const SipUser& user)
{
    std::vector<std::string> all{user.publicIdentity};
    all.insert(all.end(), user.moreIdentities.begin(), user.moreIdentities.end());
    return all;
}

void
Hss::Add(const SipUser& user)
{
    m_users[user.privateIdentity] = user;
    for (const std::string& identity : AllIdentities(user))
    {
        if (const auto uri = SipUri::Parse(identity))
        {
            m_byAor[uri->AddressOfRecord()] = user.privateIdentity;
        }
    }
    m_centres.erase(user.privateIdentity);
    if (user.aka)
    {
        m_centres.emplace(user.privateIdentity, AkaCentre(*user.aka, user.sqn));
    }
}

const SipUser*
Hss::ByPrivateIdentity(const std::string& identity) const
{
    const auto found = m_users.find(identity);
    return found == m_users.end() ? nullptr : &found->second;
}

const SipUser*
Hss::ByAor(std::string_view aor) const
{
    const auto found = m_byAor.find(aor);
    return found == m_byAor.end() ? nullptr : ByPrivateIdentity(found->second);
}

AkaCentre*
Hss::Centre(const std::string& privateIdentity)
{
    const auto found = m_centres.find(privateIdentity);
    return found == m_centres.end() ? nullptr : &found->second;
}

} // namespace imsfw::sip
