/// World: what will be needed soon.
#include <cstddef>
#include <cstdint>
#include <span>

#include <boost/container/static_vector.hpp>

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
///
/// The list has looked at the activities of the events to tell what they are. From there each
/// function here has what the next one will look at fetched.
class Foresight {
 public:
  explicit Foresight(World const& world) : world_(world), program_(*world.program) {}

  void begin(std::span<DueEvent const> events) {
    for (DueEvent const& due : events) {
      switch (static_cast<EventKind>(due.event.kind)) {
        case EventKind::work_done:
        case EventKind::wait_done:
          add(going_on_, {Id::from_token(due.event.token).index, due.time});
          break;
        case EventKind::arrival:
        case EventKind::think_done:
          fetch_site(site_of_coming(due.event.target));
          break;
        default:
          break;
      }
    }
  }

  /// Down to the replicas that will be called, and up to those who will be replied to and called
  /// them.
  void follow() {
    for (int level = 0; level < most_levels && !going_on_.empty(); ++level) {
      for (GoingOn const& each : going_on_) fetch_records(each);
      for (GoingOn const& each : going_on_) fetch_next_step(each);
      going_on_.clear();
      for (GoingOn const& each : ending_) fetch_reply(each);
      ending_.clear();
      follow_down();
      for (Asking const& each : asking_) fetch_caller(each);
      asking_.clear();
    }
    follow_down();  // arrivals, where nobody goes on
  }

 private:
  static constexpr std::size_t most = EventLadder::most_at_once;
  static constexpr int most_levels = 3;  // of direct calls

  template <class Item>
  using Few = boost::container::static_vector<Item, most>;

  /// An activity that goes on then.
  struct GoingOn {
    std::uint32_t activity;
    Time then;
  };
  /// A call that is replied to then.
  struct Asking {
    std::uint32_t call;
    Time then;
  };

  void follow_down() {
    for (std::uint32_t const step : choosing_) fetch_branch(step);
    for (std::uint32_t const step : chosen_) fetch_first(step);
    for (std::uint32_t& at : calling_) at = fetch_operation(at);
    for (std::uint32_t const operation : calling_) fetch_service(operation);
    for (std::uint32_t const operation : calling_) fetch_turn(operation);
    for (std::uint32_t const operation : calling_) fetch_replica(operation);
    choosing_.clear();
    chosen_.clear();
    calling_.clear();
  }

  void fetch_activity(std::uint32_t place, Time then) {
    world_.activities.prefetch(place);
    add(going_on_, {place, then});
  }

  void fetch_records(GoingOn const& each) const {
    Activity const& activity = world_.activities[each.activity];
    world_.replicas.prefetch(activity.replica);
    fetch_step(activity.step);
  }

  void fetch_next_step(GoingOn const& each) {
    Activity const& activity = world_.activities[each.activity];
    prefetch(&world_.measures.services[world_.replicas[activity.replica].service],
             ServiceMeasures::bytes_of_a_request);
    std::uint32_t const step = behind_jumps(activity.step);
    if (program_.steps[step].kind != StepKind::end) return fetch_what_it_needs(step);
    prefetch(world_.measures.operations[program_.steps[step].operation]);
    add(ending_, each);
  }

  void fetch_what_it_needs(std::uint32_t place) {
    PlannedStep const& step = program_.steps[place];
    switch (step.kind) {
      case StepKind::work:
      case StepKind::wait:
        return fetch_draw(step);
      case StepKind::call:
        return fetch_site(step.target);
      case StepKind::choose:
        fetch_draw(step);
        prefetch(program_.chooses[step.target].table(), 1);
        return add(choosing_, place);
      default:
        return;
    }
  }

  void fetch_reply(GoingOn const& each) {
    Activity const& activity = world_.activities[each.activity];
    Histogram const& latency = world_.measures.operations[world_.operation_of(activity)].latency;
    if (each.then >= activity.arrived) latency.prefetch(each.then - activity.arrived);
    if (activity.reply_kind == ReplyTo::caller) fetch_activity(activity.reply.index, each.then);
    if (activity.reply_kind != ReplyTo::call) return;
    world_.calls.prefetch(activity.reply.index);
    add(asking_, {activity.reply.index, each.then});
  }

