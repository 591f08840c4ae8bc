#include <algorithm>
#include <cmath>
#include <map>

#include "app/theory/breakdowns.h"
#include "app/theory/equilibrium.h"
#include "app/theory/holding.h"

namespace sojourn {
namespace {

/// The channel from which alone the service gets its work.
Channel const* only_channel(Scenario const& scenario, StepGraph const& graph,
                            Traffic const& traffic, std::size_t service) {
  Channel const* found = nullptr;
  double delivered = 0.0;
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels)
      for (Subscriber const& subscriber : channel.subscribers) {
        std::size_t const operation = graph.vertex(subscriber.operation);
        if (graph.service(operation) != service) continue;
        if (found != nullptr || channel.kind != Channel::Kind::queue ||
            channel.subscribers.size() != 1 || channel.single_active || subscriber.batch ||
            subscriber.poll)
          return nullptr;
        found = &channel;
        delivered = traffic.rate(operation);
      }
  return found != nullptr && delivered >= traffic.arrivals(service) * (1.0 - 1e-9) ? found
                                                                                   : nullptr;
}

bool is_delivered_to(Scenario const& scenario, StepGraph const& graph, std::size_t service) {
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels)
      for (Subscriber const& subscriber : channel.subscribers)
        if (graph.service(graph.vertex(subscriber.operation)) == service) return true;
  return false;
}

void differ(Station& station, std::string const& why) {
  if (!station.stream.why.empty()) return;
  station.stream.kind = Stream::Kind::other;
  station.stream.why = why;
}

/// Classes by priority, where they come straight from workloads.
std::vector<theory::PriorityClass> classes_of(Scenario const& scenario, StepGraph const& graph,
                                              Traffic const& traffic, std::size_t service) {
  std::map<int, theory::PriorityClass, std::greater<>> classes;
  double from_workloads = 0.0;
  std::map<int, TimeLaw> laws;
  for (Workload const& workload : scenario.workloads) {
    auto const* open = std::get_if<OpenArrivals>(&workload.arrivals);
    if (open == nullptr || open->interarrival_time.mean() <= 0.0) return {};
    for (auto const& target : workload.mix) {
      std::size_t const operation = graph.vertex(target.operation);
      if (graph.service(operation) != service) continue;
      auto const own = holding_of(graph, operation, traffic.means(operation), traffic.misses(),
                                  scenario.services[service].blocking);
      double const rate = target.share / open->interarrival_time.mean();
      auto& entry = classes[workload.priority];
      auto& law = laws[workload.priority];
      entry.arrival_rate += rate;
      law = own.law.or_else(rate / entry.arrival_rate, law);
      entry.service = law.moments();
      from_workloads += rate;
    }
  }
  if (std::abs(from_workloads / traffic.arrivals(service) - 1.0) > 1e-6) return {};
  std::vector<theory::PriorityClass> result;
  for (auto const& [priority, entry] : classes) result.push_back(entry);
  return result;
}

