#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "models/network_end.h"
#include "models/program_builder.h"

namespace sojourn {
namespace {

/// Finds out who sends to whom, and lays a link wherever something lies between the two.
class NetworkCompiler {
 public:
  NetworkCompiler(ProgramBuilder& builder, Scenario const& scenario)
      : builder_(builder), program_(builder.program), scenario_(scenario) {}

  void compile() {
    if (!has_network()) return;
    place_ends();
    program_.ways.resize(ends_.size());
    for (std::uint32_t site = 0; site < program_.call_sites.size(); ++site) connect(site);
    for (auto const& [from, to] : builder_.forwards) {
      connect(ends_of_operation(from), ends_of_operation(to));
    }
    for (auto const& [service, channel] : builder_.publishers) {
      connect_broker(service_ends_[service], program_.channels[channel]);
    }
    for (SubscriptionPlan const& subscription : program_.subscriptions) {
      connect_broker(ends_of_operation(subscription.operation),
                     program_.channels[subscription.channel]);
    }
  }

 private:
  using Ends = std::vector<std::uint32_t>;

  [[nodiscard]] bool has_network() const {
    NetworkSpec const& network = scenario_.network;
    LinkSpec const& standard = network.standard;
    bool const has_links = !is_ideal(standard) || !network.links.empty();
    return has_links || std::any_of(scenario_.faults.begin(), scenario_.faults.end(),
                                    [](Fault const& fault) { return link_target_of(fault); });
  }

  /// Whether nothing lies between its ends.
  [[nodiscard]] static bool is_ideal(LinkSpec const& spec) {
    return !spec.latency && !spec.bandwidth && !spec.loss && !spec.cost;
  }

  // Ends

  void place_ends() {
    for (ServicePlan const& service : program_.services) {
      Ends& own = service_ends_.emplace_back();
      for (std::uint32_t i = 0; i < service.replicas; ++i) {
        std::uint32_t const zone = program_.replica_zone[service.first_replica + i];
        std::uint32_t const end =
            end_of({service.spec.name, zone == nowhere ? "" : program_.zones[zone]});
        program_.replica_end.push_back(end);
        if (std::find(own.begin(), own.end(), end) == own.end()) own.push_back(end);
      }
    }
    for (Workload const& workload : scenario_.workloads) {
      program_.workload_end.push_back(end_of({workload.name, ""}));
    }
    for (Broker const& broker : scenario_.brokers) {
      program_.broker_end.push_back(end_of({broker.name, broker.zone}));
    }
  }

  std::uint32_t end_of(NetworkEnd const& wanted) {
    auto const [entry, is_new] =
        end_places_.emplace(std::pair(wanted.owner, wanted.zone), count(ends_));
    if (is_new) ends_.push_back(wanted);
    return entry->second;
  }

  [[nodiscard]] Ends const& ends_of_operation(std::uint32_t operation) const {
    return service_ends_[program_.operations[operation].service];
  }

  // Who sends to whom

  /// Requests from the caller to the callee; and replies from there and from whoever they are
  /// forwarded to.
  void connect(std::uint32_t site) {
    auto const& caller = builder_.callers[site];
    Ends const callers = caller.is_workload ? Ends{program_.workload_end[caller.index]}
                                            : service_ends_[caller.index];
    std::set<std::uint32_t> reached;
    Ends waiting{program_.call_sites[site].operation};
    connect(callers, ends_of_operation(waiting.front()));
    while (!waiting.empty()) {
      std::uint32_t const operation = waiting.back();
      waiting.pop_back();
      if (!reached.insert(operation).second) continue;
      connect(ends_of_operation(operation), callers);
      for (auto const& [from, to] : builder_.forwards) {
        if (from == operation) waiting.push_back(to);
      }
    }
  }

  /// Messages one way, and words about them the other. An outbox is where its service is.
  void connect_broker(Ends const& ends, ChannelPlan const& channel) {
    if (channel.spec.is_outbox) return;
    Ends const broker{program_.broker_end[channel.broker]};
    connect(ends, broker);
    connect(broker, ends);
  }

  void connect(Ends const& from, Ends const& to) {
    for (std::uint32_t const source : from) {
      for (std::uint32_t const target : to) connect(source, target);
    }
  }

  void connect(std::uint32_t from, std::uint32_t to) {
    if (!connected_.emplace(from, to).second) return;
    Found const found = find_link(ends_[from], ends_[to]);
    if (is_ideal(found.spec) && !is_struck(from, to)) return;
    auto& ways = program_.ways[from];
    auto const place =
        std::lower_bound(ways.begin(), ways.end(), to,
                         [](Program::Way const& way, std::uint32_t end) { return way.to < end; });
    ways.insert(place, {to, count(program_.links)});
    add_link(from, to, found);
  }

  // Links

