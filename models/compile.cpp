#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "models/program.h"
#include "models/report.h"
#include "models/simulate.h"
#include "sim/ensure.h"

namespace sojourn {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// Compiles a validated scenario. Every name is looked up here and never again.
class Compiler {
 public:
  explicit Compiler(Scenario const& scenario) : scenario_(scenario) {}

  Program compile() {
    program_.duration = scenario_.duration;
    program_.warmup = scenario_.warmup;
    name_operations();
    name_channels();
    for (std::size_t i = 0; i < scenario_.services.size(); ++i) compile_steps_of(i);
    for (Workload const& workload : scenario_.workloads) compile_workload(workload);
    for (std::uint32_t i = 0; i < program_.channels.size(); ++i) compile_channel(i);
    for (Fault const& fault : scenario_.faults) compile_fault(fault);
    return std::move(program_);
  }

 private:
  // Names first, so that everything may refer to everything.

  void name_operations() {
    for (Service const& service : scenario_.services) {
      auto const index = static_cast<std::uint32_t>(program_.services.size());
      ServicePlan plan;
      plan.spec = service;
      plan.first_replica = count(program_.replica_service);
      plan.replicas = static_cast<std::uint32_t>(service.replicas);
      plan.first_operation = count(program_.operations);
      plan.operations = count(service.operations);
      program_.replica_service.insert(program_.replica_service.end(), plan.replicas, index);
      for (Operation const& operation : service.operations) {
        operations_[{service.name, operation.name}] = count(program_.operations);
        program_.operations.push_back({operation.name, index, 0});
      }
      plan.balance_stream = stream(service.name + "/balance");
      plan.queue_stream = stream(service.name + "/queue");
      plan.startup_stream = stream(service.name + "/startup");
      plan.error_stream = stream(service.name + "/errors");
      program_.services.push_back(std::move(plan));
    }
    program_.replica_consumers.resize(program_.replica_service.size());
  }

  void name_channels() {
    for (Broker const& broker : scenario_.brokers) {
      auto const index = count(program_.brokers);
      BrokerPlan plan{broker.name, broker.latency, broker.throughput, count(program_.channels),
                      count(broker.channels)};
      for (Channel const& channel : broker.channels) {
        channels_[{broker.name, channel.name}] = count(program_.channels);
        ChannelPlan channel_plan;
        channel_plan.spec = channel;
        channel_plan.name = broker.name + "." + channel.name;
        channel_plan.broker = index;
        channel_plan.publish_latency_stream = stream(channel_plan.name + "/publish_latency");
        channel_plan.delivery_latency_stream = stream(channel_plan.name + "/delivery_latency");
        program_.channels.push_back(std::move(channel_plan));
      }
      program_.brokers.push_back(std::move(plan));
    }
  }

  // Steps

  void compile_steps_of(std::size_t service) {
    Service const& spec = scenario_.services[service];
    for (Operation const& operation : spec.operations) {
      path_ = spec.name + "/" + operation.name;
      pools_ = &spec.pools;
      program_.operations[operation_of({spec.name, operation.name})].first_step = here();
      add_steps(operation.steps);
      add(StepKind::end);
    }
  }

  void add_steps(Steps const& steps) {
    for (Step const& step : steps) {
      std::visit([this](auto const& action) { add_step(action); }, step.action);
    }
  }

  void add_step(WorkStep const& work) {
    PlannedStep& step = add(StepKind::work);
    step.distribution = work.duration;
    step.stream = stream(path_ + "/work");
  }

  void add_step(WaitStep const& wait) {
    PlannedStep& step = add(StepKind::wait);
    step.distribution = wait.duration;
    step.stream = stream(path_ + "/wait");
  }

  void add_step(CallStep const& call) {
    std::string const path = path_ + "/call " + text(call.target);
    std::uint32_t const site = add_call_site(operation_of(call.target), call.options, {}, path);
    add(StepKind::call).target = site;
  }

