#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "models/report.h"
#include "models/simulate.h"
#include "models/world.h"
#include "tests/support/scenario_builder.h"

namespace sojourn::support {

/// The figure of that name; a failure of the test if there is none.
inline double metric(Program const& program, RunResult const& result, std::string const& name) {
  auto const& metrics = program.layout.metrics;
  auto const found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](Metric const& metric) { return metric.name == name; });
  if (found == metrics.end()) {
    ADD_FAILURE() << "no metric is called " << name;
    return std::numeric_limits<double>::quiet_NaN();
  }
  return result.values.at(static_cast<std::size_t>(found - metrics.begin()));
}

/// One run that a test drives itself, and looks into between events.
class TestRun {
 public:
  explicit TestRun(ScenarioBuilder const& builder, std::uint64_t seed = 1,
                   std::uint64_t replication = 0)
      : TestRun(builder.build(), seed, replication) {}
  explicit TestRun(Scenario const& scenario, std::uint64_t seed = 1, std::uint64_t replication = 0)
      : program_(compile(scenario)), world_(*program_, Streams(seed, replication)) {
    world_.begin();
  }

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] World const& world() const { return world_; }
  [[nodiscard]] Program const& program() const { return *program_; }

  /// Runs all events up to and including that time.
  TestRun& until(Duration time) {
    EXPECT_TRUE(world_.sim.run(world_, Time(time), most_events)) << "the run does not end";
    return *this;
  }

  /// The same, and calls `look(world, event)` after each event.
  template <class Look>
  TestRun& until(Duration time, Look&& look) {
    Looking<Look> model{world_, look};
    EXPECT_TRUE(world_.sim.run(model, Time(time), most_events)) << "the run does not end";
    return *this;
  }

  /// Runs to the end, if it is not there yet, and checks the accounts.
  RunResult result() {
    until(program_->duration);
    world_.measures.timeline.close(world_.now());
    return make_result(world_);
  }
  double metric(std::string const& name) { return support::metric(*program_, result(), name); }

  // Of a workload

  [[nodiscard]] WorkloadMeasures const& workload(std::string const& name) const {
    auto const& plans = program_->workloads;
    auto const found = std::find_if(plans.begin(), plans.end(), [&](WorkloadPlan const& plan) {
      return plan.spec.name == name;
    });
    return world_.measures.workloads.at(static_cast<std::size_t>(found - plans.begin()));
  }

  /// How the only request of a workload ended. Precondition: it has.
  [[nodiscard]] Outcome outcome(std::string const& name) const {
    WorkloadMeasures const& measures = workload(name);
    EXPECT_EQ(measures.cohort, 1U) << name;
    if (measures.cohort_succeeded == 1) return Outcome::success;
    for (std::size_t i = 0; i < failure_causes.size(); ++i) {
      if (measures.cohort_failed[i] == 1) return failure_causes[i];
    }
    ADD_FAILURE() << name << " has not ended";
    return Outcome::crashed;
  }
  /// Its latency, to the nanosecond.
  [[nodiscard]] Duration latency(std::string const& name) const {
    WorkloadMeasures const& measures = workload(name);
    return from_seconds(outcome(name) == Outcome::success ? measures.latency.of_cohort().max()
                                                          : measures.failure_latency.max());
  }

  [[nodiscard]] ServiceMeasures const& service(std::string const& name) const {
    return world_.measures.services.at(service_index(name));
  }
  [[nodiscard]] Replica const& replica(std::string const& name, std::uint32_t number = 0) const {
    return world_.replicas[program_->services[service_index(name)].first_replica + number];
  }
  /// Of a channel, or of what one subscriber is to get.
  [[nodiscard]] ChannelMeasures const& channel(std::string const& name) const {
    auto const& plans = program_->accounts;
    auto const found = std::find_if(plans.begin(), plans.end(),
                                    [&](AccountPlan const& plan) { return plan.name == name; });
    return world_.measures.accounts.at(static_cast<std::size_t>(found - plans.begin()));
  }

 private:
  static constexpr std::uint64_t most_events = 20'000'000;

  template <class Look>
  struct Looking {
    World& world;
    Look& look;

    [[nodiscard]] Activities const& event_owners() const { return world.event_owners(); }
    void handle(Event const& event) {
      world.handle(event);
      look(static_cast<World const&>(world), event);
    }
  };

  [[nodiscard]] std::size_t service_index(std::string const& name) const {
    auto const& plans = program_->services;
    auto const found = std::find_if(plans.begin(), plans.end(), [&](ServicePlan const& plan) {
      return plan.spec.name == name;
    });
    return static_cast<std::size_t>(found - plans.begin());
  }

  std::shared_ptr<Program const> program_;
  World world_;
};

}  // namespace sojourn::support
