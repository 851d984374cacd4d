// SPDX-License-Identifier: GPL-2.0-only
#include "speaking-order.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

namespace imsfw::bench
{

namespace
{

constexpr std::size_t PACKETS = std::size_t{1} << 20;
constexpr double TRAIN = 8; ///< packets in a train, on average
constexpr std::size_t TRAINS = 4;

using Generator = std::mt19937_64;

/// Draws flows by Zipf's law with exponent 1.
class ZipfFlows
{
  public:
    ZipfFlows(std::size_t flows, Generator& random) : m_sums(flows), m_flows(flows)
    {
        double sum = 0;
        for (std::size_t rank = 0; rank < flows; ++rank)
        {
            sum += 1 / static_cast<double>(rank + 1);
            m_sums[rank] = sum;
        }
        std::iota(m_flows.begin(), m_flows.end(), 0U);
        std::shuffle(
            m_flows.begin(), m_flows.end(), random); // neighbours in rank are none in memory
    }

    uint32_t
    Draw(Generator& random) const
    {
        const double at = std::uniform_real_distribution<>(0, m_sums.back())(random);
        const auto rank = std::upper_bound(m_sums.begin(), m_sums.end() - 1, at) - m_sums.begin();
        return m_flows[static_cast<std::size_t>(rank)];
    }

  private:
    std::vector<double> m_sums;    ///< of the activity of the ranks so far
    std::vector<uint32_t> m_flows; ///< by rank
};

std::vector<uint32_t>
Trains(std::size_t flows, Generator& random)
{
    const ZipfFlows zipf(flows, random);
    std::array<uint32_t, TRAINS> underWay{};
    std::generate(underWay.begin(), underWay.end(), [&] { return zipf.Draw(random); });
    std::bernoulli_distribution ends(1 / TRAIN);
    std::vector<uint32_t> order(PACKETS);
    for (uint32_t& flow : order)
    {
        uint32_t& train = underWay[random() % TRAINS];
        flow = train;
        if (ends(random))
        {
            train = zipf.Draw(random);
        }
    }
    return order;
}

} // namespace

Order
ParseOrder(const std::string& name)
{
    return name == "local" ? Order::LOCAL : Order::UNIFORM;
}

std::vector<uint32_t>
MakeSpeakingOrder(Order order, std::size_t flows)
{
    Generator random(1);
    if (order == Order::LOCAL)
    {
        return Trains(flows, random);
    }
    std::vector<uint32_t> chosen(PACKETS);
    for (uint32_t& flow : chosen)
    {
        flow = static_cast<uint32_t>(random() % flows);
    }
    return chosen;
}

} // namespace imsfw::bench
