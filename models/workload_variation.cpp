/// Workloads: arrivals whose rate varies, and users who think.
#include <algorithm>
#include <cmath>

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

void Workloads::schedule_next_of_varying(World& world, std::uint32_t index) {
  WorkloadPlan const& plan = world.program->workloads[index];
  State& state = states_[index];
  if (auto const* trace = std::get_if<TraceArrivals>(&plan.spec.arrivals)) {
    if (state.next_trace == trace->times.size()) return;
    Time const time = std::max(world.now(), Time(trace->times[state.next_trace++]));
    state.next_arrival = world.at(time, EventKind::arrival, index, 0);
    return;
  }
  RandomStream& random = world.streams[plan.arrival_stream];
  auto const* open = std::get_if<OpenArrivals>(&plan.spec.arrivals);
  state.anchor = world.now();
  state.left = open ? open->interarrival_time.sample(random) : random.exponential();
  schedule_varying(world, index);
}

void Workloads::schedule_varying(World& world, std::uint32_t index) {
  State& state = states_[index];
  state.next_arrival = {};
  if (state.surge <= 0.0) return;
  if (auto const time =
          state.profile.after(state.anchor, state.left / (state.surge * state.pace))) {
    state.next_arrival = world.at(std::max(*time, world.now()), EventKind::arrival, index, 0);
  }
}

/// Takes off what has passed of the way to the next arrival; the load is about to change.
void Workloads::use_up(World& world, std::uint32_t index) {
  State& state = states_[index];
  double const passed = state.profile.between(state.anchor, world.now());
  state.left = std::max(0.0, state.left - state.surge * state.pace * passed);
  state.anchor = world.now();
  world.cancel(state.next_arrival);
}

void Workloads::begin_bursts(World& world, std::uint32_t index) {
  WorkloadPlan const& plan = world.program->workloads[index];
  auto const& bursty = std::get<BurstyArrivals>(plan.spec.arrivals);
  double const share_of_bursts = bursty.burst.mean() / (bursty.calm.mean() + bursty.burst.mean());
  begin_phase(world, index, world.streams[plan.phase_stream].happens(share_of_bursts));
  schedule_next(world, index);
}

void Workloads::begin_phase(World& world, std::uint32_t index, bool in_burst) {
  WorkloadPlan const& plan = world.program->workloads[index];
  State& state = states_[index];
  auto const& bursty = std::get<BurstyArrivals>(plan.spec.arrivals);
  state.in_burst = in_burst;
  state.pace = in_burst ? bursty.burst_rate : bursty.calm_rate;
  Distribution const& length = in_burst ? bursty.burst : bursty.calm;
  world.after(length.sample_duration(world.streams[plan.phase_stream]), EventKind::phase_over,
              index, 0);
}

void Workloads::phase_over(World& world, std::uint32_t index) {
  use_up(world, index);
  begin_phase(world, index, !states_[index].in_burst);
  schedule_varying(world, index);
}

void Workloads::think(World& world, std::uint32_t index, std::uint32_t user) {
  WorkloadPlan const& plan = world.program->workloads[index];
  Distribution const& think = std::get<ClosedArrivals>(plan.spec.arrivals).think;
  world.after(world.streams[plan.think_stream].take(think), EventKind::think_done, index, user);
}

void Workloads::set_surge(World& world, std::uint32_t index, double surge) {
  WorkloadPlan const& plan = world.program->workloads[index];
  State& state = states_[index];
  if (auto const* closed = std::get_if<ClosedArrivals>(&plan.spec.arrivals)) {
    state.users_wanted =
        static_cast<std::uint32_t>(std::llround(static_cast<double>(closed->users) * surge));
    // Users newly there send at once, after thinking; those too many leave when they next would
    // send.
    while (state.users < state.users_wanted) think(world, index, state.users++);
    return;
  }
  if (!std::holds_alternative<TraceArrivals>(plan.spec.arrivals)) {
    use_up(world, index);
    state.surge = surge;
    schedule_varying(world, index);
  }
}

}  // namespace sojourn
