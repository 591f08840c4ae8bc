#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "models/program_builder.h"

namespace sojourn {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// Works out what each fault strikes.
class FaultCompiler {
 public:
  FaultCompiler(ProgramBuilder& builder, Scenario const& scenario)
      : builder_(builder), program_(builder.program), scenario_(scenario) {}

  void compile() {
    for (Fault const& fault : scenario_.faults) compile_fault(fault);
  }

 private:
  void compile_fault(Fault const& fault) {
    FaultPlan plan;
    plan.reported_as = count(program_.fault_names);
    program_.fault_names.push_back(fault.name);
    plan.at = fault.at;
    plan.every = fault.every;
    plan.length = fault.length;
    std::visit(
        Overloaded{[&](CrashFault const& crash) {
                     plan.silent = crash.silent;
                     add_struck(plan, FaultPlan::Kind::crash, 1.0, crash.targets, fault.name);
                   },
                   [&](PauseFault const& pause) {
                     add_struck(plan, FaultPlan::Kind::pause, 1.0, pause.targets, fault.name);
                   },
                   [&](SlowFault const& slow) {
                     add_struck(plan, FaultPlan::Kind::slow, slow.factor, slow.targets, fault.name);
                   },
                   [&](ErrorsFault const& errors) {
                     add_struck(plan, FaultPlan::Kind::errors, errors.rate, errors.targets,
                                fault.name);
                   },
                   [&](SurgeFault const& surge) {
                     plan.kind = FaultPlan::Kind::surge;
                     plan.targets = {position_of(scenario_.workloads, surge.workload)};
                     plan.amount = surge.factor;
                     add_fault(plan, fault.name);
                   },
                   [&](PartitionFault const&) {
                     add_link_fault(plan, FaultPlan::Kind::partition, fault.name);
                   },
                   [&](LossFault const& loss) {
                     plan.amount = loss.rate;
                     add_link_fault(plan, FaultPlan::Kind::loss, fault.name);
                   },
                   [&](DelayFault const& delay) {
                     plan.delay = delay.add;
                     plan.delay_stream = builder_.stream(fault.name + "/add");
                     add_link_fault(plan, FaultPlan::Kind::delay, fault.name);
                   }},
        fault.effect);
  }

  void add_link_fault(FaultPlan plan, FaultPlan::Kind kind, std::string const& name) {
    plan.kind = kind;
    plan.targets = builder_.struck_links[name];
    add_fault(std::move(plan), name);
  }

  /// One fault that strikes all its targets; or one for each replica.
  void add_struck(FaultPlan plan, FaultPlan::Kind kind, double amount, FaultTargets const& targets,
                  std::string const& name) {
    plan.kind = kind;
    plan.amount = amount;
    bool each = false;
    std::set<std::uint32_t> struck;
    for (auto const& target : targets) {
      std::visit(
          Overloaded{[&](ReplicaTarget const& of) {
                       each = each || of.each;
                       add_replicas(of, struck);
                     },
                     [&](HostTarget const& of) {
                       add_placed(program_.replica_host, position_of(program_.hosts, of.host),
                                  struck);
                     },
                     [&](ZoneTarget const& of) {
                       add_placed(program_.replica_zone, position_of_zone(of.zone), struck);
                       for (Broker const& broker : scenario_.brokers) {
                         if (kind == FaultPlan::Kind::crash && broker.zone == of.zone)
                           plan.brokers.push_back(position_of(scenario_.brokers, broker.name));
                       }
                     },
                     [&](BrokerTarget const& of) {
                       plan.brokers.push_back(position_of(scenario_.brokers, of.broker));
                     }},
          target);
    }
    plan.targets.assign(struck.begin(), struck.end());
    if (!each) return add_fault(plan, name);
    for (std::uint32_t number = 1; std::uint32_t const replica : struck) {
      plan.targets = {replica};
      add_fault(plan, name + "/" + std::to_string(number++));
    }
  }

  void add_replicas(ReplicaTarget const& target, std::set<std::uint32_t>& struck) {
    ServicePlan const& service = program_.services[position_of(scenario_.services, target.service)];
    auto const all = static_cast<std::int64_t>(service.replicas);
    auto const* const share = std::get_if<double>(&target.replicas);
    std::int64_t const wanted =
        share ? std::max<std::int64_t>(1, std::llround(*share * static_cast<double>(all)))
              : std::get<Limit>(target.replicas);
    for (std::int64_t i = 0; i < std::min(wanted, all); ++i) {
      struck.insert(service.first_replica + static_cast<std::uint32_t>(i));
    }
  }

  static void add_placed(std::vector<std::uint32_t> const& places, std::uint32_t place,
                         std::set<std::uint32_t>& struck) {
    for (std::uint32_t replica = 0; replica < places.size(); ++replica) {
      if (places[replica] == place) struck.insert(replica);
    }
  }

  void add_fault(FaultPlan plan, std::string const& path) {
    plan.every_stream = builder_.stream(path + "/every");
    plan.length_stream = builder_.stream(path + "/for");
    program_.faults.push_back(std::move(plan));
  }

  [[nodiscard]] std::uint32_t position_of_zone(std::string const& name) const {
    auto const found = std::find(program_.zones.begin(), program_.zones.end(), name);
    return static_cast<std::uint32_t>(found - program_.zones.begin());
  }

  ProgramBuilder& builder_;
  Program& program_;
  Scenario const& scenario_;
};

}  // namespace

void compile_faults(ProgramBuilder& builder, Scenario const& scenario) {
  FaultCompiler(builder, scenario).compile();
}

}  // namespace sojourn
