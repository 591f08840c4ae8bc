#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "app/lint/rules.h"
#include "app/lint/struck.h"

namespace sojourn {
namespace {

/// What links may call one end of a connection: by its name, or by the zones that it is in.
struct End {
  std::string name;
  std::set<std::string> zones;

  [[nodiscard]] bool is_called(std::string const& other) const {
    return name == other || zones.contains(other);
  }
};

End end_of(Scenario const& scenario, Service const& service) {
  End end{service.name, {service.zones.begin(), service.zones.end()}};
  for (Host const& host : scenario.hosts)
    if (std::find(service.hosts.begin(), service.hosts.end(), host.name) != service.hosts.end())
      end.zones.insert(host.zone);
  end.zones.erase("");
  return end;
}

End end_of(Broker const& broker) {
  return broker.zone.empty() ? End{broker.name, {}} : End{broker.name, {broker.zone}};
}

bool are_ends(std::string const& from, std::string const& to, End const& one, End const& other) {
  return (one.is_called(from) && other.is_called(to)) ||
         (one.is_called(to) && other.is_called(from));
}

/// Whether what one of the two sends to the other gets lost now and then. A link that names both
/// counts before those of their zones.
bool loses(Scenario const& scenario, End const& one, End const& other) {
  double const standard = scenario.network.standard.loss.value_or(0.0);
  bool is_named = false, named_loses = false, zone_loses = false, is_in_zone = false;
  for (Link const& link : scenario.network.links) {
    if (!are_ends(link.from, link.to, one, other)) continue;
    bool const loses_some = link.spec.loss.value_or(standard) > 0.0;
    bool const is_by_name = are_ends(link.from, link.to, {one.name, {}}, {other.name, {}});
    (is_by_name ? is_named : is_in_zone) = true;
    (is_by_name ? named_loses : zone_loses) |= loses_some;
  }
  if (is_named) return named_loses;
  return is_in_zone ? zone_loses : standard > 0.0;
}

/// Whether a fault keeps the broker's word from a publisher, who gets no error either.
bool silences(Fault const& fault, Broker const& broker, End const& publisher) {
  if (auto const* loss = std::get_if<LossFault>(&fault.effect))
    return are_ends(loss->link.from, loss->link.to, publisher, end_of(broker));
  auto const* const cut = std::get_if<PartitionFault>(&fault.effect);
  return cut != nullptr && !broker.heartbeat &&
         are_ends(cut->link.from, cut->link.to, publisher, end_of(broker));
}

/// Calls `visit(service, operation, channel vertex, place)` for each step that publishes and waits
/// for the broker's word for as long as it takes.
template <class Visit>
void for_each_patient_publish(Design const& design, Visit const& visit) {
  for (std::size_t operation = 0; operation < design.graph.operations(); ++operation) {
    Operation const& spec = design.graph.operation(operation);
    Service const& service = design.scenario.services[design.graph.service(operation)];
    Node const* const list =
        find_node(design.tree, {"services", service.name, "operations", spec.name});
    if (list == nullptr) continue;
    for_each_step_at(spec.steps, *list, {}, [&](Step const& step, Node const& node, Circumstances) {
      auto const* const publish = std::get_if<PublishStep>(&step.action);
      if (publish == nullptr || !publish->confirm || publish->timeout) return;
      std::size_t const channel = design.graph.vertex(publish->channel);
      if (!design.graph.channel(channel).is_outbox)
        visit(service, operation, channel, node.place());
    });
  }
}

}  // namespace

void find_endless_waits(Design const& design, Findings& findings) {
  for (Fault const& fault : design.scenario.faults) {
    auto const silent = silenced_services(design.scenario, fault);
    for (CallPoint const& site : design.calls) {
      auto const& callee = design.scenario.services[design.graph.service(site.target)];
      if (site.workload != nullptr || site.options->timeout) continue;
      if (silent.count(callee.name) == 0) continue;
      findings.add(site.own,
                   fmt::format("{} calls {} without a timeout and waits as long as {} lasts",
                               site.caller, design.graph.name(site.target), fault.name));
    }
    for_each_patient_publish(design, [&](Service const& service, std::size_t operation,
                                         std::size_t channel, Place const& place) {
      if (!silences(fault, design.graph.broker(channel), end_of(design.scenario, service))) return;
      findings.add(
          place, fmt::format("{} publishes to {} without a timeout and waits as long as "
                             "{} lasts",
                             design.graph.name(operation), design.graph.name(channel), fault.name));
    });
  }
}

void find_lost_waits(Design const& design, Findings& findings) {
  Scenario const& scenario = design.scenario;
  for (CallPoint const& site : design.calls) {
    Service const& callee = scenario.services[design.graph.service(site.target)];
    End const caller =
        site.workload != nullptr
            ? End{site.workload->name, {}}
            : end_of(scenario, scenario.services[design.graph.service(site.operation)]);
    if (site.options->timeout || !loses(scenario, caller, end_of(scenario, callee))) continue;
    findings.add(site.own, fmt::format("{} waits for ever where its request to {}, or the reply, "
                                       "gets lost",
                                       site.caller, design.graph.name(site.target)));
  }
  for_each_patient_publish(design, [&](Service const& service, std::size_t operation,
                                       std::size_t channel, Place const& place) {
    Broker const& broker = design.graph.broker(channel);
    if (!loses(scenario, end_of(scenario, service), end_of(broker))) return;
    findings.add(place, fmt::format("{} waits for ever where its message to {}, or the broker's "
                                    "word, gets lost",
                                    design.graph.name(operation), design.graph.name(channel)));
  });
  for (std::size_t vertex = design.graph.operations(); vertex < design.graph.size(); ++vertex) {
    Broker const& broker = design.graph.broker(vertex);
    Channel const& channel = design.graph.channel(vertex);
    if (channel.is_outbox || channel.delivery == Channel::Delivery::at_most_once) continue;
    for (Subscriber const& subscriber : channel.subscribers) {
      std::size_t const operation = design.graph.vertex(subscriber.operation);
      Service const& service = scenario.services[design.graph.service(operation)];
      bool const may_be_lost = loses(scenario, end_of(scenario, service), end_of(broker));
      if (subscriber.ack_timeout || !may_be_lost) continue;
      findings.add(design.place(broker, channel, subscriber, "ack_timeout"),
                   fmt::format("{} waits for ever for {} where a delivery, or its "
                               "acknowledgement, gets lost",
                               design.graph.name(vertex), design.graph.name(operation)));
    }
  }
}

}  // namespace sojourn
