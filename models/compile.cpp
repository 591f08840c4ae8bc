#include <algorithm>
#include <string>
#include <utility>

#include "models/program_builder.h"
#include "models/report.h"
#include "models/shortcuts.h"
#include "models/simulate.h"
#include "sim/ensure.h"

namespace sojourn {
namespace {

/// Compiles a validated scenario. Every name is looked up here and never again.
class Compiler {
 public:
  explicit Compiler(Scenario const& scenario) : scenario_(scenario) {}

  Program compile() {
    program_.duration = scenario_.duration;
    program_.warmup = scenario_.warmup;
    program_.starts = scenario_.starts;
    program_.cells = scenario_.cells;
    program_.hosts = scenario_.hosts;
    name_operations();
    name_channels();
    for (Service const& service : scenario_.services) {
      for (Operation const& operation : service.operations) {
        OperationPlan& plan =
            program_.operations[builder_.operation_of({service.name, operation.name})];
        plan.first_step = compile_steps(builder_, service, operation);
        plan.first_work = first_work_from(plan.first_step);
      }
    }
    for (Workload const& workload : scenario_.workloads) compile_workload(workload);
    for (std::uint32_t i = 0; i < program_.channels.size(); ++i) compile_channel(builder_, i);
    compile_network(builder_, scenario_);
    compile_faults(builder_, scenario_);
    if (answers_directly(program_)) {
      for (CallSite& site : program_.call_sites) site.is_direct = is_direct(site);
    }
    return std::move(program_);
  }

 private:
  [[nodiscard]] std::uint32_t first_work_from(std::uint32_t step) const {
    while (step < program_.steps.size() && program_.steps[step].kind != StepKind::work) ++step;
    return step < program_.steps.size() ? step : nowhere;
  }

  // Names first, so that everything may refer to everything.

  void name_operations() {
    for (Service const& service : scenario_.services) {
      auto const index = count(program_.services);
      ServicePlan plan;
      plan.spec = service;
      plan.first_replica = count(program_.replica_service);
      Limit const most =
          service.autoscale ? std::max(service.autoscale->max, service.replicas) : service.replicas;
      plan.replicas = static_cast<std::uint32_t>(most);
      plan.first_operation = count(program_.operations);
      plan.operations = count(service.operations);
      program_.replica_service.insert(program_.replica_service.end(), plan.replicas, index);
      place_replicas(service, plan.replicas);
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
      BrokerPlan plan{
          broker.name,      broker.latency,           broker.throughput,     broker.cost,
          broker.replicas,  broker.failover,          broker.replication,    broker.alarm,
          broker.heartbeat, count(program_.channels), count(broker.channels)};
      for (Channel const& channel : broker.channels) {
        builder_.channels[{broker.name, channel.name}] = count(program_.channels);
        ChannelPlan channel_plan;
        channel_plan.spec = channel;
        channel_plan.name = broker.name + "." + channel.name;
        channel_plan.broker = index;
        channel_plan.durable = channel.durable.value_or(channel.kind == Channel::Kind::log);
        if (channel.kind == Channel::Kind::pub_sub)
          channel_plan.spec.delivery = Channel::Delivery::at_most_once;
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
    std::vector<DiscreteChoice::Alternative> sites;
    for (Workload::Target const& target : workload.mix) {
      std::string const path = workload.name + "/" + text_of(target.operation);
      sites.push_back(
          {target.share, builder_.add_call_site(workload.name, nullptr, target.operation,
                                                workload.options, workload.patience, path)});
    }
    if (sites.size() == 1) plan.only_site = sites.front().value;
    plan.sites = DiscreteChoice(sites, sites.back().value);
    plan.arrival_stream = builder_.stream(workload.name + "/arrivals");
    plan.batch_stream = builder_.stream(workload.name + "/batch");
    plan.mix_stream = builder_.stream(workload.name + "/mix");
    plan.think_stream = builder_.stream(workload.name + "/think");
    if (std::holds_alternative<BurstyArrivals>(workload.arrivals))
      plan.phase_stream = builder_.stream(workload.name + "/phases");
    program_.workloads.push_back(std::move(plan));
  }

  // Places

  /// Deals hosts and zones out to the replicas of a service in turn.
  void place_replicas(Service const& service, std::uint32_t replicas) {
    for (std::size_t i = 0; i < replicas; ++i) {
      std::uint32_t host = nowhere;
      std::string zone;
      if (!service.hosts.empty()) {
        host = position_of(program_.hosts, service.hosts[i % service.hosts.size()]);
        zone = program_.hosts[host].zone;
      } else if (!service.zones.empty()) {
        zone = service.zones[i % service.zones.size()];
      }
      program_.replica_host.push_back(host);
      program_.replica_zone.push_back(zone.empty() ? nowhere : zone_of(zone));
    }
  }

  /// The place of a zone among the zones; a new one for a name that is new.
  std::uint32_t zone_of(std::string const& name) {
    auto const found = std::find(program_.zones.begin(), program_.zones.end(), name);
    auto const place = static_cast<std::uint32_t>(found - program_.zones.begin());
    if (found == program_.zones.end()) program_.zones.push_back(name);
    return place;
  }

  Scenario const& scenario_;
  ProgramBuilder builder_;
  Program& program_ = builder_.program;
};

}  // namespace

std::shared_ptr<Program const> compile(Scenario const& scenario) {
  auto program = std::make_shared<Program>(Compiler(scenario).compile());
  program->layout = make_layout(*program);
  program->is_plain = is_plain(*program);
  return program;
}

ResultLayout const& layout_of(Program const& program) { return program.layout; }

}  // namespace sojourn