  void add_step(ForwardStep const& forward) {
    add(StepKind::forward).target = operation_of(forward.target);
  }

  /// `count` messages are as many turns of a loop around one publish.
  void add_step(PublishStep const& publish) {
    if (publish.count) {
      add_loop(*publish.count, path_ + "/count", [&] { add_publish(publish); });
    } else {
      add_publish(publish);
    }
  }

  void add_publish(PublishStep const& publish) {
    PlannedStep& step = add(StepKind::publish);
    step.target = channel_of(publish.channel);
    step.confirm = publish.confirm;
    step.distribution = publish.timeout;
    if (publish.timeout) step.stream = stream(path_ + "/publish_timeout");
  }

  void add_step(ParallelStep const& parallel) {
    auto const index = count(program_.parallels);
    program_.parallels.emplace_back();
    program_.parallels[index].join = static_cast<std::uint32_t>(parallel.join);
    std::size_t const fork = here();
    add(StepKind::parallel).target = index;
    std::uint32_t const jump = here();
    add(StepKind::jump);
    for (Steps const& branch : parallel.branches) {
      program_.parallels[index].branches.push_back(here());
      add_steps(branch);
      add(StepKind::end);
    }
    program_.steps[jump].target = here();
    program_.parallels[index].works = std::any_of(
        program_.steps.begin() + static_cast<std::ptrdiff_t>(fork), program_.steps.end(),
        [](PlannedStep const& step) { return step.kind == StepKind::work; });
  }

  void add_step(ChooseStep const& choose) {
    auto const index = count(program_.chooses);
    program_.chooses.emplace_back();
    PlannedStep& step = add(StepKind::choose);
    step.target = index;
    step.stream = stream(path_ + "/choose");
    std::vector<std::uint32_t> jumps{here()};
    add(StepKind::jump);
    double cumulative = 0.0;
    for (ChooseStep::Branch const& branch : choose.branches) {
      cumulative += branch.probability;
      bool const last = &branch == &choose.branches.back();
      // A rounding error in the sum must not open a gap behind the last branch.
      double const bound = last && cumulative > 1.0 - 1e-9 ? 2.0 : cumulative;
      program_.chooses[index].branches.emplace_back(bound, here());
      add_steps(branch.steps);
      jumps.push_back(here());
      add(StepKind::jump);
    }
    for (std::uint32_t const jump : jumps) program_.steps[jump].target = here();
  }

  void add_step(RepeatStep const& repeat) {
    add_loop(repeat.count, path_ + "/repeat", [&] { add_steps(repeat.steps); });
  }

  template <class Body>
  void add_loop(Distribution const& turns, std::string const& path, Body&& body) {
    std::uint32_t const head = here();
    PlannedStep& step = add(StepKind::repeat);
    step.distribution = turns;
    step.stream = stream(path);
    body();
    add(StepKind::repeat_end).target = head + 1;
    program_.steps[head].target = here();
  }

  void add_step(UseStep const& use) {
    auto const pool = std::find_if(pools_->begin(), pools_->end(), [&](Pool const& candidate) {
      return candidate.name == use.pool;
    });
    ensure(pool != pools_->end(), "a used pool is declared");
    auto const index = static_cast<std::uint32_t>(pool - pools_->begin());
    add(StepKind::acquire).target = index;
    add_steps(use.steps);
    add(StepKind::release).target = index;
  }

  void add_step(RespondStep const&) { add(StepKind::respond); }

  void add_step(BackgroundStep const& background) {
    std::uint32_t const head = here();
    add(StepKind::background).target = head + 2;
    add(StepKind::jump);
    add_steps(background.steps);
    add(StepKind::end);
    program_.steps[head + 1].target = here();
  }

  void add_step(FailStep const& fail) {
    PlannedStep& step = add(StepKind::fail);
    step.probability = fail.probability;
    step.stream = stream(path_ + "/fail");
  }

