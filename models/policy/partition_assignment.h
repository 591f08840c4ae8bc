#pragma once

#include <cstdint>
#include <vector>

#include "models/scenario/brokers.h"

namespace sojourn {

/// Which member of a consumer group reads which partition. `current` tells who reads each now, or
/// `nowhere`; only `sticky` looks at it. Members are named by any numbers, and come in order.
///
///     range        neighbouring partitions to one member; the first members get one more
///     round-robin  one to each in turn
///     sticky       as few move as keeps the numbers of any two members within one
///
/// Cost: O(partitions x members). Without members nobody reads anything.
/// Source: the assignors of the same names of Apache Kafka's consumer.
std::vector<std::uint32_t> assign_partitions(Subscriber::Assignment how,
                                             std::vector<std::uint32_t> const& members,
                                             std::vector<std::uint32_t> const& current);

}  // namespace sojourn
