#include "models/traces.h"

#include <gtest/gtest.h>

#include "models/simulate.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

ScenarioBuilder shop() {
  ScenarioBuilder builder(1000s, 10s);
  builder.open("users", Distribution::exponential(0.1), "web.op");
  builder.service("web", {work(5ms), publish("rabbit.jobs")}, 4);
  builder.service("worker", {work(2ms)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  return builder;
}

TracedRun traced(ScenarioBuilder const& builder, TraceOptions const& options,
                 std::uint64_t seed = 1) {
  TracedRun run;
  Watch watch;
  simulate_traced(*compile(builder.build()), Streams(seed, 0), watch, options, run);
  return run;
}

TEST(TracesTest, TakeTheShareThatIsAskedFor) {
  TracedRun const run = traced(shop(), {.share = 0.1});
  EXPECT_NEAR(static_cast<double>(run.requests), 1000.0, 100.0);
  EXPECT_FALSE(run.has_more);
  EXPECT_NE(traced(shop(), {.share = 0.1}, 2).spans.front().begin, run.spans.front().begin);
}

TEST(TracesTest, EndWithTheGreatestNumberOfRequests) {
  TracedRun const run = traced(shop(), {.share = 1.0, .most_requests = 100});
  EXPECT_EQ(run.requests, 100U);
  EXPECT_TRUE(run.has_more);
  EXPECT_LT(run.spans.back().begin, Time(60s)) << "it is the first ones that are traced";
  EXPECT_FALSE(traced(shop(), {.share = 1.0, .most_requests = 100'000}).has_more);
}

TEST(TracesTest, LeaveTheWarmUpOut) {
  for (Span const& span : traced(shop(), {.share = 1.0}).spans) EXPECT_GE(span.begin, Time{});
}

TEST(TracesTest, NameWorkloadsServicesAndChannels) {
  EXPECT_EQ(traced(shop(), {}).sources,
            (std::vector<std::string>{"users", "web", "worker", "rabbit.jobs"}));
}

TEST(TracesTest, KeepNothingOfWhatHasEnded) {
  ScenarioBuilder builder(10s);
  builder.trace("users", {0ms, 1ms, 2ms}, "web.op").options = within(3ms);
  builder.service("web", {parallel({{call("bank.op")}, {wait(1ms)}}, 1), publish("rabbit.jobs")});
  builder.service("bank", {work(4ms)});
  builder.service("worker", {work(2ms), fail()});
  Subscriber to_worker = subscriber("worker.op");
  to_worker.max_deliveries = 2;
  builder.channel("rabbit.jobs").subscribers.push_back(to_worker);
  builder.broker("rabbit").latency = Distribution::constant(0.001);
  TestRun run(builder);
  run.world().traces.turn_on(Streams(1, 0), {.share = 1.0});
  run.until(2ms);
  EXPECT_GT(run.world().traces.open(), 0U);
  run.result();
  EXPECT_EQ(run.world().traces.open(), 0U);
}

TEST(TracesTest, AreOffUnlessTheyAreTurnedOn) {
  TestRun run(shop());
  EXPECT_FALSE(run.world().traces.are_on());
  run.result();
  EXPECT_TRUE(run.world().traces.collect(run.world()).spans.empty());
}

}  // namespace
}  // namespace sojourn
