#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/activity.h"
#include "models/record_pool.h"

namespace sojourn {

struct Call;
struct World;

/// Who in a world can still move, now or once others have moved.
///
/// A graph: an edge says that if its origin can move, so can its target. From those who can move by
/// themselves all that can be reached can move.
class Mobility {
 public:
  explicit Mobility(World const& world);

  [[nodiscard]] bool can_move(std::uint32_t activity) const { return moves_[activity]; }

  /// Pools of all replicas are numbered through.
  [[nodiscard]] std::uint32_t pool_number(std::uint32_t replica, std::uint32_t pool) const {
    return first_pool_[replica] + pool;
  }

 private:
  using Node = std::uint32_t;

  // Nodes. Of an activity: it can move, or it can be cancelled by who waits for it.
  [[nodiscard]] Node cancelled(std::uint32_t activity) const { return activities_ + activity; }
  [[nodiscard]] Node call(std::uint32_t call) const { return first_call_ + call; }
  [[nodiscard]] Node join(std::uint32_t join) const { return first_join_ + join; }
  // Of a replica: somebody gives up a slot, a place in line, a place inside its limit.
  [[nodiscard]] Node slot(std::uint32_t replica) const { return first_replica_ + 3 * replica; }
  [[nodiscard]] Node room(std::uint32_t replica) const { return slot(replica) + 1; }
  [[nodiscard]] Node inside(std::uint32_t replica) const { return slot(replica) + 2; }
  [[nodiscard]] Node pool(std::uint32_t replica, std::uint32_t pool) const {
    return first_of_pools_ + pool_number(replica, pool);
  }
  [[nodiscard]] Node bulkhead(std::uint32_t guard) const { return first_guard_ + guard; }
  // Of a channel: it takes a message more. Of a broker: its channels hold fewer, and an alarm ends.
  [[nodiscard]] Node channel(std::uint32_t channel) const { return first_channel_ + channel; }
  [[nodiscard]] Node alarm(std::uint32_t broker) const { return first_alarm_ + broker; }

  void number_nodes(World const& world);
  void edge(Node from, Node to) { edges_.emplace_back(from, to); }
  void moves(Node node) { moves_[node] = true; }

  void add_activity(World const& world, Id id, Activity const& activity);
  void add_holdings(World const& world, std::uint32_t index, Activity const& activity);
  void add_wait(World const& world, std::uint32_t index, Activity const& activity);
  void add_publishing(World const& world, std::uint32_t index, Activity const& activity);
  void add_reply(World const& world, Id id, Activity const& activity);
  void add_reply_to_caller(World const& world, Id id, Activity const& activity);
  void add_reply_to_call(World const& world, Id id, Activity const& activity);
  void add_call(World const& world, std::uint32_t index, Call const& call);
  void add_transits(World const& world);
  bool add_attempts(World const& world, std::uint32_t index, Call const& call);
  void add_replicas(World const& world);
  void add_channels(World const& world);
  void add_faults(World const& world);
  void spread(World const& world);
  [[nodiscard]] bool can_end(World const& world, std::uint32_t join) const;

  Node activities_ = 0, first_call_ = 0, first_join_ = 0, first_replica_ = 0, first_of_pools_ = 0,
       first_guard_ = 0, first_channel_ = 0, first_alarm_ = 0, nodes_ = 0;
  std::vector<std::uint32_t> first_pool_;  ///< (replicas)
  std::vector<bool> struck_;               ///< (replicas) A crash may still end all that is there.
  std::vector<std::uint32_t> able_;        ///< (joins) Branches that can move.
  std::vector<std::pair<Node, Node>> edges_;
  std::vector<bool> moves_;  ///< (nodes)
};

}  // namespace sojourn
