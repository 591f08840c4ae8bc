#include "models/workload.h"

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

Workloads::Workloads(Program const& program) {
  for (WorkloadPlan const& plan : program.workloads) {
    State state;
    state.profile = plan.spec.sine ? RateProfile(*plan.spec.sine) : RateProfile(plan.spec.profile);
    bool const bursty = std::holds_alternative<BurstyArrivals>(plan.spec.arrivals);
    state.varies = bursty || !state.profile.is_constant();
    for (FaultPlan const& fault : program.faults) {
      bool const surges =
          fault.kind == FaultPlan::Kind::surge && fault.targets.front() == states_.size();
      state.varies = state.varies || surges;
    }
    states_.push_back(std::move(state));
  }
}

void Workloads::begin(World& world) {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (auto const* closed =
            std::get_if<ClosedArrivals>(&world.program->workloads[i].spec.arrivals)) {
      states_[i].users = states_[i].users_wanted = static_cast<std::uint32_t>(closed->users);
      for (std::uint32_t user = 0; user < states_[i].users; ++user) think(world, i, user);
    } else if (std::holds_alternative<BurstyArrivals>(world.program->workloads[i].spec.arrivals)) {
      begin_bursts(world, i);
    } else {
      schedule_next(world, i);
    }
  }
}

void Workloads::schedule_next(World& world, std::uint32_t index) {
  WorkloadPlan const& plan = world.program->workloads[index];
  auto const* open = std::get_if<OpenArrivals>(&plan.spec.arrivals);
  if (!open || states_[index].varies) return schedule_next_of_varying(world, index);
  Duration const delay = world.streams[plan.arrival_stream].take(open->interarrival_time);
  world.after(delay, EventKind::arrival, index, 0);
}

void Workloads::arrive(auto& world, std::uint32_t index) {
  WorkloadPlan const& plan = world.program->workloads[index];
  auto const* const open = std::get_if<OpenArrivals>(&plan.spec.arrivals);
  if (open && open->batch) return arrive_together(world, index, *open->batch);
  schedule_next(world, index);
  send(world, index, nowhere);
}

void Workloads::arrive_together(auto& world, std::uint32_t index, Distribution const& batch) {
  WorkloadPlan const& plan = world.program->workloads[index];
  std::int64_t const count = batch.sample_count(world.streams[plan.batch_stream]);
  schedule_next(world, index);
  for (std::int64_t i = 0; i < count; ++i) send(world, index, nowhere);
}

void Workloads::think_done(auto& world, std::uint32_t index, std::uint32_t user) {
  State& state = states_[index];
  if (state.users > state.users_wanted) {
    --state.users;
    return;
  }
  send(world, index, user);
}

void Workloads::send(auto& world, std::uint32_t index, std::uint32_t user) {
  WorkloadPlan const& plan = world.program->workloads[index];
  WorkloadMeasures& measures = world.measures.workloads[index];
  ++measures.sent;
  if (is_counted(world.now())) ++measures.cohort;
  measures.in_flight.add(world.now(), 1);
  if (world.watches_faults()) world.change_backlog(1.0);
  bool const is_mix = plan.only_site == nowhere;
  std::uint32_t const site =
      is_mix ? plan.sites.of(world.streams[plan.mix_stream].take_uniform()) : plan.only_site;
  world.calls_in_progress.begin_from_client(world, user, site);
}

void Workloads::request_ended(auto& world, std::uint32_t index, std::uint32_t user, Time sent,
                              Outcome outcome) {
  WorkloadMeasures& measures = world.measures.workloads[index];
  Duration const latency = world.now() - sent;
  bool const counted = is_counted(sent);
  bool const succeeded = outcome == Outcome::success;
  ++measures.ended;
  measures.in_flight.add(world.now(), -1);
  if (succeeded) {
    ++measures.succeeded;
    if (counted) ++measures.cohort_succeeded;
    if (is_counted(world.now())) measures.latency.record(latency, counted);
  } else if (counted) {
    ++measures.cohort_failed[cause_index(outcome)];
    measures.failure_latency.record(latency);
  }
  if (world.watches_faults()) {
    Faults::request_ended(world, sent, latency, succeeded);
    world.change_backlog(-1.0);
  }
  if (user != nowhere) think(world, index, user);
}

}  // namespace sojourn