std::vector<double> speeds_of(Service const& service) {
  if (service.cores) {
    std::vector<double> speeds;
    for (double n = 1.0; n < *service.cores && n < 10'000.0; n += 1.0) speeds.push_back(n);
    speeds.push_back(*service.cores);
    return speeds;
  }
  if (!service.speed) return {};
  if (auto const* table = std::get_if<SpeedTable>(&*service.speed)) return table->totals;
  auto const& law = std::get<ScalabilityLaw>(*service.speed);
  std::vector<double> speeds;
  double const slots = static_cast<double>(std::min<Limit>(service.concurrency, 1000));
  for (double n = 1.0; n <= slots; n += 1.0)
    speeds.push_back(n / (1.0 + law.contention * (n - 1.0) + law.coherency * n * (n - 1.0)));
  return speeds;
}

/// The patience of all who come, if it is one.
void add_patience(Station& station, Scenario const& scenario, StepGraph const& graph,
                  std::size_t service) {
  std::optional<Distribution> patience;
  bool all = true;
  for (Workload const& workload : scenario.workloads)
    for (auto const& target : workload.mix) {
      if (graph.service(graph.vertex(target.operation)) != service) continue;
      if (workload.patience && !patience) patience = workload.patience;
      all = all && workload.patience && workload.patience->mean() == patience->mean();
    }
  if (!patience) return;
  station.patience = patience;
  if (!all) station.no_model = "not all have the same patience";
}

void note_what_is_left_out(Station& station, Service const& service) {
  auto const none_for = [&](bool has, std::string const& why) {
    if (has) station.no_model = why;
  };
  none_for(service.autoscale.has_value(),
           "it scales itself, and no formula knows a number of slots that follows the load");
  none_for(!service.hours.empty(),
           "it opens and closes, so that there is no steady state of which a formula could speak");
  none_for(service.queue.codel.has_value(),
           "`codel` turns away by the wait of others, and M/M/c/K by the number in line");
  none_for(
      service.queue.discipline == Discipline::shortest_first,
      "its line is in the order of work, and waits are known for orders that do not look at it");
  none_for(service.queue.discipline == Discipline::earliest_deadline,
           "its line is in the order of deadlines, for which no formula is known");
  if (!service.hosts.empty()) differ(station, "its hosts are shared");
}

/// A limit of how many are inside is a limit of the line; one that waits is a longer line.
void add_limit(Station& station, Service const& service) {
  if (!service.limit || station.shared_line) return;
  auto const* concurrency = std::get_if<ConcurrencyLimit>(&service.limit->limit);
  if (concurrency == nullptr) {
    station.no_model = std::holds_alternative<RateLimit>(service.limit->limit)
                           ? "its `limit` is one of a rate, and who passes is no Poisson stream"
                           : "its `limit` adapts itself, and no formula knows a room that does";
    return;
  }
  Limit const most = concurrency->most;
  bool const line_is_short = station.line != unlimited && station.slots != unlimited &&
                             most > station.slots + station.line;
  if (service.limit->waits && line_is_short) {
    station.no_model = "who is let in by its `limit` may still find its queue full";
    return;
  }
  if (station.slots == unlimited || station.slots > most) {
    if (station.slots != unlimited)
      station.usable = static_cast<double>(most) / static_cast<double>(station.slots);
    station.slots = most;
  }
  if (service.limit->waits)
    station.line = unlimited;
  else if (!line_is_short)
    station.line = most - station.slots;
}

}  // namespace

std::optional<Station> station_of(Scenario const& scenario, StepGraph const& graph,
                                  Traffic const& traffic, std::vector<Stream> const& streams,
                                  std::size_t index) {
  Service const& service = scenario.services[index];
  Station station;
  station.name = service.name;
  station.rate = traffic.arrivals(index);
  if (station.rate <= 0.0) return std::nullopt;
  station.stream = streams[index];
  auto const holding = holding_of(scenario, graph, traffic, index);
  station.hold = holding.law;
  station.replicas = service.replicas;
  station.slots = service.concurrency;
  station.line = service.queue.capacity;
  station.discipline = service.queue.discipline;
  station.when_full = service.queue.when_full;
  station.balance = service.balance;
  if (Channel const* channel = only_channel(scenario, graph, traffic, index)) {
    station.shared_line = true;
    station.line = channel->capacity;
    auto const& subscriber = channel->subscribers.front();
    if (subscriber.prefetch && *subscriber.prefetch < service.concurrency)
      station.slots = *subscriber.prefetch;
    if (subscriber.prefetch && *subscriber.prefetch > service.concurrency)
      differ(station, "messages are prefetched");
    bool const drops = channel->when_full == Channel::WhenFull::drop_oldest ||
                       channel->when_full == Channel::WhenFull::block;
    if (drops) station.when_full = QueueSpec::WhenFull::drop_oldest;
    if (subscriber.ack_loss > 0.0 ||
        traffic.means(graph.vertex(subscriber.operation)).succeeds < 1.0)
      differ(station, "messages are delivered again");
    if (channel->credit != unlimited) differ(station, "its channel has a credit");
    if (channel->order != Channel::Order::fifo) differ(station, "messages are not taken in order");
    if (channel->ttl) differ(station, "messages expire");
  } else if (is_delivered_to(scenario, graph, index)) {
    differ(station, "messages come by their own rules (batches, copies, partitions)");
  }
  station.breakdown = breakdown_of(scenario, service);
  if (station.breakdown && station.shared_line)
    differ(station, "who stops still has the messages that were delivered to it");
  add_limit(station, service);
  add_patience(station, scenario, graph, index);
  auto speeds = speeds_of(service);
  bool const enough = service.cores && service.concurrency != unlimited &&
                      *service.cores >= static_cast<double>(service.concurrency);
  bool const only_work =
      std::abs(traffic.work(index) - traffic.slots(index)) <= 1e-9 * traffic.slots(index);
  if (!speeds.empty() && !enough && only_work) station.speeds = std::move(speeds);
  if (station.discipline == Discipline::priority ||
      station.discipline == Discipline::preemptive_priority)
    station.classes = classes_of(scenario, graph, traffic, index);
  if (!holding.differences.empty()) differ(station, holding.differences.front());
  note_what_is_left_out(station, service);
  return station;
}

}  // namespace sojourn
