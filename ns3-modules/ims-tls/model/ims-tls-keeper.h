// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Keeps objects that nobody else holds any more but that still have work to do (a closed socket with bytes to flush),
/// until they are done or the simulation is destroyed.
#ifndef IMS_TLS_KEEPER_H
#define IMS_TLS_KEEPER_H

#include "ns3/ptr.h"
#include "ns3/simulation-singleton.h"

#include <map>
#include <utility>

namespace ns3
{
namespace imstls
{

/// @tparam T reference-counted, as Ptr wants it
template <typename T>
class Keeper
{
  public:
    static void
    Hold(T* object)
    {
        Objects()[object] = Ptr<T>(object);
    }

    /// May destroy @p object: the caller holds it, or touches it no more.
    static void
    Release(T* object)
    {
        const auto found = Objects().find(object);
        if (found != Objects().end())
        {
            const Ptr<T> last = found->second; // erase first: a destructor may come back here
            Objects().erase(found);
        }
    }

    ~Keeper()
    {
        // Objects that are disposed of come back here to release themselves: not into a map that is half gone.
        const auto last = std::exchange(m_objects, {});
    }

  private:
    static std::map<T*, Ptr<T>>&
    Objects()
    {
        return SimulationSingleton<Keeper>::Get()->m_objects;
    }

    friend class SimulationSingleton<Keeper>;
    std::map<T*, Ptr<T>> m_objects;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_KEEPER_H