  void fetch_caller(Asking const& each) {
    Call const& call = world_.calls[each.call];
    if (call.workload == nowhere) fetch_activity(call.caller.index, each.then);
  }

  void fetch_branch(std::uint32_t place) {
    PlannedStep const& step = program_.steps[place];
    double const draw = world_.streams[step.stream].coming_uniform();
    std::uint32_t const first = program_.chooses[step.target].of(draw);
    fetch_step(first);
    add(chosen_, first);
  }

  void fetch_first(std::uint32_t place) {
    PlannedStep const& step = program_.steps[place];
    if (step.kind == StepKind::call) fetch_site(step.target);
    if (step.kind == StepKind::work) fetch_draw(step);
  }

  void fetch_site(std::uint32_t site) {
    prefetch(&program_.call_sites[site], 1);
    add(calling_, site);
  }

  [[nodiscard]] std::uint32_t fetch_operation(std::uint32_t site) const {
    std::uint32_t const operation = program_.call_sites[site].operation;
    prefetch(program_.operations[operation]);
    return operation;
  }

  void fetch_service(std::uint32_t place) const {
    OperationPlan const& operation = program_.operations[place];
    prefetch(world_.replicas.service(operation.service));
    prefetch(&world_.measures.services[operation.service], ServiceMeasures::bytes_of_a_request);
    fetch_step(operation.first_step);
  }

  void fetch_turn(std::uint32_t place) const {
    OperationPlan const& operation = program_.operations[place];
    world_.measures.services[operation.service].wait.prefetch(Duration::zero());
    fetch_draw(program_.steps[operation.first_step]);
    std::uint32_t const* const coming = world_.replicas.service(operation.service).coming();
    if (coming) prefetch(*coming);
  }

  void fetch_replica(std::uint32_t place) const {
    std::uint32_t const service = program_.operations[place].service;
    std::uint32_t const* const coming = world_.replicas.service(service).coming();
    if (coming) world_.replicas.prefetch(*coming);
  }

  [[nodiscard]] std::uint32_t site_of_coming(std::uint32_t workload) const {
    WorkloadPlan const& plan = program_.workloads[workload];
    if (plan.only_site != nowhere) return plan.only_site;
    return plan.sites.of(world_.streams[plan.mix_stream].coming_uniform());
  }

  /// And what lies behind it, which it mostly goes on to.
  void fetch_step(std::uint32_t place) const {
    prefetch(&program_.steps[place], 2 * sizeof(PlannedStep));
  }

  void fetch_draw(PlannedStep const& step) const {
    if (step.stream != nowhere) prefetch(world_.streams[step.stream]);
    if (step.distribution) prefetch(&*step.distribution, 1);
  }

  [[nodiscard]] std::uint32_t behind_jumps(std::uint32_t step) const {
    while (program_.steps[step].kind == StepKind::jump) step = program_.steps[step].target;
    return step;
  }

  template <class Item>
  static void add(Few<Item>& items, Item const& item) {
    if (items.size() < most) items.push_back(item);
  }

  World const& world_;
  Program const& program_;
  Few<GoingOn> going_on_, ending_;
  Few<Asking> asking_;
  Few<std::uint32_t> choosing_, chosen_;  // steps
  Few<std::uint32_t> calling_;            // call sites, then operations
};

bool is_about_activity(Event const& event) {
  auto const kind = static_cast<EventKind>(event.kind);
  return kind == EventKind::work_done || kind == EventKind::wait_done;
}

/// Those that wait for those that will go on, which the list has looked at.
void fetch_activities(World const& world, std::span<DueEvent const> events) {
  auto const for_each = [&](auto const& act) {
    for (DueEvent const& due : events) {
      if (is_about_activity(due.event)) act(Id::from_token(due.event.token).index);
    }
  };
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
  foresight.begin(events);
  foresight.follow();
}

}  // namespace sojourn
