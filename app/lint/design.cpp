#include "app/lint/design.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "app/config/quantity.h"
#include "app/config/scalars.h"

namespace sojourn {
namespace {

void add_workload(Workload const& workload, Node const& tree, StepGraph const& graph,
                  std::vector<CallPoint>& sites) {
  Node const* const node = find_node(tree, {"workloads", workload.name});
  if (node == nullptr) return;
  for (auto const& target : workload.mix) {
    CallPoint site;
    site.caller = workload.name;
    site.workload = &workload;
    site.node = node;
    site.options = &workload.options;
    site.target = graph.vertex(target.operation);
    site.own = place_at(tree, {"workloads", workload.name, ""});
    sites.push_back(std::move(site));
  }
}

std::vector<CallPoint> all_calls(Scenario const& scenario, Node const& tree,
                                 StepGraph const& graph) {
  std::vector<CallPoint> sites;
  for (Workload const& workload : scenario.workloads) add_workload(workload, tree, graph, sites);
  for_each_step_of(
      scenario, tree, graph,
      [&](std::size_t operation, Step const& step, Node const& node, Circumstances now) {
        auto const* const call = std::get_if<CallStep>(&step.action);
        if (call == nullptr) return;
        CallPoint site;
        site.caller = graph.name(operation);
        site.operation = operation;
        site.step = &step;
        site.node = &node;
        site.options = &call->options;
        site.target = graph.vertex(call->target);
        site.circumstances = now;
        site.own = node.place();
        sites.push_back(std::move(site));
      });
  return sites;
}

std::vector<std::string> with_key(std::vector<std::string> path, std::string const& key) {
  path.push_back(key);  // None is called "": then it is the place of the name.
  return path;
}

}  // namespace

Design::Design(Scenario const& of, Node const& read_from)
    : scenario(of),
      tree(read_from),
      graph(of),
      traffic(of, graph),
      calls(all_calls(of, read_from, graph)),
      calls_of_(graph.operations()) {
  for (CallPoint const& site : calls)
    if (site.workload == nullptr) calls_of_[site.operation].push_back(&site);
}

Place Design::place(Service const& service, std::string const& key) const {
  return place_at(tree, with_key({"services", service.name}, key));
}

Place Design::place(Broker const& broker, Channel const& channel, std::string const& key) const {
  return place_at(tree, with_key({"brokers", broker.name, "channels", channel.name}, key));
}

Place Design::place(Broker const& broker, Channel const& channel, Subscriber const& subscriber,
                    std::string const& key) const {
  return place_at(tree, with_key({"brokers", broker.name, "channels", channel.name, "subscribers",
                                  to_text(subscriber.operation)},
                                 key));
}

std::string about(double number) { return fmt::format("{:.3g}", number); }

std::string about_seconds(double seconds) {
  if (!std::isfinite(seconds)) return "no bound";
  double const unit = seconds > 0.0 ? std::pow(10.0, std::floor(std::log10(seconds)) - 2.0) : 1.0;
  return to_text(from_seconds(std::round(seconds / unit) * unit));
}

std::string about_rate(double per_second) {
  constexpr std::array<std::pair<double, char const*>, 3> units = {
      {{1.0, "s"}, {60.0, "min"}, {3600.0, "h"}}};
  for (auto const& [seconds, unit] : units)
    if (per_second * seconds >= 1.0) return fmt::format("{}/{}", about(per_second * seconds), unit);
  return fmt::format("{}/d", about(per_second * 86400.0));
}

}  // namespace sojourn
