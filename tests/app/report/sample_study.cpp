#include "tests/app/report/sample_study.h"

#include <cmath>
#include <limits>

#include "analysis/objectives.h"

namespace sojourn {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

class Maker {
 public:
  explicit Maker(std::string name) {
    result_.name = std::move(name);
    result_.replications = 10;
    result_.events = 4'321'000;
    result_.simulated = 900.0;
    result_.series_step = 15.0;
  }

  Maker& metric(char const* name, Unit unit, Better better, double mean, double half_width) {
    std::size_t const replications = std::isnan(mean) ? 0 : 10;
    result_.metrics.push_back({{name, unit, better}, {mean, half_width, 0.95, replications}});
    return *this;
  }

  /// One level before, during and after the outage.
  Maker& series(char const* name, Unit unit, double before, double during, double after) {
    SeriesEstimate estimate{{name, unit}, {}};
    for (int cell = 0; cell < 60; ++cell)
      estimate.values.push_back(cell < 16 ? before : cell < 22 ? during : after);
    result_.series.push_back(std::move(estimate));
    return *this;
  }

  Maker& account(AccountTotal total) {
    result_.accounts.push_back(std::move(total));
    return *this;
  }

  AlternativeResult done(std::uint64_t fingerprint) {
    result_.fingerprint = fingerprint;
    for (Goal const& goal : goals()) result_.objectives.push_back(judge(goal, result_));
    return result_;
  }

 private:
  static std::vector<Goal> goals() {
    return {
        {"shoppers.availability >= 99.9%", "shoppers.availability", Goal::Comparison::at_least,
         0.999},
        {"shoppers.latency.p99 <= 30ms", "shoppers.latency.p99", Goal::Comparison::at_most, 0.03},
        {"bank-outage.recovery <= 2min", "bank-outage.recovery", Goal::Comparison::at_most, 120.0},
        {"rabbit.charges.depth.max <= 10000", "rabbit.charges.depth.max", Goal::Comparison::at_most,
         10000.0}};
  }

