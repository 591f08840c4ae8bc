#include "models/waiting_cycle.h"

#include <algorithm>
#include <vector>

#include "models/mobility.h"
#include "models/world.h"

namespace sojourn {
namespace {

/// One link of the chain: an activity, what it waits for, and who has that.
struct Wait {
  std::uint32_t activity = nowhere;
  std::string waits_for;
  std::uint32_t holder = nowhere;
  bool is_own = false;  ///< The holder does something for the waiting one: a callee, a branch.
};

class Walk {
 public:
  Walk(World const& world, Mobility const& mobility) : world_(world), mobility_(mobility) {}

  /// The circle; without one the whole way to its end.
  [[nodiscard]] std::vector<Wait> circle_from(std::uint32_t activity) const {
    std::vector<Wait> way;
    while (activity != nowhere) {
      auto const again = std::find_if(way.begin(), way.end(),
                                      [&](Wait const& link) { return link.activity == activity; });
      if (again != way.end()) return {again, way.end()};
      way.push_back(link_of(activity));
      activity = way.back().holder;
    }
    return way;
  }

  [[nodiscard]] std::string name(std::uint32_t activity) const {
    Activity const& one = world_.activities[activity];
    std::string const operation =
        service(one) + "." + world_.program->operations[world_.operation_of(one)].name;
    if (one.reply_kind == ReplyTo::join) return "a branch of " + operation;
    return one.uses_slot ? operation : "the background of " + operation;
  }

  /// What it keeps while it waits; empty if nothing.
  [[nodiscard]] std::string holdings(std::uint32_t index) const {
    Activity const& activity = world_.activities[index];
    std::string text;
    if (activity.holds_slot) text = "a slot of " + service(activity);
    for (std::uint32_t frame = world_.activities.frame_of(activity); frame != nowhere;
         frame = world_.frames[frame].below) {
      std::uint32_t const pool = world_.frames[frame].pool;
      if (pool != nowhere) text += (text.empty() ? "" : " and ") + pool_name(activity, pool);
    }
    return text;
  }

 private:
  [[nodiscard]] Wait link_of(std::uint32_t index) const {
    Activity const& activity = world_.activities[index];
    switch (activity.state) {
      case ActivityState::held_back:
        return {index, "a place within the limit of " + service(activity), some_inside(activity)};
      case ActivityState::entering:
        return {index, "room in the queue of " + service(activity), some_with_slot(activity)};
      case ActivityState::pool_waiting: {
        std::uint32_t const pool = world_.program->steps[activity.step - 1].target;
        return {index, pool_name(activity, pool), some_with_pool(activity, pool)};
      }
      case ActivityState::calling:
        return link_of_call(index, world_.calls[activity.awaits]);
      case ActivityState::asking:
        return {index, "a reply of " + name(activity.awaits), activity.awaits, true};
      case ActivityState::joining:
        return {index, "a branch of its own", some_branch(activity), true};
      case ActivityState::forwarding:
        return {index, "room for what it forwards to " + name(activity.awaits), activity.awaits,
                true};
      case ActivityState::fetch_waiting: {
        std::uint32_t const fetcher = world_.fetches[activity.awaits].fetcher;
        return {index, "what " + name(fetcher) + " gets for its cache", fetcher};
      }
      case ActivityState::publishing: {
        std::uint32_t const channel = world_.publications[activity.awaits].channel;
        std::uint32_t const broker = world_.program->channels[channel].broker;
        bool const is_alarmed = world_.channels.is_alarmed(world_, channel);
        std::uint32_t const consumer = some_consumer([&](std::uint32_t other) {
          return is_alarmed ? world_.program->channels[other].broker == broker : other == channel;
        });
        std::string const text = is_alarmed ? "the end of the alarm of " + broker_of(channel)
                                            : "room in " + world_.program->channels[channel].name;
        return {index, consumer == nowhere ? text + ", which nobody empties" : text, consumer};
      }
      default:
        return {index, "a slot of " + service(activity), some_with_slot(activity)};
    }
  }

