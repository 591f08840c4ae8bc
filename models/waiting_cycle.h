#pragma once

#include <cstdint>
#include <string>

namespace sojourn {

class Mobility;
struct World;

/// Says in words who waits for whom: the circle, or the end, that the waiting of a stuck activity
/// leads to.
std::string waiting_cycle(World const& world, Mobility const& mobility, std::uint32_t stuck);

}  // namespace sojourn
