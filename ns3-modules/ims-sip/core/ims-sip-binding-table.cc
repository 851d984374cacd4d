// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-binding-table.h"

namespace imsfw::sip
{

namespace
{

template <typename KEY>
const std::set<uint64_t>*
Lookup(const std::map<KEY, std::set<uint64_t>>& index, const KEY& key)
{
    const auto found = index.find(key);
    return found == index.end() ? nullptr : &found->second;
}

template <typename KEY>
void
Drop(std::map<KEY, std::set<uint64_t>>& index, const KEY& key, uint64_t id)
{
    const auto found = index.find(key);
    found->second.erase(id);
    if (found->second.empty())
    {
        index.erase(found);
    }
}

} // namespace

void
BindingTable::Put(Binding binding)
{
    Remove(binding.aor, binding.key);
    const Id id = m_next++;
    m_byKey[{binding.aor, binding.key}] = id;
    m_byAor[binding.aor].insert(id);
    m_byContact[binding.contact].insert(id);
    m_byFlow[binding.flow].insert(id);
    m_byToken[binding.token].insert(id);
    m_expiry.Set(id, binding.expires);
    m_bindings.emplace(id, std::move(binding));
}

const Binding*
BindingTable::Find(const std::string& aor, const std::string& key) const
{
    const auto found = m_byKey.find({aor, key});
    return found == m_byKey.end() ? nullptr : &m_bindings.at(found->second);
}

const Binding*
BindingTable::Latest(TimePoint now, const Ids* ids) const
{
    if (ids == nullptr)
    {
        return nullptr;
    }
    for (auto id = ids->rbegin(); id != ids->rend(); ++id)
    {
        const Binding& binding = m_bindings.at(*id);
        if (binding.expires > now)
        {
            return &binding;
        }
    }
    return nullptr;
}

const Binding*
BindingTable::ByAor(TimePoint now, const std::string& aor) const
{
    return Latest(now, Lookup(m_byAor, aor));
}

const Binding*
BindingTable::ByContact(TimePoint now, const std::string& contact) const
{
    return Latest(now, Lookup(m_byContact, contact));
}

const Binding*
BindingTable::ByFlow(TimePoint now, const SipFlow& flow) const
{
    return Latest(now, Lookup(m_byFlow, flow));
}

const Binding*
BindingTable::ByToken(TimePoint now, const std::string& token) const
{
    return Latest(now, Lookup(m_byToken, token));
}

bool
BindingTable::Remove(const std::string& aor, const std::string& key)
{
    const auto found = m_byKey.find({aor, key});
    if (found == m_byKey.end())
    {
        return false;
    }
    Take(found->second);
    return true;
}

void
BindingTable::RemoveAll(const std::string& aor)
{
    if (const Ids* ids = Lookup(m_byAor, aor))
    {
        TakeAll(*ids);
    }
}

std::vector<Binding>
BindingTable::Expire(TimePoint now)
{
    std::vector<Binding> expired;
    for (const Id id : m_expiry.Due(now))
    {
        expired.push_back(Take(id));
    }
    return expired;
}

std::vector<Binding>
BindingTable::RemoveFlow(const SipFlow& flow)
{
    const Ids* ids = Lookup(m_byFlow, flow);
    return ids == nullptr ? std::vector<Binding>() : TakeAll(*ids);
}

std::optional<TimePoint>
BindingTable::NextTimeout() const
{
    return m_expiry.Next();
}

Binding
BindingTable::Take(Id id)
{
    const auto found = m_bindings.find(id);
    Binding binding = std::move(found->second);
    m_bindings.erase(found);
    m_byKey.erase({binding.aor, binding.key});
    Drop(m_byAor, binding.aor, id);
    Drop(m_byContact, binding.contact, id);
    Drop(m_byFlow, binding.flow, id);
    Drop(m_byToken, binding.token, id);
    m_expiry.Set(id, std::nullopt);
    return binding;
}

std::vector<Binding>
BindingTable::TakeAll(const Ids& ids)
{
    std::vector<Binding> taken;
    for (const Id id : Ids(ids)) // a copy: what is taken leaves the index
    {
        taken.push_back(Take(id));
    }
    return taken;
}

} // namespace imsfw::sip
