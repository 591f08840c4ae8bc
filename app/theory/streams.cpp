#include "app/theory/streams.h"

#include <algorithm>
#include <set>

#include "app/theory/breakdowns.h"
#include "app/theory/holding.h"

namespace sojourn {
namespace {

Stream other(std::string why) {
  Stream stream;
  stream.kind = Stream::Kind::other;
  stream.why = "arrivals are not Poisson: " + std::move(why);
  return stream;
}

bool is_exponential(Distribution const& law) {
  auto const stages = law.stages();
  return stages.size() == 1 && stages.front().stages == 1;
}

Stream open_stream(OpenArrivals const& open, std::string const& name, bool alone) {
  bool const poisson = is_exponential(open.interarrival_time);
  if (poisson && !open.batch) return {};
  if (!alone) return other(name + " does not send by chance");
  Stream stream;
  if (poisson) {
    stream.kind = Stream::Kind::batches;
    auto const size = TimeLaw::of(*open.batch);
    stream.batch = size.moments();
    return stream;
  }
  if (open.batch) return other(name + " sends in batches");
  stream.kind = Stream::Kind::renewal;
  stream.interarrival = TimeLaw::of(open.interarrival_time);
  return stream;
}

/// Alone: nobody else sends to where this workload sends, and it sends nowhere else.
Stream stream_of(Workload const& workload, bool alone) {
  if (!workload.profile.empty() || workload.sine)
    return other("the rate of " + workload.name + " changes; here it is the mean");
  if (auto const* open = std::get_if<OpenArrivals>(&workload.arrivals))
    return open_stream(*open, workload.name, alone);
  if (auto const* bursty = std::get_if<BurstyArrivals>(&workload.arrivals)) {
    if (!alone || !is_exponential(bursty->calm) || !is_exponential(bursty->burst))
      return other(workload.name + " sends in bursts");
    Stream stream;
    stream.kind = Stream::Kind::markov;
    stream.chain = theory::MarkovArrivals::two_rates(bursty->calm_rate, bursty->calm.mean(),
                                                     bursty->burst_rate, bursty->burst.mean());
    return stream;
  }
  if (std::holds_alternative<TraceArrivals>(workload.arrivals))
    return other(workload.name + " sends at stated times");
  return other(workload.name + " has users who wait for their answers");
}

/// One that goes to a service, and from where.
struct Source {
  Workload const* workload = nullptr;
  std::size_t operation = 0;  ///< Else: the operation that sends.
  double times = 1.0;         ///< For each execution of it.
  bool retried = false;
};

class Finder {
 public:
  Finder(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
         Congestion const& congestion)
      : scenario_(scenario),
        graph_(graph),
        traffic_(traffic),
        sources_(scenario.services.size()),
        streams_(scenario.services.size()),
        state_(scenario.services.size(), State::unknown) {
    for (auto const& workload : scenario.workloads)
      for (auto const& target : workload.mix)
        if (target.share > 0.0)
          sources_[graph.service(graph.vertex(target.operation))].push_back(
              {&workload, 0, target.share, congestion.of(workload.options).attempts > 1.0 + 1e-6});
    for (std::size_t operation = 0; operation < graph.operations(); ++operation)
      if (traffic.rate(operation) > 0.0)
        for (auto const& visit : traffic.means(operation).visits)
          add_visit(operation, visit, congestion);
  }

  std::vector<Stream> find() {
    for (std::size_t service = 0; service < streams_.size(); ++service) at(service);
    return streams_;
  }

 private:
  enum class State { unknown, looking, known };

  void add_visit(std::size_t operation, ExecutionMeans::Visit const& visit,
                 Congestion const& congestion) {
    if (visit.times <= 0.0) return;
    auto const* call = std::get_if<CallStep>(&visit.step->action);
    bool const retried = call != nullptr && congestion.of(call->options).attempts > 1.0 + 1e-6;
    if (graph_.is_operation(visit.target)) {
      sources_[graph_.service(visit.target)].push_back({nullptr, operation, visit.times, retried});
      return;
    }
    for (Subscriber const& subscriber : graph_.channel(visit.target).subscribers)
      sources_[graph_.service(graph_.vertex(subscriber.operation))].push_back(
          {nullptr, operation, visit.times, retried});
  }

  Stream const& at(std::size_t service) {
    if (state_[service] == State::known) return streams_[service];
    if (state_[service] == State::looking) {
      // What comes back: at best a network with product form.
      static Stream const back = [] {
        Stream stream;
        stream.kind = Stream::Kind::product_form;
        return stream;
      }();
      return back;
    }
    state_[service] = State::looking;
    Stream found = joined(service);
    streams_[service] = std::move(found);
    state_[service] = State::known;
    return streams_[service];
  }

