#include "app/lint/traffic.h"

#include <gtest/gtest.h>

#include "app/lint/arrival_rate.h"
#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

struct Solved {
  explicit Solved(std::string const& text) : scenario(loaded(text)) {}

  Scenario const scenario;
  StepGraph const graph{scenario};
  Traffic const traffic{scenario, graph};

  [[nodiscard]] std::size_t operation(std::string const& service, std::string const& name) const {
    return graph.vertex(OperationName{service, name});
  }
  [[nodiscard]] double rate(std::string const& service, std::string const& name) const {
    return traffic.rate(operation(service, name));
  }
  [[nodiscard]] ExecutionMeans const& means(std::string const& service,
                                            std::string const& name) const {
    return traffic.means(operation(service, name));
  }
};

TEST(TrafficTest, FollowsCallsWithTheirProbabilities) {
  Solved const solved(scenario_at("100/s", R"(
  web: {operations: {get: [{choose: [{p: 30%, steps: [call: db.read]}]},
                           {repeat: geometric(2), steps: [call: db.read]},
                           {fail: 10%}, {forward: mail.send}]}}
  db: {operations: {read: [work: 1ms]}}
  mail: {operations: {send: [work: 1ms]}}
)"));
  EXPECT_DOUBLE_EQ(solved.rate("web", "get"), 100.0);
  EXPECT_DOUBLE_EQ(solved.rate("db", "read"), 100.0 * (0.3 + 2.0));
  EXPECT_DOUBLE_EQ(solved.rate("mail", "send"), 90.0);
}

TEST(TrafficTest, ACacheLetsThroughWhatItMisses) {
  Solved const solved(scenario_at("100/s", R"(
  web: {operations: {get: [{cache: 90%, miss: [call: db.read, work: 5ms]},
                           {cache: {capacity: 5, keys: 1}, miss: [call: db.read]}]}}
  db: {operations: {read: [work: 10ms]}}
)"));
  EXPECT_NEAR(solved.rate("db", "read"), 10.0, 1e-9);
  EXPECT_NEAR(solved.means("web", "get").response, 0.1 * 0.015, 1e-12);
}

TEST(TrafficTest, ASagaUndoesWhatWasDoneAsOftenAsALaterPartFails) {
  Solved const solved(scenario_at("100/s", R"(
  web: {operations: {get: [saga: [{do: [call: a.do], undo: [call: a.undo]},
                                  {do: [fail: 10%], undo: [call: b.undo]},
                                  {do: [fail: 50%], undo: [call: c.undo]}]]}}
  a: {operations: {do: [work: 10ms], undo: [work: 20ms]}}
  b: {operations: {undo: [work: 40ms]}}
  c: {operations: {undo: [work: 1s]}}
)"));
  EXPECT_DOUBLE_EQ(solved.rate("a", "do"), 100.0);
  EXPECT_DOUBLE_EQ(solved.rate("a", "undo"), 55.0);
  EXPECT_DOUBLE_EQ(solved.rate("b", "undo"), 45.0);
  EXPECT_DOUBLE_EQ(solved.rate("c", "undo"), 0.0);
  EXPECT_NEAR(solved.means("web", "get").response, 0.010 + 0.55 * 0.020 + 0.45 * 0.040, 1e-12);
}

TEST(TrafficTest, FollowsMessagesAndTheirBatches) {
  Solved const solved(scenario_at("100/s", R"(
  web: {operations: {get: [{publish: rabbit.jobs, count: 4}]}}
  worker: {operations: {one: [work: 1ms], many: [work: 1ms]}}
brokers:
  rabbit:
    channels:
      jobs: {subscribers: {worker.one: {}, worker.many: {batch: {max: 10}}}}
)"));
  EXPECT_DOUBLE_EQ(solved.traffic.rate(solved.graph.vertex(ChannelName{"rabbit", "jobs"})), 400.0);
  EXPECT_DOUBLE_EQ(solved.rate("worker", "one"), 200.0);
  EXPECT_DOUBLE_EQ(solved.rate("worker", "many"), 20.0);
}

TEST(TrafficTest, FollowsCirclesUntilTheyAreOver) {
  Solved const solved(scenario_at("10/s", R"(
  web:
    concurrency: unlimited
    operations: {get: [{work: 10ms}, {choose: [{p: 50%, steps: [call: web.get]}]}]}
)"));
  EXPECT_TRUE(solved.traffic.settled());
  EXPECT_NEAR(solved.rate("web", "get"), 20.0, 1e-6);
  EXPECT_NEAR(solved.means("web", "get").response, 0.02, 1e-9);
}

TEST(TrafficTest, ASlotIsHeldForAReplyWhereIoBlocks) {
  auto const scenario = [](std::string const& io) {
    return scenario_at("10/s", "  web: {io: " + io + R"(, operations: {get: [{work: 10ms},
    {wait: 5ms}, {call: db.read, timeout: 30ms}, respond, {work: 1ms}, {background: [work: 7ms]}]}}
  db: {operations: {read: [work: 50ms]}}
)");
  };
  Solved const blocking(scenario("blocking"));
  EXPECT_DOUBLE_EQ(blocking.means("web", "get").held, 0.046) << "the timeout ends the wait";
  EXPECT_DOUBLE_EQ(blocking.means("web", "get").response, 0.045);
  EXPECT_DOUBLE_EQ(blocking.means("web", "get").work, 0.018);
  Solved const non_blocking(scenario("non-blocking"));
  EXPECT_DOUBLE_EQ(non_blocking.means("web", "get").held, 0.011);
  EXPECT_DOUBLE_EQ(non_blocking.means("web", "get").response, 0.045);
}

TEST(TrafficTest, BranchesTakeAsLongAsTheOneThatIsWaitedFor) {
  auto const response = [](std::string const& join) {
    Solved const solved(
        scenario_at("10/s",
                    "  web: {pools: {db: 3}, operations: {get: [{use: db, steps: [{parallel: "
                    "[[work: 10ms], [wait: 30ms], [work: 20ms]], join: " +
                        join + "}]}]}}\n"));
    EXPECT_DOUBLE_EQ(solved.means("web", "get").work, 0.03);
    EXPECT_DOUBLE_EQ(solved.means("web", "get").held, solved.means("web", "get").response);
    EXPECT_DOUBLE_EQ(solved.traffic.pool(0, "db"), 10.0 * solved.means("web", "get").response);
    return solved.means("web", "get").response;
  };
  EXPECT_DOUBLE_EQ(response("first"), 0.01);
  EXPECT_DOUBLE_EQ(response("2"), 0.02);
  EXPECT_DOUBLE_EQ(response("all"), 0.03);
}

TEST(ArrivalRateTest, IsTheMeanOverTheRunAndTheGreatestOfIt) {
  auto const workload = [](std::string const& keys) {
    return loaded("duration: 100s\nworkloads: {w: {request: a.x, " + keys +
                  "}}\nservices: {a: {operations: {x: []}}}\n")
        .workloads.front();
  };
  auto const profiled = workload("arrivals: poisson(10/s), profile: [{at: 50s, factor: 3}]");
  EXPECT_DOUBLE_EQ(mean_rate(profiled, std::chrono::seconds(100)), 20.0);
  EXPECT_DOUBLE_EQ(peak_rate(profiled), 30.0);
  auto const bursty = workload("arrivals: 'bursty(10/s, 90/s, calm=3s, burst=1s)'");
  EXPECT_DOUBLE_EQ(mean_rate(bursty, std::chrono::seconds(100)), 30.0);
  EXPECT_DOUBLE_EQ(peak_rate(bursty), 90.0);
  auto const batches = workload("arrivals: 'batches(10/s, size=4)'");
  EXPECT_DOUBLE_EQ(mean_rate(batches, std::chrono::seconds(100)), 40.0);
  auto const closed = workload("arrivals: 'closed(users=20, think=4s)'");
  EXPECT_DOUBLE_EQ(mean_rate(closed, std::chrono::seconds(100)), 0.0);
  EXPECT_DOUBLE_EQ(peak_rate(closed), 5.0);
}

}  // namespace
}  // namespace sojourn
