// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The registrar's bindings: which contact of which user is reachable over which flow, found from every side.
///
/// RFC 3261 10.3 and RFC 5626 6: a binding belongs to an address of record and, there, to an instance with its reg-id,
/// or to a Contact where no instance is named.
#pragma once

#include "ims-sip-deadlines.h"
#include "ims-sip-transaction-layer.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::sip
{

struct Binding
{
    std::string publicIdentity; ///< the user's default URI
    std::string aor;            ///< "alice@ims.test"
    std::string contact;        ///< the Contact's URI
    std::string
        key; ///< what makes it this one among those of its aor: instance and reg-id, or the Contact
    SipFlow flow; ///< on which it registered, and on which it is called
    std::string
        token; ///< names this binding in Route headers; stays the same when the flow changes
    std::string callId;
    uint32_t number{0};     ///< CSeq
    bool isOutbound{false}; ///< RFC 5626: with instance and reg-id
    TimePoint expires{};
};

class BindingTable
{
  public:
    /// Put it in the place of one with the same aor and key, or beside the others.
    void Put(Binding binding);
    /// @return the one with that aor and key, expired or not.
    const Binding* Find(const std::string& aor, const std::string& key) const;

    /// Of those that match and have not expired, the one put last.
    const Binding* ByAor(TimePoint now, const std::string& aor) const;
    const Binding* ByContact(TimePoint now, const std::string& contact) const;
    const Binding* ByFlow(TimePoint now, const SipFlow& flow) const;
    const Binding* ByToken(TimePoint now, const std::string& token) const;

    /// @return whether there was one.
    bool Remove(const std::string& aor, const std::string& key);
    void RemoveAll(const std::string& aor);
    /// @return the bindings that have just expired, removed.
    std::vector<Binding> Expire(TimePoint now);
    /// RFC 5626 5.3.1: with the flow, its bindings go. @return them.
    std::vector<Binding> RemoveFlow(const SipFlow& flow);
    std::optional<TimePoint> NextTimeout() const;

  private:
    using Id = uint64_t; ///< rises with each Put
    using Ids = std::set<Id>;

    const Binding* Latest(TimePoint now, const Ids* ids) const;
    Binding Take(Id id);
    std::vector<Binding> TakeAll(const Ids& ids);

    Id m_next{1};
    std::map<Id, Binding> m_bindings;
    std::map<std::pair<std::string, std::string>, Id> m_byKey;
    std::map<std::string, Ids> m_byAor;
    std::map<std::string, Ids> m_byContact;
    std::map<SipFlow, Ids> m_byFlow;
    std::map<std::string, Ids> m_byToken;
    Deadlines<Id> m_expiry;
};

} // namespace imsfw::sip