  // Workloads

  void compile_workload(Workload const& workload) {
    WorkloadPlan plan;
    plan.spec = workload;
    double cumulative = 0.0;
    for (Workload::Target const& target : workload.mix) {
      cumulative += target.share;
      std::string const path = workload.name + "/" + text(target.operation);
      plan.sites.emplace_back(
          &target == &workload.mix.back() ? 2.0 : cumulative,
          add_call_site(operation_of(target.operation), workload.options, workload.patience, path));
    }
    plan.arrival_stream = stream(workload.name + "/arrivals");
    plan.batch_stream = stream(workload.name + "/batch");
    plan.mix_stream = stream(workload.name + "/mix");
    plan.think_stream = stream(workload.name + "/think");
    program_.workloads.push_back(std::move(plan));
  }

  std::uint32_t add_call_site(std::uint32_t operation, CallOptions const& options,
                              std::optional<Distribution> const& patience,
                              std::string const& path) {
    CallSite site;
    site.operation = operation;
    site.timeout = options.timeout;
    site.retry = options.retry;
    site.patience = patience;
    if (site.timeout) site.timeout_stream = stream(path + "/timeout");
    if (site.retry) site.backoff_stream = stream(path + "/backoff");
    if (site.patience) site.patience_stream = stream(path + "/patience");
    program_.call_sites.push_back(std::move(site));
    return count(program_.call_sites) - 1;
  }

  // Channels

  void compile_channel(std::uint32_t index) {
    ChannelPlan& channel = program_.channels[index];
    if (channel.spec.dead_letter) channel.dead_letter = channel_of(*channel.spec.dead_letter);
    channel.first_subscription = count(program_.subscriptions);
    channel.subscriptions = count(channel.spec.subscribers);
    for (Subscriber const& subscriber : channel.spec.subscribers) {
      add_subscription(index, subscriber);
    }
  }

  void add_subscription(std::uint32_t channel, Subscriber const& subscriber) {
    SubscriptionPlan plan;
    plan.spec = subscriber;
    plan.channel = channel;
    plan.operation = operation_of(subscriber.operation);
    ServicePlan const& service = program_.services[program_.operations[plan.operation].service];
    plan.prefetch = subscriber.prefetch.value_or(service.spec.concurrency);
    plan.first_consumer = count(program_.consumers);
    plan.consumers = service.replicas;
    plan.dead_letter = subscriber.dead_letter ? channel_of(*subscriber.dead_letter)
                                              : program_.channels[channel].dead_letter;
    plan.redelivery_stream =
        stream(program_.channels[channel].name + "/" + text(subscriber.operation) + "/redelivery");
    auto const subscription = count(program_.subscriptions);
    for (std::uint32_t i = 0; i < service.replicas; ++i) {
      std::uint32_t const replica = service.first_replica + i;
      program_.replica_consumers[replica].push_back(count(program_.consumers));
      program_.consumers.push_back({subscription, replica});
    }
    program_.subscriptions.push_back(std::move(plan));
  }

  // Faults

  void compile_fault(Fault const& fault) {
    FaultPlan plan;
    plan.reported_as = count(program_.fault_names);
    program_.fault_names.push_back(fault.name);
    plan.at = fault.at;
    plan.every = fault.every;
    plan.length = fault.length;
    std::visit(Overloaded{[&](CrashFault const& crash) {
                            if (auto const* broker = std::get_if<std::string>(&crash.target)) {
                              plan.kind = FaultPlan::Kind::broker_crash;
                              plan.first = position_of(scenario_.brokers, *broker);
                              plan.count = 1;
                              add_fault(plan, fault.name);
                            } else {
                              add_replica_fault(plan, FaultPlan::Kind::crash, 1.0,
                                                std::get<ReplicaTarget>(crash.target), fault.name);
                            }
                          },
                          [&](PauseFault const& pause) {
                            add_replica_fault(plan, FaultPlan::Kind::pause, 1.0, pause.target,
                                              fault.name);
                          },
                          [&](SlowFault const& slow) {
                            add_replica_fault(plan, FaultPlan::Kind::slow, slow.factor, slow.target,
                                              fault.name);
                          },
                          [&](ErrorsFault const& errors) {
                            add_replica_fault(plan, FaultPlan::Kind::errors, errors.rate,
                                              errors.target, fault.name);
                          },
                          [&](SurgeFault const& surge) {
                            plan.kind = FaultPlan::Kind::surge;
                            plan.first = position_of(scenario_.workloads, surge.workload);
                            plan.count = 1;
                            plan.amount = surge.factor;
                            add_fault(plan, fault.name);
                          }},
               fault.effect);
  }

