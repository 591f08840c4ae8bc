#include <algorithm>

#include <fmt/format.h>

#include "app/config/scalars.h"
#include "app/lint/rules.h"

namespace sojourn {
namespace {

template <class Check>
void for_each_channel(Design const& design, Check const& check) {
  for (std::size_t vertex = design.graph.operations(); vertex < design.graph.size(); ++vertex)
    check(vertex, design.graph.broker(vertex), design.graph.channel(vertex));
}

/// Whether it can be handed a single message at the moment at which that comes.
bool takes_pushes(Subscriber const& subscriber) {
  return !subscriber.poll && (!subscriber.batch || subscriber.batch->min <= 1);
}

/// Where messages of a channel may end as dead letters: the key that says so, and the channel.
struct DeadLetter {
  Subscriber const* subscriber = nullptr;  ///< Null: the channel says so.
  ChannelName target;
};

std::vector<DeadLetter> dead_letters(Channel const& channel) {
  std::vector<DeadLetter> result;
  bool const by_channel =
      channel.ttl || channel.when_full == Channel::WhenFull::drop_oldest ||
      std::any_of(channel.subscribers.begin(), channel.subscribers.end(),
                  [](Subscriber const& subscriber) {
                    return !subscriber.dead_letter && subscriber.max_deliveries != unlimited;
                  });
  if (channel.dead_letter && by_channel) result.push_back({nullptr, *channel.dead_letter});
  for (Subscriber const& subscriber : channel.subscribers)
    if (subscriber.dead_letter && subscriber.max_deliveries != unlimited)
      result.push_back({&subscriber, *subscriber.dead_letter});
  return result;
}

}  // namespace

void find_impassable_channels(Design const& design, Findings& findings) {
  for_each_channel(design, [&](std::size_t vertex, Broker const& broker, Channel const& channel) {
    auto const& subscribers = channel.subscribers;
    if (channel.capacity > 0 || std::any_of(subscribers.begin(), subscribers.end(), takes_pushes))
      return;
    findings.add(
        design.place(broker, channel, "capacity"),
        fmt::format("{} holds no message, and {}: nothing can pass", design.graph.name(vertex),
                    subscribers.empty() ? "nobody subscribes to it"
                                        : "its subscribers only poll or take batches"));
  });
}

void find_unreachable_batches(Design const& design, Findings& findings) {
  for_each_channel(design, [&](std::size_t vertex, Broker const& broker, Channel const& channel) {
    if (channel.capacity == 0) return;
    for (Subscriber const& subscriber : channel.subscribers) {
      if (!subscriber.batch || subscriber.batch->wait || subscriber.batch->min <= channel.capacity)
        continue;
      findings.add(design.place(broker, channel, subscriber, "batch"),
                   fmt::format("{} waits for {} messages, but {} holds {} at most",
                               to_text(subscriber.operation), subscriber.batch->min,
                               design.graph.name(vertex), channel.capacity));
    }
  });
}

void find_dead_letter_circles(Design const& design, Findings& findings) {
  Edges edges(design.graph.size());
  for_each_channel(design, [&](std::size_t vertex, Broker const&, Channel const& channel) {
    for (DeadLetter const& letter : dead_letters(channel))
      edges[vertex].push_back(design.graph.vertex(letter.target));
  });
  auto const component = components(edges);
  for_each_channel(design, [&](std::size_t vertex, Broker const& broker, Channel const& channel) {
    for (DeadLetter const& letter : dead_letters(channel)) {
      std::size_t const target = design.graph.vertex(letter.target);
      if (component[target] != component[vertex]) continue;
      findings.add(letter.subscriber == nullptr
                       ? design.place(broker, channel, "dead_letter")
                       : design.place(broker, channel, *letter.subscriber, "dead_letter"),
                   fmt::format("dead letters of {} go to {}, whose own come back to it: a message "
                               "that always fails goes round for ever",
                               design.graph.name(vertex), design.graph.name(target)));
    }
  });
}

void find_idle_readers(Design const& design, Findings& findings) {
  for_each_channel(design, [&](std::size_t vertex, Broker const& broker, Channel const& channel) {
    if (channel.kind != Channel::Kind::log) return;
    for (Subscriber const& subscriber : channel.subscribers) {
      std::size_t const operation = design.graph.vertex(subscriber.operation);
      Limit const replicas = design.scenario.services[design.graph.service(operation)].replicas;
      if (replicas <= channel.partitions) continue;
      findings.add(design.place(broker, channel, "partitions"),
                   fmt::format("{} has {} replicas, but {} has {} partition{}: {} of them never "
                               "read anything",
                               subscriber.operation.service, replicas, design.graph.name(vertex),
                               channel.partitions, channel.partitions == 1 ? "" : "s",
                               replicas - channel.partitions));
    }
  });
}

void find_vain_surges(Design const& design, Findings& findings) {
  for (Fault const& fault : design.scenario.faults) {
    auto const* const surge = std::get_if<SurgeFault>(&fault.effect);
    if (surge == nullptr) continue;
    for (Workload const& workload : design.scenario.workloads)
      if (workload.name == surge->workload &&
          std::holds_alternative<TraceArrivals>(workload.arrivals))
        findings.add(place_at(design.tree, {"faults", fault.name, "surge"}),
                     fmt::format("{} sends at the times of its trace, whatever {} says",
                                 workload.name, fault.name));
  }
}

}  // namespace sojourn
