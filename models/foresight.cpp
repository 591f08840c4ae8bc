/// World: what will be needed soon.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/event_ladder.h"
#include "sim/prefetch.h"

namespace sojourn {
namespace {

/// Each step from record to record waits for memory where these are many: from an event to its
/// activity, from there to its replica, its service's measures, its caller or whom it calls. For
/// events one by one that is a wait for each step of each; for many events together, one wait for
/// each step of all. Source: Chen, Ailamaki, Gibbons and Mowry, "Improving hash join performance
/// through prefetching", ACM TODS 32 (2007): group prefetching.
class Foresight {
 public:
  explicit Foresight(World const& world) : world_(world), program_(*world.program) {}

  void add(DueEvent const& due) {
    if (size_ < most) begin(trails_[size_++], due);
  }

  void follow() {
    for (int step = 0; step < most_steps; ++step) {
      for (std::size_t i = 0; i < size_; ++i) go_on(trails_[i]);
    }
  }

 private:
  static constexpr std::size_t most = EventLadder::most_at_once;
  /// From the end of work by way of a choice to the replica that is called, or up three direct
  /// calls.
  static constexpr int most_steps = 7;

  /// What has been fetched last.
  enum class Reached : std::uint8_t {
    end,
    activity,  ///< `at`
    records,   ///< What the activity `at` refers to.
    call,      ///< `at`
    choice,    ///< That the step `at` makes, but not its branches.
    step,      ///< `at`
    site,      ///< Of a call: `at`.
    service,   ///< That the site `at` calls.
    turn       ///< Who is next there.
  };

  /// From an event to what it will need.
  struct Trail {
    Reached reached = Reached::end;
    std::uint32_t at = nowhere;
    Time due;
  };

  void begin(Trail& trail, DueEvent const& due) const {
    trail.due = due.time;
    switch (static_cast<EventKind>(due.event.kind)) {
      case EventKind::work_done:
      case EventKind::wait_done:
        return fetch_activity(trail, Id::from_token(due.event.token).index);
      case EventKind::arrival:
      case EventKind::think_done:
        return fetch_site(trail, site_of_coming(due.event.target));
      default:
        return end(trail);
    }
  }

  void go_on(Trail& trail) const {
    switch (trail.reached) {
      case Reached::end:
        return;
      case Reached::activity:
        return fetch_records(trail);
      case Reached::records:
        return fetch_service_of(trail);
      case Reached::call:
        return fetch_caller(trail);
      case Reached::choice:
        return fetch_branch(trail);
      case Reached::step:
        return look_at_step(trail, trail.at);
      case Reached::site:
        return fetch_service(trail);
      case Reached::service:
        return fetch_turn(trail);
      case Reached::turn:
        return fetch_replica(trail);
    }
  }

  void fetch_activity(Trail& trail, std::uint32_t place) const {
    world_.activities.prefetch(place);
    reach(trail, Reached::activity, place);
  }

  void fetch_records(Trail& trail) const {
    Activity const& activity = world_.activities[trail.at];
    world_.replicas.prefetch(activity.replica);
    prefetch(&world_.measures.operations[activity.operation], sizeof(OperationMeasures));
    fetch_step(activity.step);
    trail.reached = Reached::records;
  }

  void fetch_service_of(Trail& trail) const {
    Activity const& activity = world_.activities[trail.at];
    prefetch(&world_.measures.services[world_.replicas[activity.replica].service],
             ServiceMeasures::bytes_of_a_request);
    std::uint32_t const step = behind_jumps(activity.step);
    if (program_.steps[step].kind != StepKind::end) return look_at_step(trail, step);
    if (trail.due >= activity.arrived)
      world_.measures.operations[activity.operation].latency.prefetch(trail.due - activity.arrived);
    fetch_reply(trail, activity);
  }

  void fetch_reply(Trail& trail, Activity const& activity) const {
    if (activity.reply_kind == ReplyTo::caller) return fetch_activity(trail, activity.reply.index);
    if (activity.reply_kind != ReplyTo::call) return end(trail);
    world_.calls.prefetch(activity.reply.index);
    reach(trail, Reached::call, activity.reply.index);
  }

  void fetch_caller(Trail& trail) const {
    Call const& call = world_.calls[trail.at];
    call.workload == nowhere ? fetch_activity(trail, call.caller.index) : end(trail);
  }

  void look_at_step(Trail& trail, std::uint32_t place) const {
    PlannedStep const& step = program_.steps[place];
    switch (step.kind) {
      case StepKind::work:
      case StepKind::wait:
        fetch_draw(step);
        return end(trail);
      case StepKind::call:
        return fetch_site(trail, step.target);
      case StepKind::choose:
        fetch_draw(step);
        prefetch(&program_.chooses[step.target], sizeof(ChoosePlan));
        return reach(trail, Reached::choice, place);
      default:
        return end(trail);
    }
  }