  Stream joined(std::size_t service) {
    auto const& sources = sources_[service];
    Stream all;
    std::set<std::size_t> seen;
    for (Source const& source : sources) {
      bool const twice = source.workload == nullptr && !seen.insert(source.operation).second;
      Stream one = from(source, sources.size() == 1);
      if (twice && one.poisson()) one.kind = Stream::Kind::product_form;
      if (one.kind == Stream::Kind::other) return one;
      if (sources.size() == 1) return one;
      if (one.kind == Stream::Kind::product_form) all.kind = one.kind;
    }
    return all;
  }

  Stream from(Source const& source, bool alone) {
    if (source.workload != nullptr) {
      if (source.retried)
        return other("the retries of " + source.workload->name + " come beside its requests");
      return stream_of(*source.workload, alone && source.workload->mix.size() == 1);
    }
    std::size_t const sender = graph_.service(source.operation);
    std::string const& name = scenario_.services[sender].name;
    if (source.retried) return other("the retries of " + name + " come beside its requests");
    Stream stream = at(sender);
    if (stream.kind == Stream::Kind::other) return stream;
    if (!stream.as_poisson()) return other("they come from " + name + " as it lets them go");
    if (!has_product_form(scenario_, graph_, traffic_, sender))
      return other("they come from " + name + ", which holds them up in its own way");
    bool const displaced = scenario_.services[sender].concurrency == unlimited &&
                           !scenario_.services[sender].cores && visits_of(source.operation) <= 1;
    if (!displaced || source.times > 1.0) stream.kind = Stream::Kind::product_form;
    return stream;
  }

  [[nodiscard]] std::size_t visits_of(std::size_t operation) const {
    return traffic_.means(operation).visits.size();
  }

  Scenario const& scenario_;
  StepGraph const& graph_;
  Traffic const& traffic_;
  std::vector<std::vector<Source>> sources_;  // (services)
  std::vector<Stream> streams_;
  std::vector<State> state_;
};

/// Steps between which nobody is held up by anything but those who are called.
bool only_calls_and_delays(Steps const& steps) {
  bool plain = true;
  for_each_step(steps, true, [&](Step const& step) {
    auto const& action = step.action;
    plain = plain && !std::holds_alternative<ParallelStep>(action) &&
            !std::holds_alternative<UseStep>(action) && !std::holds_alternative<SagaStep>(action) &&
            !std::holds_alternative<BackgroundStep>(action) &&
            !std::holds_alternative<RepeatStep>(action);
  });
  return plain;
}

}  // namespace

double variability_of(Workload const& workload) {
  if (auto const* open = std::get_if<OpenArrivals>(&workload.arrivals)) {
    double scv = TimeLaw::of(open->interarrival_time).moments().scv;
    if (!open->batch) return scv;
    auto const size = TimeLaw::of(*open->batch).moments();
    return size.mean * (scv + size.scv);
  }
  auto const* bursty = std::get_if<BurstyArrivals>(&workload.arrivals);
  if (bursty == nullptr) return 1.0;
  // Source: Fischer and Meier-Hellstern, "The Markov-modulated Poisson process (MMPP) cookbook",
  // Performance Evaluation 18 (1993).
  double const calm = bursty->calm.mean(), burst = bursty->burst.mean(), both = calm + burst;
  double const apart = bursty->burst_rate - bursty->calm_rate;
  double const rate = (calm * bursty->calm_rate + burst * bursty->burst_rate) / both;
  return 1.0 + 2.0 * apart * apart * calm * calm * burst * burst / (both * both * both * rate);
}

bool has_product_form(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                      std::size_t index) {
  Service const& service = scenario.services[index];
  if (service.limit || service.autoscale || !service.hours.empty() || service.speed ||
      !service.hosts.empty())
    return false;
  auto const breakdown = breakdown_of(scenario, service);
  if (breakdown && breakdown->kind != Breakdown::Kind::errors) return false;
  bool plain = true;
  for (Operation const& operation : service.operations)
    plain = plain && only_calls_and_delays(operation.steps);
  if (!plain) return false;
  if (service.concurrency == unlimited) return !service.cores || *service.cores == 1.0;
  if (service.cores) return false;
  bool const in_line = service.queue.capacity == unlimited && !service.queue.codel &&
                       (service.queue.discipline == Discipline::fifo ||
                        service.queue.discipline == Discipline::lifo ||
                        service.queue.discipline == Discipline::random);
  bool const split = service.replicas == 1 || service.balance == Balance::random;
  if (!in_line || !split) return false;
  auto const holding = holding_of(scenario, graph, traffic, index);
  return holding.alone && holding.law.exponential();
}

std::vector<Stream> streams_of(Scenario const& scenario, StepGraph const& graph,
                               Traffic const& traffic, Congestion const& congestion) {
  return Finder(scenario, graph, traffic, congestion).find();
}

}  // namespace sojourn
