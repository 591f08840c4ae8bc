#include "tests/properties/random_scenario.h"

#include <algorithm>

#include "sim/random_stream.h"
#include "tests/support/steps.h"

namespace sojourn::support {
namespace {

using namespace std::chrono_literals;

class Generator {
 public:
  explicit Generator(std::uint64_t seed)
      : random_(Streams(seed, 0).open("scenario")), features_(random_.below(1U << feature_count)) {}

  Scenario generate() {
    scenario_.name = "random";
    scenario_.duration = 1s;
    scenario_.warmup = has(warmup) ? 300ms : 0ms;
    for (std::size_t i = 0, n = 1 + below(4); i < n; ++i) services_.push_back(name("s", i));
    if (has(brokers)) add_brokers();
    for (std::size_t i = 0; i < services_.size(); ++i) add_service(i);
    for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) add_workload(i);
    for (std::size_t i = 0, n = has(faults) ? 1 + below(3) : 0; i < n; ++i) add_fault(i);
    return scenario_;
  }

 private:
  enum Feature : unsigned {
    warmup,
    brokers,
    faults,
    retries,
    timeouts,
    non_blocking,
    parallels,
    pools,
    bounded,
    cores,
    patience,
    priorities,
    lone_steps,  // respond, background, fail, forward
    guards,      // breakers, limits, fallbacks
    giving_up,   // cancelled calls and deadlines
    limits,
    ties,  // constant times in whole milliseconds
    feature_count
  };

  [[nodiscard]] bool has(Feature feature) const { return (features_ >> feature & 1U) != 0; }
  std::uint64_t below(std::uint64_t count) { return random_.below(count); }
  bool coin(double probability = 0.5) { return random_.happens(probability); }
  static std::string name(char const* prefix, std::size_t number) {
    return prefix + std::to_string(number);
  }

  Distribution length(double mean) {
    if (has(ties)) return Distribution::constant(0.001 * static_cast<double>(1 + below(4)));
    switch (below(4)) {
      case 0:
        return Distribution::constant(mean);
      case 1:
        return Distribution::lognormal(mean, 1.5);
      case 2:
        return Distribution::uniform(0.0, 2.0 * mean);
      default:
        return Distribution::exponential(mean);
    }
  }

  // --- Services ----------------------------------------------------------------------------------

  void add_service(std::size_t index) {
    Service service;
    service.name = services_[index];
    service.replicas = static_cast<std::int64_t>(1 + below(3));
    service.concurrency = coin(0.1) ? unlimited : static_cast<Limit>(1 + below(4));
    service.blocking = !has(non_blocking) || coin();
    service.balance = static_cast<Balance>(below(4));
    if (has(cores) && coin()) service.cores = 0.5 * static_cast<double>(1 + below(4));
    if (has(cores) && !service.cores && coin(0.3)) service.speed = SpeedTable{{1.0, 1.6, 1.8}};
    if (has(cores) && !service.cores && coin(0.3)) service.speed = ScalabilityLaw{0.03, 0.001};
    if (has(bounded)) {
      service.queue.capacity = static_cast<Limit>(below(6));
      service.queue.when_full = static_cast<QueueSpec::WhenFull>(below(3));
    }
    if (has(limits) && coin()) {
      service.limit = AdmissionLimit{RateLimit{80.0, static_cast<std::int64_t>(1 + below(5))}};
      if (coin()) service.limit->limit = ConcurrencyLimit{static_cast<std::int64_t>(1 + below(6))};
      service.limit->waits = coin();
    }
    service.queue.discipline = static_cast<Discipline>(below(6));
    if (coin(0.3)) service.startup = length(0.02);
    if (has(pools)) service.pools.push_back({"db", static_cast<std::int64_t>(1 + below(3))});
    for (auto const* operation : {"op", "other"}) {
      service.operations.push_back({operation, steps(index, 3, true)});
      if (has(lone_steps) && coin(0.3)) add_ending(index, service.operations.back().steps);
    }
    scenario_.services.push_back(service);
  }

  void add_ending(std::size_t index, Steps& steps) {
    if (coin() && index + 1 < services_.size()) {
      steps.push_back(forward(later(index)));
    } else {
      steps.push_back(respond());
      steps.push_back(work(length(0.003)));
    }
  }

  std::string later(std::size_t index) {
    std::size_t const target = index + 1 + below(services_.size() - index - 1);
    bool const main = coin();
    return services_[target] + (main ? ".op" : ".other");
  }

  Step call_later(std::size_t index) {
    std::string const target = later(index);
    Step step = call(target, call_options());
    if (!has(guards) || coin(0.7)) return step;
    Steps instead;
    if (coin()) instead.push_back(work(length(0.001)));
    return or_else(std::move(step), std::move(instead));
  }

