#include <algorithm>
#include <string>
#include <utility>

#include "models/program_builder.h"
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
    for (Service const& service : scenario_.services) {
      for (Operation const& operation : service.operations) {
        std::uint32_t const first = compile_steps(builder_, service, operation);
        program_.operations[builder_.operation_of({service.name, operation.name})].first_step =
            first;
      }
    }
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
        builder_.operations[{service.name, operation.name}] = count(program_.operations);
        program_.operations.push_back({operation.name, index, 0});
      }
      plan.balance_stream = builder_.stream(service.name + "/balance");
      plan.queue_stream = builder_.stream(service.name + "/queue");
      plan.startup_stream = builder_.stream(service.name + "/startup");
      plan.error_stream = builder_.stream(service.name + "/errors");
      program_.services.push_back(std::move(plan));
    }
    program_.replica_consumers.resize(program_.replica_service.size());
    program_.replica_guards.resize(program_.replica_service.size());
  }

  void name_channels() {
    for (Broker const& broker : scenario_.brokers) {
      auto const index = count(program_.brokers);
      BrokerPlan plan{broker.name, broker.latency, broker.throughput, count(program_.channels),
                      count(broker.channels)};
      for (Channel const& channel : broker.channels) {
        builder_.channels[{broker.name, channel.name}] = count(program_.channels);
        ChannelPlan channel_plan;
        channel_plan.spec = channel;
        channel_plan.name = broker.name + "." + channel.name;
        channel_plan.broker = index;
        channel_plan.publish_latency_stream =
            builder_.stream(channel_plan.name + "/publish_latency");
        channel_plan.delivery_latency_stream =
            builder_.stream(channel_plan.name + "/delivery_latency");
        program_.channels.push_back(std::move(channel_plan));
      }
      program_.brokers.push_back(std::move(plan));
    }
  }

  // Workloads

  void compile_workload(Workload const& workload) {
    WorkloadPlan plan;
    plan.spec = workload;
    double cumulative = 0.0;
    for (Workload::Target const& target : workload.mix) {
      cumulative += target.share;
      std::string const path = workload.name + "/" + text_of(target.operation);
      plan.sites.emplace_back(&target == &workload.mix.back() ? 2.0 : cumulative,
                              builder_.add_call_site(workload.name, nullptr, target.operation,
                                                     workload.options, workload.patience, path));
    }
    plan.arrival_stream = builder_.stream(workload.name + "/arrivals");
    plan.batch_stream = builder_.stream(workload.name + "/batch");
    plan.mix_stream = builder_.stream(workload.name + "/mix");
    plan.think_stream = builder_.stream(workload.name + "/think");
    if (std::holds_alternative<BurstyArrivals>(workload.arrivals))
      plan.phase_stream = builder_.stream(workload.name + "/phases");
    program_.workloads.push_back(std::move(plan));
  }

  // Channels

  void compile_channel(std::uint32_t index) {
    ChannelPlan& channel = program_.channels[index];
    if (channel.spec.dead_letter)
      channel.dead_letter = builder_.channel_of(*channel.spec.dead_letter);
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
    plan.operation = builder_.operation_of(subscriber.operation);
    ServicePlan const& service = program_.services[program_.operations[plan.operation].service];
    plan.prefetch = subscriber.prefetch.value_or(service.spec.concurrency);
    plan.first_consumer = count(program_.consumers);
    plan.consumers = service.replicas;
    plan.dead_letter = subscriber.dead_letter ? builder_.channel_of(*subscriber.dead_letter)
                                              : program_.channels[channel].dead_letter;
    plan.redelivery_stream = builder_.stream(program_.channels[channel].name + "/" +
                                             text_of(subscriber.operation) + "/redelivery");
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
    plan.every_stream = builder_.stream(path + "/every");
    plan.length_stream = builder_.stream(path + "/for");
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

  Scenario const& scenario_;
  ProgramBuilder builder_;
  Program& program_ = builder_.program;
};

}  // namespace

std::shared_ptr<Program const> compile(Scenario const& scenario) {
  auto program = std::make_shared<Program>(Compiler(scenario).compile());
  program->layout = make_layout(*program);
  return program;
}

ResultLayout const& layout_of(Program const& program) { return program.layout; }

}  // namespace sojourn