  [[nodiscard]] Wait link_of_call(std::uint32_t index, Call const& call) const {
    if (!call.waits_outside) {
      std::uint32_t const callee = attempt_of(call);
      return {index, "a reply of " + name(callee), callee, true};
    }
    std::uint32_t holder = nowhere;
    std::uint32_t const guard = CallGuards::guard_of(world_, call);
    world_.calls.for_each([&](Id, Call const& other) {
      bool const has_place = other.in_bulkhead && CallGuards::guard_of(world_, other) == guard;
      if (has_place && holder == nowhere) holder = attempt_of(other);
    });
    return {index, "a place within the limit of " + world_.site_of(call).name, holder};
  }

  /// Of several copies one that is under way. Precondition: the call is stuck.
  [[nodiscard]] std::uint32_t attempt_of(Call const& call) const {
    if (!world_.site_of(call).hedge) return call.callee.index;
    return world_.hedges[call.callee.index].copies.front().attempt.index;
  }

  [[nodiscard]] std::string const& service(Activity const& activity) const {
    return world_.replicas[activity.replica].plan->spec.name;
  }
  [[nodiscard]] std::string pool_name(Activity const& activity, std::uint32_t pool) const {
    auto const& pools = world_.replicas[activity.replica].plan->spec.pools;
    return "one of '" + pools[pool].name + "' of " + service(activity);
  }

  /// The first stuck activity of which that is true.
  template <class Test>
  [[nodiscard]] std::uint32_t first(Test&& test) const {
    std::uint32_t found = nowhere;
    world_.activities.for_each([&](Id id, Activity const& other) {
      if (found == nowhere && !mobility_.can_move(id.index) && test(id, other)) found = id.index;
    });
    return found;
  }
  [[nodiscard]] std::uint32_t some_with_slot(Activity const& waiting) const {
    return first([&](Id, Activity const& other) {
      return other.holds_slot && other.replica == waiting.replica;
    });
  }
  [[nodiscard]] std::uint32_t some_inside(Activity const& waiting) const {
    return first([&](Id, Activity const& other) {
      return other.uses_slot && other.replica == waiting.replica &&
             other.state != ActivityState::held_back;
    });
  }
  [[nodiscard]] std::uint32_t some_with_pool(Activity const& waiting, std::uint32_t pool) const {
    return first([&](Id, Activity const& other) {
      if (other.replica != waiting.replica) return false;
      for (std::uint32_t frame = world_.activities.frame_of(other); frame != nowhere;
           frame = world_.frames[frame].below) {
        if (world_.frames[frame].pool == pool) return true;
      }
      return false;
    });
  }
  [[nodiscard]] std::uint32_t some_branch(Activity const& parent) const {
    return first([&](Id, Activity const& other) {
      return other.reply_kind == ReplyTo::join && other.reply.index == parent.awaits;
    });
  }
  [[nodiscard]] std::string broker_of(std::uint32_t channel) const {
    std::string const& name = world_.program->channels[channel].name;
    return name.substr(0, name.find('.'));
  }
  /// Of channels of which that is true.
  template <class Test>
  [[nodiscard]] std::uint32_t some_consumer(Test&& test) const {
    std::uint32_t found = nowhere;
    world_.deliveries.for_each([&](Id, Delivery const& delivery) {
      bool const takes = test(Channels::channel_of(world_, delivery));
      if (takes && found == nowhere) found = delivery.activity.index;
    });
    return found;
  }

  World const& world_;
  Mobility const& mobility_;
};

}  // namespace

std::string waiting_cycle(World const& world, Mobility const& mobility, std::uint32_t stuck) {
  Walk const walk(world, mobility);
  std::vector<Wait> links = walk.circle_from(stuck);
  // Whoever holds what another waits for comes first.
  for (std::size_t i = 0; i < links.size() && links.back().is_own; ++i) {
    std::rotate(links.begin(), links.begin() + 1, links.end());
  }
  std::string text;
  for (std::size_t i = 0; i < links.size(); ++i) {
    bool const continues = i > 0 && links[i - 1].is_own;
    text += continues ? ", which" : (i > 0 ? "; " : "") + walk.name(links[i].activity);
    std::string const holdings = walk.holdings(links[i].activity);
    if (!holdings.empty()) text += " holds " + holdings + " and";
    text += " waits for " + links[i].waits_for;
  }
  return text;
}

}  // namespace sojourn