  AlternativeResult result_;
};

AccountTotal requests(std::uint64_t total, std::vector<std::uint64_t> parts) {
  return {{AccountDefinition::Of::requests,
           "shoppers",
           "arrived",
           {"succeeded", "error", "timeout", "rejected", "abandoned", "dropped", "in_flight"},
           {}},
          {total, std::move(parts), {}}};
}

AccountTotal messages() {
  return {{AccountDefinition::Of::messages,
           "rabbit.charges",
           "published",
           {"processed", "dead_lettered", "expired", "dropped", "lost", "in_channel"},
           {"delivered", "redelivered", "duplicates", "rejected"}},
          {1'079'900, {1'079'000, 0, 0, 0, 0, 900}, {1'097'000, 18'000, 120, 0}}};
}

AlternativeResult sync_result() {
  return Maker("sync")
      .metric("shoppers.arrivals", Unit::per_second, Better::neither, 120.05, 0.21)
      .metric("shoppers.goodput", Unit::per_second, Better::higher, 106.13, 0.24)
      .metric("shoppers.availability", Unit::ratio, Better::higher, 0.9051, 0.0021)
      .metric("shoppers.failures.error", Unit::ratio, Better::lower, 0.0, 0.0)
      .metric("shoppers.failures.timeout", Unit::ratio, Better::lower, 0.0802, 0.0026)
      .metric("shoppers.failures.rejected", Unit::ratio, Better::lower, 0.0000021, 0.0000008)
      .metric("shoppers.latency.mean", Unit::second, Better::lower, 0.3251, 0.0043)
      .metric("shoppers.latency.p50", Unit::second, Better::lower, 0.16523, 0.0013)
      .metric("shoppers.latency.p99", Unit::second, Better::lower, 2.9612, 0.0512)
      .metric("shoppers.failure_latency.p99", Unit::second, Better::lower, 3.0, 0.0)
      .metric("shoppers.attempts", Unit::one, Better::lower, 1.0, 0.0)
      .metric("web.arrivals", Unit::per_second, Better::neither, 120.05, 0.21)
      .metric("web.replicas", Unit::one, Better::neither, 2.0, 0.0)
      .metric("web.utilisation", Unit::ratio, Better::neither, 0.415, 0.007)
      .metric("web.queue.mean", Unit::one, Better::lower, 12.34, 0.56)
      .metric("web.queue.max", Unit::one, Better::lower, 128.0, 0.0)
      .metric("web.checkout.latency.p99", Unit::second, Better::lower, 2.9, 0.1)
      .metric("web.db.utilisation", Unit::ratio, Better::neither, 0.2, 0.01)
      .metric("bank-outage.recovery", Unit::second, Better::lower, infinity, nan)
      .metric("bank-outage.failed", Unit::ratio, Better::lower, 0.985, 0.007)
      .metric("bank-outage.metastable", Unit::ratio, Better::lower, 0.1, 0.2262)
      .series("shoppers.goodput", Unit::per_second, 119.0, 5.0, 118.0)
      .series("shoppers.latency.p99", Unit::second, 0.5, nan, 0.75)
      .series("web.queue", Unit::one, 0.0, 128.0, 2.0)
      .account(requests(1'080'450, {977'912, 0, 86'641, 2, 0, 0, 15'895}))
      .done(0x00c0ffee12345678);
}

AlternativeResult async_result() {
  return Maker("async")
      .metric("shoppers.arrivals", Unit::per_second, Better::neither, 120.05, 0.21)
      .metric("shoppers.goodput", Unit::per_second, Better::higher, 120.03, 0.21)
      .metric("shoppers.availability", Unit::ratio, Better::higher, 0.99993, 0.00002)
      .metric("shoppers.failures.error", Unit::ratio, Better::lower, 0.0, 0.0)
      .metric("shoppers.failures.timeout", Unit::ratio, Better::lower, 0.00007, 0.00002)
      .metric("shoppers.failures.rejected", Unit::ratio, Better::lower, 0.0, 0.0)
      .metric("shoppers.latency.mean", Unit::second, Better::lower, 0.01, 0.0001)
      .metric("shoppers.latency.p50", Unit::second, Better::lower, 0.00919, 0.00005)
      .metric("shoppers.latency.p99", Unit::second, Better::lower, 0.0311, 0.0019)
      .metric("shoppers.failure_latency.p99", Unit::second, Better::lower, nan, nan)
      .metric("shoppers.attempts", Unit::one, Better::lower, 1.0, 0.0)
      .metric("web.arrivals", Unit::per_second, Better::neither, 120.05, 0.21)
      .metric("web.replicas", Unit::one, Better::neither, 2.0, 0.0)
      .metric("web.utilisation", Unit::ratio, Better::neither, 0.00751, 0.00004)
      .metric("web.queue.mean", Unit::one, Better::lower, 0.0, 0.0)
      .metric("web.queue.max", Unit::one, Better::lower, 0.0, 0.0)
      .metric("web.checkout.latency.p99", Unit::second, Better::lower, 0.03, 0.001)
      .metric("web.db.utilisation", Unit::ratio, Better::neither, 0.2, 0.01)
      .metric("rabbit.charges.published", Unit::one, Better::neither, 107'990.0, 20.3)
      .metric("rabbit.charges.processed", Unit::one, Better::neither, 107'900.0, 21.0)
      .metric("rabbit.charges.redelivered", Unit::one, Better::lower, 1800.4, 17.2)
      .metric("rabbit.charges.dropped", Unit::one, Better::lower, 0.0, 0.0)
      .metric("rabbit.charges.depth.mean", Unit::one, Better::lower, 876.7, 33.1)
      .metric("rabbit.charges.depth.max", Unit::one, Better::lower, 8'932.0, 177.0)
      .metric("rabbit.charges.latency.p99", Unit::second, Better::lower, 84.7, 3.3)
      .metric("bank-outage.recovery", Unit::second, Better::lower, 81.3, 2.2)
      .metric("bank-outage.failed", Unit::ratio, Better::lower, nan, nan)
      .metric("bank-outage.metastable", Unit::ratio, Better::lower, 0.0, 0.0)
      .series("shoppers.goodput", Unit::per_second, 120.0, 120.0, 120.0)
      .series("shoppers.latency.p99", Unit::second, 0.03, 0.03, 0.03)
      .series("web.queue", Unit::one, 0.0, 0.0, 0.0)
      .series("rabbit.charges.depth", Unit::one, 3.0, 8000.0, 400.0)
      .account(requests(1'080'450, {1'080'366, 0, 76, 0, 0, 0, 8}))
      .account(messages())
      .done(0xfeedface00000001);
}

/// As if the alternatives were independent, which is good enough for a report.
void compare_with_first(Study& study, AlternativeResult const& other) {
  AlternativeResult const& first = study.alternatives.front();
  for (auto const& [metric, from] : first.metrics) {
    auto const* to = other.find(metric.name);
    if (to == nullptr) continue;
    double const mean = to->estimate.mean - from.mean;
    double const half_width = std::hypot(from.half_width, to->estimate.half_width);
    bool const same = std::isnan(mean) || std::abs(mean) <= half_width;
    auto const verdict = same                               ? Comparison::Verdict::no_difference
                         : metric.better == Better::neither ? Comparison::Verdict::different
                         : (mean < 0) == (metric.better == Better::lower)
                             ? Comparison::Verdict::better
                             : Comparison::Verdict::worse;
    std::size_t const replications = std::isnan(mean) ? 0 : 10;
    study.comparisons.push_back({metric.name,
                                 metric.unit,
                                 first.name,
                                 other.name,
                                 {mean, half_width, 0.95, replications},
                                 verdict});
  }
}

}  // namespace

Study sample_study_of(std::size_t alternatives) {
  Study study;
  study.name = "Checkout, synchronous or asynchronous";
  study.file = "scenarios/checkout.yaml";
  study.description =
      "A shop's web API has a card charged by a third party. `sync` calls it while the shopper "
      "waits;\n`async` puts the charge on a queue.\n";
  study.seed = 1;
  study.replications = 10;
  study.duration = 900.0;
  study.warmup = 60.0;
  for (std::size_t i = 0; i < alternatives; ++i) {
    study.alternatives.push_back(i % 2 == 0 ? sync_result() : async_result());
    if (i >= 2) study.alternatives.back().name += "-number-" + std::to_string(i + 1);
    study.marks.push_back({study.alternatives.back().name, "bank-outage", 240.0, 330.0});
  }
  for (std::size_t i = 1; i < alternatives; ++i) compare_with_first(study, study.alternatives[i]);
  return study;
}

Study sample_study() { return sample_study_of(2); }

}  // namespace sojourn
