/// What is foreseen is fetched into the cache, and nothing else changes.
#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "models/simulate.h"
#include "models/world.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Foresees nothing.
struct BlindWorld : World {
  using World::World;
  void foresee() = delete;
};

template <class W>
std::uint64_t fingerprint_of(Program const& program) {
  W world(program, Streams(7, 0));
  world.begin();
  EXPECT_TRUE(world.sim.run(world, Time(program.duration), 100'000'000));
  EXPECT_GT(world.sim.pending(), 2'000U) << "or nothing is foreseen";
  EXPECT_FALSE(world.has_failed());
  return world.sim.fingerprint();
}

void expect_that_foresight_changes_nothing(Scenario const& scenario) {
  auto const program = compile(scenario);
  EXPECT_EQ(fingerprint_of<World>(*program), fingerprint_of<BlindWorld>(*program));
}

void expect_the_same_of_a_plain_world(Scenario const& scenario) {
  auto const program = compile(scenario);
  ASSERT_TRUE(program->is_plain);
  EXPECT_EQ(fingerprint_of<PlainWorld>(*program), fingerprint_of<BlindWorld>(*program));
}

std::string service(int i) { return "service-" + std::to_string(i); }

/// Each of so many services calls one of the next two, waits, or leaves that to the background,
/// with `options`; the last ones only work.
Scenario chain(int services, CallOptions const& options) {
  ScenarioBuilder builder(10s);
  for (int i = 0; i < 4; ++i)
    builder.open("clients-" + std::to_string(i), Distribution::exponential(0.002),
                 service(i) + ".op");
  builder.closed("users", 500, Distribution::exponential(1.0), service(0) + ".op")
      .mix.push_back({operation(service(1) + ".op"), 1.0});
  for (int i = 0; i < services; ++i) {
    Steps steps = {work(Distribution::exponential(0.5))};
    bool const is_last = i % 10 == 9 || i + 2 >= services;
    if (!is_last) {
      ChooseStep choice;
      choice.branches.push_back({0.5, {call(service(i + 1) + ".op", options)}});
      choice.branches.push_back({0.3, {call(service(i + 2) + ".op", options), wait(100ms)}});
      choice.branches.push_back({0.2, {background({wait(Distribution::exponential(0.2))})}});
      steps.push_back({choice});
    }
    if (i % 10 == 8) steps.push_back(forward(service(i + 1) + ".op"));
    if (i % 10 == 7) steps.push_back(parallel({{wait(50ms)}, {work(20ms)}}, 2));
    Service& added = builder.service(service(i), steps, 2000);
    added.replicas = 3 + i % 3;
    if (i % 4 == 1) added.balance = Balance::power_of_two;
    if (i % 5 == 1) added.concurrency = 800;
  }
  return builder.build();
}

TEST(ForesightTest, ChangesNothingWhereReplicasAreMany) {
  expect_that_foresight_changes_nothing(chain(100, {}));
  expect_the_same_of_a_plain_world(chain(100, {}));
}

TEST(ForesightTest, ChangesNothingWhereReplicasAreFew) {
  expect_that_foresight_changes_nothing(chain(10, {}));
  expect_the_same_of_a_plain_world(chain(10, {}));
}

TEST(ForesightTest, ChangesNothingWhereCallsAreGivenUp) {
  CallOptions options = within(700ms);
  options.retry = retry(3, 100ms);
  options.cancel = true;
  expect_that_foresight_changes_nothing(chain(100, options));
  options.cancel = false;
  expect_that_foresight_changes_nothing(chain(100, options));
}

TEST(ForesightTest, ChangesNothingWhereReplicasCrash) {
  ScenarioBuilder builder(10s);
  Scenario scenario = chain(100, {});
  for (int i = 0; i < 3; ++i) builder.crash(service(i), 2s, 3s);
  scenario.faults = builder.build().faults;
  expect_that_foresight_changes_nothing(scenario);
}

}  // namespace
}  // namespace sojourn
