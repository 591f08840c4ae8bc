#include <sstream>

#include "tests/properties/random_scenario.h"

namespace sojourn::support {
namespace {

double milliseconds(Duration duration) { return in_seconds(duration) * 1e3; }

/// Writes a scenario in a few words; not the language of files, but near it.
class Writer {
 public:
  std::string write(Scenario const& scenario) {
    out_ << "duration " << milliseconds(scenario.duration) << " warmup "
         << milliseconds(scenario.warmup) << " (all times in ms)\n";
    for (Workload const& workload : scenario.workloads) write(workload);
    for (Service const& service : scenario.services) write(service);
    for (Broker const& broker : scenario.brokers) write(broker);
    for (Fault const& fault : scenario.faults) write(fault);
    return out_.str();
  }

 private:
  void limit(char const* key, Limit value) {
    if (value != unlimited) out_ << ' ' << key << ' ' << value;
  }
  template <class Value>
  void length(char const* key, std::optional<Value> const& value) {
    if (!value) return;
    if constexpr (std::is_same_v<Value, Distribution>) {
      out_ << ' ' << key << " ~" << value->mean() * 1e3 << (value->is_constant() ? "" : "?");
    } else {
      out_ << ' ' << key << ' ' << milliseconds(*value);
    }
  }
  void write(CallOptions const& options) {
    length("timeout", options.timeout);
    if (options.cancel) out_ << " cancel";
    if (options.breaker) {
      out_ << " breaker " << options.breaker->trip.index() << " probes " << options.breaker->probes;
      length("open", std::optional(options.breaker->open));
    }
    if (options.limit) {
      out_ << " bulkhead " << options.limit->calls << (options.limit->waits ? " waits" : "");
    }
    if (!options.retry) return;
    limit("attempts", options.retry->attempts);
    write(options.retry->backoff);
    if (options.retry->budget) out_ << " budget " << *options.retry->budget;
  }
  void write(Backoff const& backoff) {
    out_ << " backoff " << milliseconds(backoff.first) << " jitter "
         << static_cast<int>(backoff.jitter);
    length("each", backoff.each);
  }

  void write(Workload const& workload) {
    static char const* const kinds[] = {"open", "trace", "closed", "bursty"};
    out_ << "workload " << workload.name << ": " << kinds[workload.arrivals.index()] << " to";
    for (auto const& target : workload.mix) {
      out_ << ' ' << target.operation.service << '.' << target.operation.operation;
    }
    write(workload.options);
    length("patience", workload.patience);
    if (workload.propagates_deadline) out_ << " deadline";
    out_ << " priority " << workload.priority << " points " << workload.profile.size()
         << (workload.sine ? " sine" : "") << '\n';
  }

  static char const* discipline_name(Discipline discipline) {
    static char const* const names[] = {"fifo",     "lifo",           "random",
                                        "priority", "urgent-at-once", "newest-at-once"};
    return names[static_cast<std::size_t>(discipline)];
  }

  void write(Service const& service) {
    out_ << "service " << service.name << ": replicas " << service.replicas;
    limit("slots", service.concurrency);
    limit("queue", service.queue.capacity);
    out_ << " full " << static_cast<int>(service.queue.when_full) << ' '
         << discipline_name(service.queue.discipline) << (service.blocking ? "" : " non-blocking");
    if (service.cores) out_ << " cores " << *service.cores;
    if (service.speed) out_ << " speed " << (service.speed->index() == 0 ? "table" : "usl");
    if (service.limit) {
      out_ << (service.limit->limit.index() == 0 ? " rate-limit" : " concurrency-limit")
           << (service.limit->waits ? " shapes" : " polices");
    }
    length("startup", service.startup);
    for (Pool const& pool : service.pools) out_ << " pool " << pool.size;
    out_ << '\n';
    for (Operation const& operation : service.operations) {
      out_ << "  " << operation.name << ':';
      write(operation.steps);
      out_ << '\n';
    }
  }

  void write(Steps const& steps) {
    out_ << " [";
    for (Step const& step : steps) {
      std::visit([this](auto const& action) { write(action); }, step.action);
    }
    out_ << " ]";
  }
  void write(WorkStep const& step) { length("work", std::optional(step.duration)); }
  void write(WaitStep const& step) { length("wait", std::optional(step.duration)); }
  void write(CallStep const& step) {
    out_ << " call " << step.target.service << '.' << step.target.operation;
    write(step.options);
    fallback(step.fallback);
  }
  void fallback(std::optional<Steps> const& steps) {
    if (!steps) return;
    out_ << " fallback";
    write(*steps);
  }
  void write(ForwardStep const& step) {
    out_ << " forward " << step.target.service << '.' << step.target.operation;
  }
  void write(PublishStep const& step) {
    out_ << " publish " << step.channel.broker << '.' << step.channel.channel
         << (step.confirm ? "" : " unconfirmed");
    length("timeout", step.timeout);
    fallback(step.fallback);
  }
  void write(ParallelStep const& step) {
    out_ << " parallel join " << step.join;
    for (Steps const& branch : step.branches) write(branch);
  }
  void write(ChooseStep const& step) {
    out_ << " choose";
    for (auto const& branch : step.branches) {
      out_ << ' ' << branch.probability;
      write(branch.steps);
    }
  }
  void write(RepeatStep const& step) {
    out_ << " repeat ~" << step.count.mean();
    write(step.steps);
  }
  void write(UseStep const& step) {
    out_ << " use " << step.pool;
    write(step.steps);
  }
  void write(RespondStep const&) { out_ << " respond"; }
  void write(BackgroundStep const& step) {
    out_ << " background";
    write(step.steps);
  }
  void write(FailStep const& step) { out_ << " fail " << step.probability; }

  void write(Broker const& broker) {
    out_ << "broker " << broker.name << ':';
    length("latency", broker.latency);
    if (broker.throughput) out_ << " throughput " << *broker.throughput;
    out_ << '\n';
    for (Channel const& channel : broker.channels) write(channel);
  }
  void write(Channel const& channel) {
    out_ << "  channel " << channel.name << ": full " << static_cast<int>(channel.when_full)
         << " delivery " << static_cast<int>(channel.delivery)
         << (channel.durable ? " durable" : "") << " initial " << channel.initial;
    limit("capacity", channel.capacity);
    length("ttl", channel.ttl);
    if (channel.dead_letter) out_ << " dead_letter " << channel.dead_letter->channel;
    out_ << '\n';
    for (Subscriber const& subscriber : channel.subscribers) {
      out_ << "    to " << subscriber.operation.service << '.' << subscriber.operation.operation;
      limit("prefetch", subscriber.prefetch.value_or(unlimited));
      limit("max_deliveries", subscriber.max_deliveries);
      length("ack_timeout", subscriber.ack_timeout);
      length("poll", subscriber.poll);
      if (subscriber.batch) out_ << " batch from " << subscriber.batch->min;
      write(subscriber.redelivery);
      out_ << '\n';
    }
  }

  void write(Fault const& fault) {
    static char const* const kinds[] = {"crash", "pause", "slow", "errors", "surge"};
    out_ << "fault " << fault.name << ": " << kinds[fault.effect.index()];
    length("at", fault.at);
    length("every", fault.every);
    length("for", fault.length);
    out_ << '\n';
  }

  std::ostringstream out_;
};

}  // namespace

std::string describe(Scenario const& scenario) { return Writer().write(scenario); }

}  // namespace sojourn::support