  struct Found {
    LinkSpec spec;
    std::string pipe;  ///< Links with the same name transmit through the same pipe.
    bool is_reported = false;
  };

  [[nodiscard]] Found find_link(NetworkEnd const& from, NetworkEnd const& to) const {
    NetworkSpec const& network = scenario_.network;
    auto const link = choose_link(network, from, to);
    if (!link) {
      return {network.standard, from.owner + "/" + to.owner,
              network.standard.bandwidth || network.standard.cost};
    }
    return {with_defaults(network.links[link->place].spec),
            std::to_string(link->place) + (link->is_forward ? ">" : "<"), true};
  }

  [[nodiscard]] LinkSpec with_defaults(LinkSpec spec) const {
    LinkSpec const& standard = scenario_.network.standard;
    if (!spec.latency) spec.latency = standard.latency;
    if (!spec.bandwidth) spec.bandwidth = standard.bandwidth;
    if (!spec.loss) spec.loss = standard.loss;
    if (!spec.cost) spec.cost = standard.cost;
    return spec;
  }

  void add_link(std::uint32_t from, std::uint32_t to, Found const& found) {
    LinkPlan plan;
    plan.spec = found.spec;
    for (auto const& [end, peer] : {std::pair(from, to), std::pair(to, from)}) {
      auto const broker = std::find(program_.broker_end.begin(), program_.broker_end.end(), end);
      if (broker == program_.broker_end.end()) continue;
      plan.broker = static_cast<std::uint32_t>(broker - program_.broker_end.begin());
      plan.peer = peer;
    }
    NetworkEnd const &source = ends_[from], &target = ends_[to];
    std::string path = "network/" + source.owner;
    if (!source.zone.empty()) path += "@" + source.zone;
    path += "/" + target.owner;
    if (!target.zone.empty()) path += "@" + target.zone;
    plan.latency_stream = builder_.stream(path + "/latency");
    plan.loss_stream = builder_.stream(path + "/loss");
    if (plan.spec.bandwidth) plan.pipe = pipe_of(found.pipe);
    plan.reported_as = report_of(source.owner + "." + target.owner,
                                 found.is_reported || is_struck(from, to), plan.pipe);
    if (plan.spec.cost) {
      plan.price = *plan.spec.cost * 1e-9;
      program_.link_reports[plan.reported_as].has_cost = true;
    }
    std::uint32_t const index = count(program_.links);
    for (Fault const& fault : scenario_.faults) {
      if (strikes(fault, from, to)) builder_.struck_links[fault.name].push_back(index);
    }
    program_.links.push_back(std::move(plan));
  }

  std::uint32_t pipe_of(std::string const& name) {
    auto const [entry, is_new] = pipes_.emplace(name, count(program_.pipes));
    if (is_new) program_.pipes.push_back(name);
    return entry->second;
  }

  std::uint32_t report_of(std::string const& name, bool is_reported, std::uint32_t pipe) {
    auto const [entry, is_new] = reports_.emplace(name, count(program_.link_reports));
    if (is_new) program_.link_reports.push_back({name, is_reported, false, {}});
    LinkReportPlan& report = program_.link_reports[entry->second];
    report.is_reported = report.is_reported || is_reported;
    bool const is_known =
        std::find(report.pipes.begin(), report.pipes.end(), pipe) != report.pipes.end();
    if (pipe != nowhere && !is_known) report.pipes.push_back(pipe);
    return entry->second;
  }

  // Faults

  [[nodiscard]] bool strikes(Fault const& fault, std::uint32_t from, std::uint32_t to) const {
    LinkTarget const* const target = link_target_of(fault);
    return target != nullptr && sojourn::is_struck(*target, ends_[from], ends_[to]);
  }

  [[nodiscard]] bool is_struck(std::uint32_t from, std::uint32_t to) const {
    return std::any_of(scenario_.faults.begin(), scenario_.faults.end(),
                       [&](Fault const& fault) { return strikes(fault, from, to); });
  }

  ProgramBuilder& builder_;
  Program& program_;
  Scenario const& scenario_;
  std::vector<NetworkEnd> ends_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> end_places_;
  std::vector<Ends> service_ends_;  ///< (services)
  std::set<std::pair<std::uint32_t, std::uint32_t>> connected_;
  std::map<std::string, std::uint32_t> pipes_, reports_;
};

}  // namespace

LinkTarget const* link_target_of(Fault const& fault) {
  return std::visit(
      [](auto const& effect) -> LinkTarget const* {
        if constexpr (requires { effect.link; }) {
          return &effect.link;
        } else {
          return nullptr;
        }
      },
      fault.effect);
}

void compile_network(ProgramBuilder& builder, Scenario const& scenario) {
  NetworkCompiler(builder, scenario).compile();
}

}  // namespace sojourn
