#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/lint/rules.h"
#include "app/lint/struck.h"
#include "models/network_end.h"

namespace sojourn {
namespace {

using Ends = std::vector<NetworkEnd>;

/// One for each zone in which the service has replicas.
Ends ends_of(Scenario const& scenario, Service const& service) {
  std::set<std::string> zones(service.zones.begin(), service.zones.end());
  for (Host const& host : scenario.hosts)
    if (std::find(service.hosts.begin(), service.hosts.end(), host.name) != service.hosts.end())
      zones.insert(host.zone);
  if (zones.empty()) zones.insert("");
  Ends ends;
  for (std::string const& zone : zones) ends.push_back({service.name, zone});
  return ends;
}

Ends ends_of(Broker const& broker) { return {{broker.name, broker.zone}}; }

template <class Test>
bool any_pair(Ends const& these, Ends const& those, Test const& test) {
  return std::any_of(these.begin(), these.end(), [&](NetworkEnd const& one) {
    return std::any_of(those.begin(), those.end(),
                       [&](NetworkEnd const& other) { return test(one, other); });
  });
}

/// The share that gets lost of what the one sends to the other.
double loss_from(NetworkSpec const& network, NetworkEnd const& from, NetworkEnd const& to) {
  double const standard = network.standard.loss.value_or(0.0);
  auto const link = choose_link(network, from, to);
  return link ? network.links[link->place].spec.loss.value_or(standard) : standard;
}

/// Whether what some of these send to some of those, or get from them, gets lost now and then.
bool loses(Scenario const& scenario, Ends const& these, Ends const& those) {
  return any_pair(these, those, [&](NetworkEnd const& one, NetworkEnd const& other) {
    return loss_from(scenario.network, one, other) > 0.0 ||
           loss_from(scenario.network, other, one) > 0.0;
  });
}

bool is_between(LinkTarget const& link, Ends const& these, Ends const& those) {
  return any_pair(these, those, [&](NetworkEnd const& one, NetworkEnd const& other) {
    return is_struck(link, one, other) || is_struck(link, other, one);
  });
}

/// Whether a fault keeps the broker's word from a publisher, who gets no error either.
bool silences(Fault const& fault, Broker const& broker, Ends const& publisher) {
  if (auto const* loss = std::get_if<LossFault>(&fault.effect))
    return is_between(loss->link, publisher, ends_of(broker));
  auto const* const cut = std::get_if<PartitionFault>(&fault.effect);
  return cut != nullptr && !broker.heartbeat && is_between(cut->link, publisher, ends_of(broker));
}

/// What a pause or a partition keeps comes in the end; what is lost does not.
std::string how_long(Fault const& fault) {
  bool const loses_some = std::holds_alternative<LossFault>(fault.effect) ||
                          std::holds_alternative<CrashFault>(fault.effect);
  return loses_some ? fmt::format("for ever for what {} takes", fault.name)
                    : fmt::format("as long as {} lasts", fault.name);
}

/// Calls `visit(service, operation, channel vertex, place)` for each step that publishes and waits
/// for the broker's word for as long as it takes.
template <class Visit>
void for_each_patient_publish(Design const& design, Visit const& visit) {
  design.for_each_step(
      [&](std::size_t operation, Step const& step, Node const& node, Circumstances) {
        auto const* const publish = std::get_if<PublishStep>(&step.action);
        if (publish == nullptr || !publish->confirm || publish->timeout) return;
        std::size_t const channel = design.graph.vertex(publish->channel);
        Service const& service = design.scenario.services[design.graph.service(operation)];
        if (!design.graph.channel(channel).is_outbox)
          visit(service, operation, channel, node.place());
      });
}

}  // namespace

void find_endless_waits(Design const& design, Findings& findings) {
  for (Fault const& fault : design.scenario.faults) {
    auto const silent = silenced_services(design.scenario, fault);
    for (CallPoint const& site : design.calls) {
      auto const& callee = design.scenario.services[design.graph.service(site.target)];
      if (site.workload != nullptr || site.options->timeout) continue;
      if (silent.count(callee.name) == 0) continue;
      findings.add(site.own, fmt::format("{} calls {} without a timeout and waits {}", site.caller,
                                         design.graph.name(site.target), how_long(fault)));
    }
    for_each_patient_publish(design, [&](Service const& service, std::size_t operation,
                                         std::size_t channel, Place const& place) {
      if (!silences(fault, design.graph.broker(channel), ends_of(design.scenario, service))) return;
      findings.add(place, fmt::format("{} publishes to {} without a timeout and waits {}",
                                      design.graph.name(operation), design.graph.name(channel),
                                      how_long(fault)));
    });
  }
}

void find_lost_waits(Design const& design, Findings& findings) {
  Scenario const& scenario = design.scenario;
  for (CallPoint const& site : design.calls) {
    Service const& callee = scenario.services[design.graph.service(site.target)];
    Ends const caller =
        site.workload != nullptr
            ? Ends{{site.workload->name, ""}}
            : ends_of(scenario, scenario.services[design.graph.service(site.operation)]);
    bool const is_patient = !site.options->timeout && !site.options->hedge;
    if (!is_patient || !loses(scenario, caller, ends_of(scenario, callee))) continue;
    findings.add(site.own, fmt::format("{} waits for ever where its request to {}, or the reply, "
                                       "gets lost",
                                       site.caller, design.graph.name(site.target)));
  }
  for_each_patient_publish(design, [&](Service const& service, std::size_t operation,
                                       std::size_t channel, Place const& place) {
    Broker const& broker = design.graph.broker(channel);
    if (!loses(scenario, ends_of(scenario, service), ends_of(broker))) return;
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
      bool const may_be_lost = loses(scenario, ends_of(scenario, service), ends_of(broker));
      if (subscriber.ack_timeout || !may_be_lost) continue;
      findings.add(design.place(broker, channel, subscriber, "ack_timeout"),
                   fmt::format("{} waits for ever for {} where a delivery, or its "
                               "acknowledgement, gets lost",
                               design.graph.name(vertex), design.graph.name(operation)));
    }
  }
}

}  // namespace sojourn
