/// World: what will be needed soon.
#include <array>
#include <span>

#include "models/world.h"
#include "sim/prefetch.h"

namespace sojourn {
namespace {

/// Where many requests are in flight, each step from record to record waits for memory: from the
/// event to its activity, from there to its call, to the caller. For events one by one that is a
/// wait for each step of each; for many events together, one wait for each step of all. Source:
/// Chen, Ailamaki, Gibbons and Mowry, "Improving hash join performance through prefetching", ACM
/// TODS 32 (2007): group prefetching.
class Foresight {
 public:
  explicit Foresight(World const& world) : world_(world) {}

  void add(Event const& event) {
    auto const kind = static_cast<EventKind>(event.kind);
    bool const is_about_activity = kind == EventKind::work_done || kind == EventKind::wait_done;
    if (!is_about_activity || size_ == most) return;
    activities_[size_] = Id::from_token(event.token).index;
    world_.activities.prefetch(activities_[size_]);
    ++size_;
  }

  void follow() {
    for (std::size_t i = 0; i < size_; ++i) look_at(world_.activities[activities_[i]]);
    for (std::size_t i = 0; i < size_; ++i) {
      Activity const& activity = world_.activities[activities_[i]];
      Call const* const call = call_of(activity);
      if (call && call->workload == nowhere) world_.activities.prefetch(call->caller.index);
      prefetch(&world_.measures.services[world_.replicas[activity.replica].service],
               ServiceMeasures::bytes_of_a_request);
    }
  }

 private:
  static constexpr std::size_t most = EventLadder::most_at_once;

  void look_at(Activity const& activity) const {
    world_.replicas.prefetch(activity.replica);
    prefetch(&world_.measures.operations[activity.operation], sizeof(OperationMeasures));
    prefetch(&world_.program->steps[activity.step], sizeof(PlannedStep));
    if (activity.reply_kind == ReplyTo::call) world_.calls.prefetch(activity.reply.index);
    if (activity.reply_kind == ReplyTo::caller) world_.activities.prefetch(activity.reply.index);
  }

  [[nodiscard]] Call const* call_of(Activity const& activity) const {
    return activity.reply_kind == ReplyTo::call ? world_.calls.find(activity.reply) : nullptr;
  }

  World const& world_;
  std::array<std::uint32_t, most> activities_{};
  std::size_t size_ = 0;
};

}  // namespace

void World::foresee(std::span<Event const> events) const {
  Foresight foresight(*this);
  for (Event const& event : events) foresight.add(event);
  foresight.follow();
}

}  // namespace sojourn
