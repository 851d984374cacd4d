// SPDX-License-Identifier: GPL-2.0-only
#include "subscribers.h"

#include "identities.h"
#include "ims-sip-elements.h"

#include <set>

namespace imsfw::scenario
{

namespace
{

using config::Diagnostics;
using config::Document;
using sip::AkaKeys;
using sip::SipUser;

const std::string SCHEMA = R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["subscribers"],
  "properties": {
    "subscribers": {
      "type": "array",
      "minItems": 1,
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["impi", "impu"],
        "properties": {
          "impi": {"type": "string", "minLength": 1},
          "impu": {"type": "string", "minLength": 1},
          "identities": {"type": "array", "items": {"type": "string"}},
          "password": {"type": "string"},
          "aka": {
            "type": "object",
            "additionalProperties": false,
            "required": ["k"],
            "properties": {
              "k": {"type": "string", "pattern": "^[0-9a-fA-F]{32}$"},
              "opc": {"type": "string", "pattern": "^[0-9a-fA-F]{32}$"},
              "op": {"type": "string", "pattern": "^[0-9a-fA-F]{32}$"},
              "amf": {"type": "string", "pattern": "^[0-9a-fA-F]{4}$"},
              "sqn": {"type": "integer", "minimum": 0, "maximum": 281474976710655}
            }
          }
        }
      }
    }
  }
})";

/// Takes a document apart that the schema has accepted; what the schema cannot say is checked here.
class Reader
{
  public:
    explicit Reader(const Document& document) : m_document(document)
    {
    }

    SubscribersResult
    Read()
    {
        std::vector<SipUser> users;
        const YAML::Node list = m_document.root["subscribers"];
        for (std::size_t i = 0; i < list.size(); ++i)
        {
            users.push_back(ReadUser(list[i], "subscribers[" + std::to_string(i) + "]"));
        }
        if (!m_diagnostics.empty())
        {
            return Failure{m_diagnostics};
        }
        return users;
    }

  private:
    SipUser
    ReadUser(const YAML::Node& node, const std::string& field)
    {
        SipUser user;
        user.privateIdentity = node["impi"].as<std::string>();
        if (!m_seen.insert(user.privateIdentity).second)
        {
            Complain(node["impi"], field + ".impi", "another subscriber has that private identity");
        }
        user.publicIdentity = ReadIdentity(node["impu"], field + ".impu");
        const YAML::Node more = node["identities"];
        for (std::size_t i = 0; more && i < more.size(); ++i)
        {
            const std::string place = field + ".identities[" + std::to_string(i) + "]";
            user.moreIdentities.push_back(ReadIdentity(more[i], place));
        }
        user.password = node["password"].as<std::string>("");
        if (const YAML::Node aka = node["aka"])
        {
            user.aka = ReadKeys(aka, field + ".aka");
            user.sqn = aka["sqn"].as<uint64_t>(0);
        }
        return user;
    }

    std::string
    ReadIdentity(const YAML::Node& node, const std::string& field)
    {
        auto text = node.as<std::string>();
        if (!sip::SipUri::Parse(text))
        {
            Complain(node, field, "\"" + text + "\" is no SIP or tel URI");
        }
        return text;
    }

    std::optional<AkaKeys>
    ReadKeys(const YAML::Node& node, const std::string& field)
    {
        const bool hasOpc = node["opc"].IsDefined();
        if (hasOpc == node["op"].IsDefined())
        {
            Complain(node, field, "one of opc and op is wanted");
            return std::nullopt;
        }
        const auto k = node["k"].as<std::string>();
        const auto amf = node["amf"].as<std::string>("0000");
        return hasOpc ? AkaKeys::FromHex(k, node["opc"].as<std::string>(), amf)
                      : AkaKeys::FromHexOp(k, node["op"].as<std::string>(), amf);
    }

    void
    Complain(const YAML::Node& node, const std::string& field, const std::string& message)
    {
        m_diagnostics.push_back(m_document.At(node, field, message));
    }

    const Document& m_document;
    Diagnostics m_diagnostics;
    std::set<std::string> m_seen;
};

SubscribersResult
Read(const Result<Document, Diagnostics>& document)
{
    if (!document)
    {
        return Failure{document.Error()};
    }
    return Reader(*document).Read();
}

std::optional<std::string>
ProblemWith(const SipUser& user, SipAuthentication authentication)
{
    const auto uri = sip::SipUri::Parse(user.publicIdentity);
    if (!uri || uri->host != identities::REALM)
    {
        return "has the impu " + user.publicIdentity +
               ", which is no SIP URI of the home domain, " + identities::REALM;
    }
    if (authentication == SipAuthentication::AKA && !user.aka)
    {
        return "has no aka keys, and sip.authentication is aka";
    }
    if (authentication == SipAuthentication::DIGEST && user.password.empty())
    {
        return "has no password, and sip.authentication is digest";
    }
    return std::nullopt;
}

} // namespace

SubscribersResult
LoadSubscribers(const std::string& path)
{
    return Read(config::LoadFile(path, SCHEMA));
}

SubscribersResult
ParseSubscribers(const std::string& name, const std::string& text)
{
    return Read(config::LoadText(name, text, SCHEMA));
}

std::size_t
SubscribersNeeded(const Experiment& e)
{
    const bool isCalleeOne = e.call.enabled && !e.callee.policy.empty();
    return e.ues.count * (isCalleeOne ? 2 : 1);
}

std::optional<std::string>
SubscribersProblem(const Experiment& e)
{
    if (e.sip.subscribers.empty())
    {
        return std::nullopt;
    }
    const auto users = LoadSubscribers(e.sip.subscribers);
    if (!users)
    {
        return config::ToString(users.Error());
    }
    const std::size_t needed = SubscribersNeeded(e);
    if (users->size() < needed)
    {
        return "the file has " + std::to_string(users->size()) + " and the experiment needs " +
               std::to_string(needed) + ": one for each UE and for each callee behind a firewall";
    }
    for (const auto& user : *users)
    {
        if (auto problem = ProblemWith(user, e.sip.authentication))
        {
            return user.privateIdentity + " " + *problem;
        }
    }
    return std::nullopt;
}

} // namespace imsfw::scenario