  void fetch_branch(Trail& trail) const {
    PlannedStep const& step = program_.steps[trail.at];
    double const draw = world_.streams[step.stream].coming_uniform();
    std::uint32_t const first = program_.chooses[step.target].step_of(draw, trail.at + 1);
    fetch_step(first);
    reach(trail, Reached::step, first);
  }

  void fetch_site(Trail& trail, std::uint32_t site) const {
    prefetch(&program_.call_sites[site], 1);
    reach(trail, Reached::site, site);
  }

  void fetch_service(Trail& trail) const {
    CallSite const& site = program_.call_sites[trail.at];
    prefetch(&program_.operations[site.operation], sizeof(OperationPlan));
    prefetch(&world_.replicas.service(site.service), sizeof(ServiceState));
    prefetch(&world_.measures.services[site.service], ServiceMeasures::bytes_of_a_request);
    fetch_step(site.first_step);
    trail.reached = Reached::service;
  }

  void fetch_turn(Trail& trail) const {
    CallSite const& site = program_.call_sites[trail.at];
    world_.measures.services[site.service].wait.prefetch(Duration::zero());
    fetch_draw(program_.steps[site.first_step]);
    std::uint32_t const* const coming = world_.replicas.service(site.service).coming();
    if (!coming) return end(trail);
    prefetch(coming, sizeof(*coming));
    trail.reached = Reached::turn;
  }

  void fetch_replica(Trail& trail) const {
    std::uint32_t const service = program_.call_sites[trail.at].service;
    world_.replicas.prefetch(*world_.replicas.service(service).coming());
    end(trail);
  }

  [[nodiscard]] std::uint32_t site_of_coming(std::uint32_t workload) const {
    WorkloadPlan const& plan = program_.workloads[workload];
    return plan.site_of(world_.streams[plan.mix_stream].coming_uniform());
  }

  /// And what lies behind it, which it mostly goes on to.
  void fetch_step(std::uint32_t place) const {
    prefetch(&program_.steps[place], 2 * sizeof(PlannedStep));
  }

  void fetch_draw(PlannedStep const& step) const {
    if (step.stream != nowhere) prefetch(&world_.streams[step.stream], sizeof(StreamAhead));
    if (step.distribution) prefetch(&*step.distribution, 1);
  }

  static void reach(Trail& trail, Reached reached, std::uint32_t at) {
    trail.reached = reached;
    trail.at = at;
  }
  static void end(Trail& trail) { trail.reached = Reached::end; }

  [[nodiscard]] std::uint32_t behind_jumps(std::uint32_t step) const {
    while (program_.steps[step].kind == StepKind::jump) step = program_.steps[step].target;
    return step;
  }

  World const& world_;
  Program const& program_;
  std::array<Trail, most> trails_;
  std::size_t size_ = 0;
};

bool is_about_activity(Event const& event) {
  auto const kind = static_cast<EventKind>(event.kind);
  return kind == EventKind::work_done || kind == EventKind::wait_done;
}

/// Those that will go on, and those that wait for them.
void fetch_activities(World const& world, std::span<DueEvent const> events) {
  auto const for_each = [&](auto const& act) {
    for (DueEvent const& due : events) {
      if (is_about_activity(due.event)) act(Id::from_token(due.event.token).index);
    }
  };
  for_each([&](std::uint32_t place) { world.activities.prefetch(place); });
  for_each([&](std::uint32_t place) {
    Activity const& activity = world.activities[place];
    if (activity.reply_kind == ReplyTo::call) world.calls.prefetch(activity.reply.index);
    if (activity.reply_kind == ReplyTo::caller) world.activities.prefetch(activity.reply.index);
  });
  for_each([&](std::uint32_t place) {
    Activity const& activity = world.activities[place];
    if (activity.reply_kind != ReplyTo::call) return;
    Call const& call = world.calls[activity.reply.index];
    if (call.workload == nowhere) world.activities.prefetch(call.caller.index);
  });
}

/// Fewer stay in the cache by themselves, with their services.
constexpr std::size_t fewest_replicas = 256;

}  // namespace

void World::foresee(std::span<DueEvent const> events) const {
  if (program->replica_service.size() < fewest_replicas) return fetch_activities(*this, events);
  Foresight foresight(*this);
  for (DueEvent const& event : events) foresight.add(event);
  foresight.follow();
}

}  // namespace sojourn
