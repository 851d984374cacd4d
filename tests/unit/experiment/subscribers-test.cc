// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Subscribers from YAML: what is read, and what is said about what is wrong.
#include "subscribers.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include <unistd.h>

namespace imsfw::scenario
{
namespace
{

const std::string GOOD = R"(subscribers:
  - impi: alice@ims.test
    impu: sip:alice@ims.test
    identities: ["tel:+15551234"]
    password: secret
  - impi: bob@ims.test
    impu: sip:bob@ims.test
    aka:
      k: 465b5ce8b199b49faa5f0a2ee238a6bc
      op: cdc202d5123e20f62b6d676ac72cb318
      amf: b9b9
      sqn: 96
)";

std::string
Replaced(const std::string& from, const std::string& to)
{
    std::string text = GOOD;
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return text.replace(place, from.size(), to);
}

TEST(Subscribers, AreReadFromYaml)
{
    const auto users = ParseSubscribers("hss.yaml", GOOD);
    ASSERT_TRUE(users) << config::ToString(users.Error());
    ASSERT_EQ(users->size(), 2U);
    EXPECT_EQ((*users)[0].password, "secret");
    EXPECT_EQ((*users)[0].moreIdentities, std::vector<std::string>{"tel:+15551234"});
    EXPECT_FALSE((*users)[0].aka);
    ASSERT_TRUE((*users)[1].aka);
    EXPECT_EQ((*users)[1].aka->opc[0], 0xcd); // TS 35.208 test set 1
    EXPECT_EQ((*users)[1].aka->opc[15], 0xaf);
    EXPECT_EQ((*users)[1].sqn, 96U);
}

TEST(Subscribers, SayWhatIsWrongAndWhere)
{
    struct Row
    {
        std::string text;
        const char* expected; ///< part of what is said
    };

    for (const Row& row :
         {Row{"", "hss.yaml"},
          Row{"subscribers: []\n", "hss.yaml:1:"},
          Row{Replaced("password: secret", "passwrd: secret"), "hss.yaml:5:"},
          Row{Replaced("impu: sip:bob", "impu: bob"), "hss.yaml:7:"},
          Row{Replaced("bob@ims.test", "alice@ims.test"), "subscribers[1].impi"},
          Row{Replaced("      op: ", "      opc: cd63cb71954a9f4e48a5994e37a02baf\n      op: "),
              "one of opc and op"},
          Row{Replaced("k: 465b", "k: 46"), "subscribers[1].aka.k"},
          Row{Replaced("sqn: 96", "sqn: -1"), "subscribers[1].aka.sqn"}})
    {
        const auto users = ParseSubscribers("hss.yaml", row.text);
        ASSERT_FALSE(users) << row.expected;
        EXPECT_NE(config::ToString(users.Error()).find(row.expected), std::string::npos)
            << config::ToString(users.Error());
    }
    EXPECT_FALSE(LoadSubscribers("/nonexistent/hss.yaml"));
}

/// A file of its own for each test, gone afterwards.
class SubscribersFile : public ::testing::Test
{
  protected:
    void
    SetUp() override
    {
        m_path = ::testing::TempDir() + "hss-" + std::to_string(getpid()) + ".yaml";
        std::ofstream(m_path) << GOOD;
        m_experiment.sip.subscribers = m_path;
    }

    void
    TearDown() override
    {
        std::remove(m_path.c_str());
    }

    std::string m_path;
    Experiment m_experiment;
};

TEST_F(SubscribersFile, IsLongEnoughForAllWhoTakePart)
{
    struct Row
    {
        unsigned ues;
        const char* calleePolicy;
        bool calls;
        std::size_t needed;
    };

    for (const Row& row : {Row{1, "", true, 1},
                           Row{2, "", true, 2},
                           Row{1, "stateful-nat", true, 2},
                           Row{3, "stateful-nat", false, 3}})
    {
        m_experiment.ues.count = row.ues;
        m_experiment.callee.policy = row.calleePolicy;
        m_experiment.call.enabled = row.calls;
        EXPECT_EQ(SubscribersNeeded(m_experiment), row.needed);
    }
    const auto problem = SubscribersProblem(m_experiment);
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find("has 2 and the experiment needs 3"), std::string::npos) << *problem;
}

TEST_F(SubscribersFile, HasWhatTheAuthenticationNeeds)
{
    const auto problem = SubscribersProblem(m_experiment);
    ASSERT_TRUE(problem) << "bob has no password";
    EXPECT_NE(problem->find("bob@ims.test has no password"), std::string::npos) << *problem;

    m_experiment.sip.authentication = SipAuthentication::AKA;
    const auto other = SubscribersProblem(m_experiment);
    ASSERT_TRUE(other) << "alice has no keys";
    EXPECT_NE(other->find("alice@ims.test has no aka keys"), std::string::npos) << *other;
}

TEST_F(SubscribersFile, IsOfTheHomeDomainAndReadable)
{
    std::ofstream(m_path) << Replaced("impu: sip:alice@ims.test", "impu: sip:alice@elsewhere.test");
    const auto problem = SubscribersProblem(m_experiment);
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find("sip:alice@elsewhere.test"), std::string::npos) << *problem;

    m_experiment.sip.subscribers = "/nonexistent/hss.yaml";
    EXPECT_TRUE(SubscribersProblem(m_experiment));
    m_experiment.sip.subscribers.clear();
    EXPECT_FALSE(SubscribersProblem(m_experiment));
}

} // namespace
} // namespace imsfw::scenario
