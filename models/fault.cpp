#include "models/fault.h"

#include <algorithm>

#include "models/event_kind.h"
#include "models/messages_there.h"
#include "models/world.h"

namespace sojourn {
namespace {

/// More occurrences than this are not told apart in the results; they strike all the same.
constexpr std::size_t most_occurrences = 1000;

}  // namespace

void Faults::begin(World& world) {
  for (std::uint32_t i = 0; i < active_.size(); ++i) schedule_next(world, i);
}

void Faults::schedule_next(World& world, std::uint32_t fault) {
  FaultPlan const& plan = world.program->faults[fault];
  if (plan.at) {
    world.at(Time(*plan.at), EventKind::fault_begin, fault, 0);
  } else if (plan.every) {
    Duration const until = plan.every->sample_duration(world.streams[plan.every_stream]);
    world.after(until, EventKind::fault_begin, fault, 0);
  }
}

void Faults::strike(World& world, std::uint32_t fault) {
  FaultPlan const& plan = world.program->faults[fault];
  active_[fault] = true;
  Time end = Time::max();
  if (plan.length) {
    Duration const length = plan.length->sample_duration(world.streams[plan.length_stream]);
    world.after(length, EventKind::fault_end, fault, 0);
    end = world.now() + length;
  }
  auto& occurrences = world.measures.faults[plan.reported_as];
  if (world.now() >= Time{} && occurrences.size() < most_occurrences) {
    Time const latest = occurrences.empty() ? end : std::max(end, occurrences.back().latest_end);
    occurrences.push_back({world.now(), end, latest});
  }
  if (world.now() >= Time{})
    count_messages(world, world.measures.fault_messages[plan.reported_as], end);
  apply(world, fault, true);
}

void Faults::lift(World& world, std::uint32_t fault) {
  active_[fault] = false;
  apply(world, fault, false);
  if (!world.program->faults[fault].at) schedule_next(world, fault);
}

void Faults::apply(World& world, std::uint32_t fault, bool begins) {
  FaultPlan const& plan = world.program->faults[fault];
  for (std::uint32_t const broker : plan.brokers) {
    begins ? world.channels.crash(world, broker) : world.channels.end_crash(world, broker);
  }
  for (std::uint32_t const target : plan.targets) {
    switch (plan.kind) {
      case FaultPlan::Kind::crash:
        begins ? world.replicas.crash(world, target, plan.silent)
               : world.replicas.end_crash(world, target, plan.silent);
        break;
      case FaultPlan::Kind::pause:
        begins ? world.replicas.pause(world, target) : world.replicas.end_pause(world, target);
        break;
      case FaultPlan::Kind::slow:
        world.replicas.set_slowness(world, target, slowness_of(world, target));
        break;
      case FaultPlan::Kind::errors:
        world.replicas.set_error_rate(target, share_of(world, FaultPlan::Kind::errors, target));
        break;
      case FaultPlan::Kind::partition:
        begins ? world.network.partition(target) : world.network.end_partition(target);
        begins ? world.channels.link_parted(world, target)
               : world.channels.link_healed(world, target);
        break;
      case FaultPlan::Kind::loss:
        world.network.set_loss(target, share_of(world, FaultPlan::Kind::loss, target));
        break;
      case FaultPlan::Kind::delay:
        begins ? world.network.delay(target, fault) : world.network.end_delay(target, fault);
        break;
      case FaultPlan::Kind::surge:
        world.workloads.set_surge(world, target, surge_of(world, target));
        break;
    }
  }
}

namespace {

/// Folds the amounts of the active faults of one kind that strike one target.
template <class Fold>
double fold_active(World const& world, std::vector<bool> const& active, FaultPlan::Kind kind,
                   std::uint32_t target, Fold&& fold) {
  double result = 1.0;
  for (std::size_t i = 0; i < active.size(); ++i) {
    FaultPlan const& plan = world.program->faults[i];
    bool const strikes = active[i] && plan.kind == kind &&
                         std::binary_search(plan.targets.begin(), plan.targets.end(), target);
    if (strikes) result = fold(result, plan.amount);
  }
  return result;
}

double times(double product, double factor) { return product * factor; }

}  // namespace

double Faults::slowness_of(World const& world, std::uint32_t replica) const {
  return fold_active(world, active_, FaultPlan::Kind::slow, replica, times);
}

/// Of what meets them all, one after the other.
double Faults::share_of(World const& world, FaultPlan::Kind kind, std::uint32_t target) const {
  double const spared = fold_active(world, active_, kind, target, [](double product, double rate) {
    return product * (1.0 - rate);
  });
  return 1.0 - spared;
}

double Faults::surge_of(World const& world, std::uint32_t workload) const {
  return fold_active(world, active_, FaultPlan::Kind::surge, workload, times);
}

void Faults::request_ended(World& world, Time sent, Duration latency, bool succeeded) {
  if (succeeded) {
    world.measures.timeline.succeed(world.now(), latency);
  } else {
    world.measures.timeline.fail(world.now());
  }
  for (auto& occurrences : world.measures.faults) {
    for (auto it = occurrences.rbegin(); it != occurrences.rend() && it->latest_end > sent; ++it) {
      if (it->begin > sent || it->end <= sent) continue;
      ++it->ended;
      if (!succeeded) ++it->failed;
      break;
    }
  }
}

/// A fault strikes while messages are there that were not there when it struck before.
void Faults::count_messages(World& world, FaultMessages& messages, Time end) {
  Time const before = messages.latest_end;
  messages.latest_end = std::max(before, end);
  for_each_message_there(world, [&](std::uint32_t, Waiting const& message) {
    bool const is_new = message.published >= before;
    if (is_new && messages.concerns(message.published)) ++messages.there;
  });
}

namespace {

/// Calls `visit(messages)` for each fault that concerns a message which is there now.
void for_each_fault_of(World& world, Time published, auto&& visit) {
  for (FaultMessages& messages : world.measures.fault_messages) {
    if (messages.concerns(published)) visit(messages);
  }
}

}  // namespace

void Faults::message_published(World& world) {
  for_each_fault_of(world, world.now(), [](FaultMessages& messages) { ++messages.there; });
}

void Faults::message_ended(World& world, Time published, Fate fate) {
  for_each_fault_of(world, published, [fate](FaultMessages& messages) { ++messages.fates[fate]; });
}

void Faults::message_duplicated(World& world, Time published) {
  for_each_fault_of(world, published, [](FaultMessages& messages) { ++messages.duplicates; });
}

void Faults::message_reordered(World& world, Time published) {
  for_each_fault_of(world, published, [](FaultMessages& messages) { ++messages.reordered; });
}

}  // namespace sojourn