  Steps steps(std::size_t index, std::size_t most, bool pools_allowed) {
    Steps list;
    for (std::size_t i = 0, n = 1 + below(most); i < n; ++i) {
      list.push_back(step(index, most, pools_allowed));
    }
    return list;
  }

  Step step(std::size_t index, std::size_t most, bool pools_allowed) {
    Steps const few{work(length(0.002))};
    auto const nested = [&] { return most > 1 ? steps(index, most - 1, pools_allowed) : few; };
    switch (below(11)) {
      case 0:
        return wait(length(0.005));
      case 1:
      case 2:
        return index + 1 < services_.size() ? call_later(index) : few[0];
      case 3:
      case 4:
        return publication(index);
      case 5:
        return has(parallels) ? parallel_step(index, most) : few[0];
      case 6:
        return {ChooseStep{{{0.3, nested()}, {coin() ? 0.7 : 0.5, nested()}}}};
      case 7:
        return {RepeatStep{Distribution::geometric(1.5, 0), nested()}};
      case 8:
        if (!has(pools) || !pools_allowed) return few[0];
        return use("db", most > 1 ? steps(index, most - 1, false) : few);
      case 9:
        if (!has(lone_steps)) return few[0];
        return coin() ? fail(0.1) : background(nested());
      default:
        return few[0];
    }
  }

  /// Without pools: branches that wait for one keep the slot that who has it may need.
  Step parallel_step(std::size_t index, std::size_t most) {
    std::size_t const join = 1 + below(2);
    auto const branch = [&] {
      return most > 1 ? steps(index, most - 1, false) : Steps{work(length(0.002))};
    };
    Steps left = branch();
    return parallel({std::move(left), branch()}, join);
  }

  Step publication(std::size_t index) {
    std::vector<ChannelName> reachable;
    for (auto const& [channel, first_consumer] : channels_) {
      if (first_consumer > index) reachable.push_back(channel);
    }
    if (reachable.empty()) return work(length(0.002));
    PublishStep step;
    step.channel = reachable[below(reachable.size())];
    step.confirm = coin(0.7);
    if (has(timeouts) && coin()) step.timeout = length(0.02);
    if (coin(0.2)) step.count = Distribution::geometric(2.0);
    if (has(guards) && step.confirm && coin(0.3)) step.fallback = Steps{work(length(0.001))};
    return {step};
  }

  // --- Calls and workloads -----------------------------------------------------------------------

  CallOptions call_options() {
    CallOptions options;
    if (has(timeouts) && coin()) options.timeout = length(0.05);
    if (has(retries) && coin()) {
      Retry policy;
      policy.attempts = static_cast<Limit>(2 + below(2));
      policy.backoff = backoff();
      policy.on_error = coin(0.8);
      policy.on_timeout = coin(0.8);
      policy.on_rejected = coin(0.8);
      if (coin(0.3)) policy.budget = 0.1;
      options.retry = policy;
    }
    if (has(guards) && coin()) options.breaker = breaker();
    if (has(guards) && coin()) {
      options.limit = CallLimit{static_cast<std::int64_t>(1 + below(3)), coin()};
    }
    options.cancel = has(giving_up) && coin();
    return options;
  }

  Breaker breaker() {
    Breaker made;
    made.trip = FailuresInARow{static_cast<std::int64_t>(1 + below(3))};
    if (coin(0.3)) made.trip = FailureRate{std::int64_t{5}, 3, 0.5};
    if (coin(0.3)) made.trip = FailureRate{Duration(50ms), 2, 0.4};
    made.open = coin() ? 30ms : 3ms;
    made.probes = static_cast<std::int64_t>(1 + below(2));
    return made;
  }

  Backoff backoff() {
    Backoff made;
    made.jitter = static_cast<Backoff::Jitter>(below(4));
    made.first = coin(0.2) ? 0ms : 5ms;
    if (coin()) made.max = 30ms;
    if (coin(0.2)) made.each = length(0.01);
    return made;
  }

  void add_workload(std::size_t index) {
    Workload workload;
    workload.name = name("w", index);
    bool const mixed = coin(0.3);
    workload.mix.push_back(
        {operation(services_[below(services_.size())] + ".op"), mixed ? 0.6 : 1});
    if (mixed) workload.mix.push_back({operation(services_.front() + ".other"), 0.4});
    switch (below(5)) {
      case 4:
        workload.arrivals = BurstyArrivals{20.0, 200.0, length(0.05), length(0.02)};
        break;
      case 0:
        workload.arrivals = ClosedArrivals{static_cast<std::int64_t>(1 + below(8)), length(0.05)};
        break;
      case 1:
        workload.arrivals = TraceArrivals{{100ms, 100ms, 101ms, 250ms, 900ms, 990ms}};
        break;
      case 2:
        workload.arrivals = OpenArrivals{length(0.03), Distribution::geometric(3.0)};
        break;
      default:
        workload.arrivals = OpenArrivals{length(0.01), {}};
    }
    if (coin(0.3)) workload.profile = {{200ms, 2.0, 100ms}, {600ms, 0.0, 0s}, {700ms, 1.0, 50ms}};
    if (coin(0.2)) workload.sine = SineProfile{300ms, 0.1 * static_cast<double>(1 + below(10))};
    workload.options = call_options();
    if (has(patience) && coin()) workload.patience = length(0.01);
    workload.propagates_deadline = has(giving_up) && workload.options.timeout && coin();
    if (has(priorities)) workload.priority = static_cast<int>(below(3));
    scenario_.workloads.push_back(workload);
  }