  void add_replica_fault(FaultPlan plan, FaultPlan::Kind kind, double amount,
                         ReplicaTarget const& target, std::string const& name) {
    ServicePlan const& service = program_.services[position_of(scenario_.services, target.service)];
    plan.kind = kind;
    plan.amount = amount;
    plan.first = service.first_replica;
    plan.count = static_cast<std::uint32_t>(std::min<Limit>(target.replicas, service.replicas));
    if (!target.each) return add_fault(plan, name);
    plan.count = 1;
    for (std::uint32_t i = 0; i < service.replicas; ++i) {
      plan.first = service.first_replica + i;
      add_fault(plan, name + "/" + std::to_string(i + 1));
    }
  }

  void add_fault(FaultPlan plan, std::string const& path) {
    plan.every_stream = stream(path + "/every");
    plan.length_stream = stream(path + "/for");
    program_.faults.push_back(std::move(plan));
  }

  // Helpers

  template <class Container>
  static std::uint32_t count(Container const& container) {
    return static_cast<std::uint32_t>(container.size());
  }

  template <class Things>
  static std::uint32_t position_of(Things const& things, std::string const& name) {
    auto const found = std::find_if(things.begin(), things.end(),
                                    [&](auto const& thing) { return thing.name == name; });
    ensure(found != things.end(), "a validated name refers to something");
    return static_cast<std::uint32_t>(found - things.begin());
  }

  [[nodiscard]] std::uint32_t operation_of(OperationName const& name) const {
    auto const found = operations_.find({name.service, name.operation});
    ensure(found != operations_.end(), "a validated operation exists");
    return found->second;
  }

  [[nodiscard]] std::uint32_t channel_of(ChannelName const& name) const {
    auto const found = channels_.find({name.broker, name.channel});
    ensure(found != channels_.end(), "a validated channel exists");
    return found->second;
  }

  static std::string text(OperationName const& name) { return name.service + "." + name.operation; }

  /// Streams are named by what they are for; a second use of the same kind gets a number, so that
  /// adding a step of another kind moves no draw.
  StreamIndex stream(std::string const& name) {
    int const uses = ++stream_uses_[name];
    program_.streams.push_back(uses == 1 ? name : name + "#" + std::to_string(uses));
    return count(program_.streams) - 1;
  }

  [[nodiscard]] std::uint32_t here() const { return count(program_.steps); }

  /// The reference is good until the next `add`.
  PlannedStep& add(StepKind kind) {
    program_.steps.emplace_back();
    program_.steps.back().kind = kind;
    return program_.steps.back();
  }

  Scenario const& scenario_;
  Program program_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> operations_, channels_;
  std::map<std::string, int> stream_uses_;
  std::string path_;
  std::vector<Pool> const* pools_ = nullptr;
};

}  // namespace

std::shared_ptr<Program const> compile(Scenario const& scenario) {
  auto program = std::make_shared<Program>(Compiler(scenario).compile());
  program->layout = make_layout(*program);
  return program;
}

ResultLayout const& layout_of(Program const& program) { return program.layout; }

}  // namespace sojourn