  // --- Brokers -----------------------------------------------------------------------------------

  void add_brokers() {
    std::size_t count = 0;
    for (std::size_t i = 0, n = 1 + below(2); i < n; ++i) {
      Broker broker;
      broker.name = name("b", i);
      if (coin(0.3)) broker.latency = length(0.001);
      if (coin(0.3)) broker.throughput = 500.0;
      for (std::size_t c = 0, m = 1 + below(2); c < m; ++c) {
        broker.channels.push_back(channel(broker.name, count++));
      }
      scenario_.brokers.push_back(broker);
    }
  }

  Channel channel(std::string const& broker, std::size_t index) {
    Channel made;
    made.name = name("c", index);
    std::size_t const first_consumer = below(services_.size());
    for (std::size_t i = 0, n = 1 + below(2); i < n; ++i) {
      made.subscribers.push_back(subscriber(first_consumer));
    }
    made.when_full = static_cast<Channel::WhenFull>(below(4));
    if (has(bounded)) made.capacity = static_cast<Limit>(below(8));
    for (Subscriber const& one : made.subscribers) {
      // Nothing passes from hand to hand to who collects.
      if (one.batch || one.poll) made.capacity = std::max<Limit>(1, made.capacity);
    }
    if (coin(0.3)) made.ttl = 40ms;
    made.durable = coin();
    made.delivery = static_cast<Channel::Delivery>(below(3));
    made.initial = coin(0.3) ? static_cast<std::int64_t>(below(10)) : 0;
    // Dead letters go to earlier channels and not to earlier services, so not in circles.
    for (auto const& [earlier, its_first] : channels_) {
      if (its_first >= first_consumer && coin(0.3)) made.dead_letter = earlier;
    }
    channels_.emplace_back(ChannelName{broker, made.name}, first_consumer);
    return made;
  }

  Subscriber subscriber(std::size_t service) {
    Subscriber made;
    made.operation = operation(services_[service] + (coin() ? ".op" : ".other"));
    if (coin()) made.prefetch = static_cast<Limit>(1 + below(5));
    if (has(timeouts) && coin(0.3)) made.ack_timeout = 15ms;
    made.max_deliveries = static_cast<Limit>(1 + below(4));
    made.redelivery = backoff();
    if (coin(0.3)) made.batch = Subscriber::Batch{static_cast<std::int64_t>(1 + below(3)), 4, 20ms};
    if (coin(0.2)) made.poll = 7ms;
    if (coin(0.2)) made.start = 150ms;
    return made;
  }

  // --- Faults ------------------------------------------------------------------------------------

  void add_fault(std::size_t index) {
    Fault fault;
    fault.name = name("f", index);
    ReplicaTarget target{services_[below(services_.size())], unlimited, coin(0.3)};
    if (coin()) target.replicas = 1;
    switch (below(6)) {
      case 0:
        fault.effect = CrashFault{target};
        break;
      case 1:
        fault.effect = PauseFault{target};
        break;
      case 2:
        fault.effect = SlowFault{target, 3.0};
        break;
      case 3:
        fault.effect = ErrorsFault{target, 0.5};
        break;
      case 4:
        fault.effect = SurgeFault{scenario_.workloads.front().name, coin() ? 3.0 : 0.0};
        break;
      default:
        if (scenario_.brokers.empty()) {
          fault.effect = CrashFault{target};
        } else {
          fault.effect = CrashFault{scenario_.brokers.front().name};
        }
    }
    if (coin()) {
      fault.at = 1ms * static_cast<std::int64_t>(below(800));
    } else {
      fault.every = length(0.2);
    }
    fault.length = length(0.08);
    scenario_.faults.push_back(fault);
  }

  RandomStream random_;
  std::uint64_t features_;
  Scenario scenario_;
  std::vector<std::string> services_;
  std::vector<std::pair<ChannelName, std::size_t>> channels_;  // and the first who consumes
};

}  // namespace

Scenario random_scenario(std::uint64_t seed) { return Generator(seed).generate(); }

}  // namespace sojourn::support
