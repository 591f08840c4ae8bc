#include "models/timeline.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

// --- The grid ------------------------------------------------------------------------------------

TEST(TimelineTest, SpreadsTheBacklogOverItsCells) {
  Timeline timeline(Time(10s), 10);
  timeline.change_backlog(Time(-1s), 2.0);
  timeline.change_backlog(Time(500ms), 1.0);
  timeline.change_backlog(Time(2500ms), -3.0);
  timeline.close(Time(10s));
  auto const& cells = timeline.cells();
  EXPECT_DOUBLE_EQ(cells[0].backlog_area, 2 * 0.5 + 3 * 0.5);
  EXPECT_DOUBLE_EQ(cells[1].backlog_area, 3.0);
  EXPECT_DOUBLE_EQ(cells[2].backlog_area, 1.5);
  EXPECT_DOUBLE_EQ(cells[3].backlog_area, 0.0);
  EXPECT_EQ(cells[1].backlog_max, 3.0);
  EXPECT_EQ(cells[2].backlog_max, 3.0);
  EXPECT_EQ(cells[3].backlog_max, 0.0);
}

TEST(TimelineTest, CountsInTheCellOfTheMomentAndNothingBeforeTimeZero) {
  Timeline timeline(Time(10s), 10);
  timeline.succeed(Time(-1ns), 5s);
  timeline.succeed(Time(0s), 2s);
  timeline.succeed(Time(1s - 1ns), 4s);
  timeline.fail(Time(1s));
  timeline.begin_call(Time(10s));
  timeline.begin_attempt(Time(10s));
  EXPECT_EQ(timeline.cells()[0].successes, 2U);
  EXPECT_DOUBLE_EQ(timeline.cells()[0].latency_sum, 6.0);
  EXPECT_EQ(timeline.cells()[1].failures, 1U);
  EXPECT_EQ(timeline.cells()[9].calls, 1U) << "the end belongs to the last cell";
  EXPECT_EQ(timeline.cells()[9].attempts, 1U);
}

// --- What a fault did ----------------------------------------------------------------------------

/// A hundred cells of 1 s with ten successes of 100 ms each, made bad where a test wants it.
struct Story {
  Story() : timeline(Time(100s), 100) {
    for (int second = 0; second < 100; ++second) good(second);
  }
  void good(int second) {
    for (int i = 0; i < 10; ++i) timeline.succeed(Time(second * 1s), 100ms);
  }
  void bad(int second) { timeline.fail(Time(second * 1s)); }
  [[nodiscard]] FaultEffect judge(std::vector<FaultOccurrence> const& occurrences) const {
    return judge_fault(timeline, occurrences, Time(100s));
  }

  Timeline timeline;
};

FaultOccurrence lasting(Duration begin, Duration end) {
  return {Time(begin), Time(end), Time(end), 0, 0};
}

TEST(JudgeFaultTest, RecoveryIsFromTheEndToTheFirstCellOfAGoodStretch) {
  Story story;
  for (int second = 20; second < 47; ++second) story.bad(second);
  EXPECT_DOUBLE_EQ(story.judge({lasting(20s, 40s)}).recovery, 7.0);
}

TEST(JudgeFaultTest, ARelapseWithinFiveCellsIsNoRecovery) {
  Story story;
  for (int second = 20; second < 42; ++second) story.bad(second);
  story.bad(46);
  EXPECT_DOUBLE_EQ(story.judge({lasting(20s, 40s)}).recovery, 7.0) << "42 to 45 are four only";
}

TEST(JudgeFaultTest, WithoutEffectRecoveryIsImmediate) {
  Story const story;
  EXPECT_DOUBLE_EQ(story.judge({lasting(20s, 40s)}).recovery, 0.0);
}

TEST(JudgeFaultTest, LatencyMayBeATenthWorse) {
  for (auto const& [latency, recovery] : {std::pair{109ms, 0.0}, {111ms, 4.0}}) {
    Timeline timeline(Time(100s), 100);
    for (int second = 0; second < 100; ++second) {
      bool const late = second >= 20 && second < 44;
      timeline.succeed(Time(second * 1s), late ? Duration(latency) : 100ms);
    }
    EXPECT_DOUBLE_EQ(judge_fault(timeline, {lasting(20s, 40s)}, Time(100s)).recovery, recovery);
  }
}

TEST(JudgeFaultTest, NeverRecoveredIsInfiniteAndMetastableIfGoodputStaysDown) {
  Timeline timeline(Time(100s), 100);
  for (int second = 0; second < 100; ++second) {
    for (int i = 0; i < (second < 20 ? 10 : 7); ++i) timeline.succeed(Time(second * 1s), 100ms);
    if (second >= 20) timeline.fail(Time(second * 1s));
  }
  FaultEffect const effect = judge_fault(timeline, {lasting(20s, 40s)}, Time(100s));
  EXPECT_TRUE(std::isinf(effect.recovery));
  EXPECT_EQ(effect.metastable, 1.0);

  Story merely_noisy;
  for (int second = 20; second < 100; ++second) merely_noisy.bad(second);
  FaultEffect const noisy = merely_noisy.judge({lasting(20s, 40s)});
  EXPECT_TRUE(std::isinf(noisy.recovery));
  EXPECT_EQ(noisy.metastable, 0.0) << "goodput is what it was";
}

TEST(JudgeFaultTest, AFaultWithoutEndIsNotRecoveredFromAndNotCalledMetastable) {
  Story const story;
  FaultEffect const effect = story.judge({{Time(20s)}});
  EXPECT_TRUE(std::isinf(effect.recovery));
  EXPECT_EQ(effect.metastable, 0.0);
}

TEST(JudgeFaultTest, WithoutATimeBeforeThereIsNothingToComeBackTo) {
  Story const story;
  EXPECT_TRUE(std::isnan(story.judge({lasting(0s, 40s)}).recovery));
  EXPECT_TRUE(std::isnan(story.judge({}).recovery));
  EXPECT_TRUE(std::isnan(story.judge({}).failed));
}

TEST(JudgeFaultTest, OccurrencesAreAveragedAndTheirRequestsSummed) {
  Story story;
  for (int second = 20; second < 32; ++second) story.bad(second);
  for (int second = 60; second < 74; ++second) story.bad(second);
  FaultOccurrence first = lasting(20s, 30s), second = lasting(60s, 70s);
  first.ended = 30;
  first.failed = 30;
  second.ended = 10;
  FaultEffect const effect = story.judge({first, second});
  EXPECT_DOUBLE_EQ(effect.recovery, 3.0);
  EXPECT_DOUBLE_EQ(effect.failed, 0.75);
}

TEST(JudgeFaultTest, AmplificationIsAttemptsPerCallUntilRecovery) {
  Story story;
  for (int second = 20; second < 50; ++second) story.bad(second);
  for (int second = 0; second < 100; ++second) {
    bool const storm = second >= 20 && second < 50;
    story.timeline.begin_call(Time(second * 1s));
    for (int i = 0; i < (storm ? 3 : 1); ++i) story.timeline.begin_attempt(Time(second * 1s));
  }
  EXPECT_DOUBLE_EQ(story.judge({lasting(20s, 40s)}).amplification, 3.0);
}

// --- In a simulation -----------------------------------------------------------------------------

/// Fluid: while it is down D * lambda pile up, and drain at mu - lambda. So from the end of the
/// outage it takes D * lambda / (mu - lambda), here 20 s * 50/s / (100/s - 50/s) = 20 s.
TEST(FaultEffectTest, AnOutageIsRecoveredFromAtTheSpareCapacity) {
  ScenarioBuilder builder(200s);
  builder.open("clients", Length(20ms), "web.op");
  builder.service("web", {work(10ms)});
  builder.fault("outage", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 60s, 20s);
  TestRun run(builder);
  RunResult const result = run.result();
  double const cell = 0.2;
  EXPECT_NEAR(metric(run.program(), result, "outage.recovery"), 20.0, 2 * cell);
  EXPECT_NEAR(metric(run.program(), result, "outage.peak_backlog"), 1000.0, 1.5);
  EXPECT_EQ(metric(run.program(), result, "outage.failed"), 0.0);
  EXPECT_EQ(metric(run.program(), result, "outage.amplification"), 1.0);
  EXPECT_EQ(metric(run.program(), result, "outage.metastable"), 0.0);
}

/// The same through a queue whose worker crashes: the messages wait in the channel.
TEST(FaultEffectTest, AWorkersOutageIsRecoveredFromInTheSameWay) {
  ScenarioBuilder builder(200s);
  builder.open("clients", Length(20ms), "front.op");
  builder.service("front", {publish("rabbit.jobs")}, unlimited);
  builder.service("worker", {work(10ms)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  builder.crash("worker", 60s, 20s);
  TestRun run(builder);
  RunResult const result = run.result();
  EXPECT_NEAR(metric(run.program(), result, "crash-worker.recovery"), 20.0, 0.4);
  EXPECT_NEAR(metric(run.program(), result, "crash-worker.peak_backlog"), 1000.0, 2.5);
  EXPECT_EQ(metric(run.program(), result, "clients.availability"), 1.0) << "clients notice nothing";
}

/// A retry storm: at 80 % load, with a timeout of 1 s and three retries, an outage of 5 s leaves
/// four times the load behind, which the service never works off. With a budget it does.
TEST(FaultEffectTest, RetriesKeepASystemDownAndABudgetLetsItUp) {
  auto const judged = [](std::optional<double> budget) {
    ScenarioBuilder builder(300s);
    Retry policy = retry(4, 100ms);
    policy.budget = budget;
    CallOptions options = within(1s);
    options.retry = policy;
    builder.open("clients", Distribution::exponential(0.0125), "web.op").options = options;
    builder.service("web", {work(Distribution::exponential(0.010))});
    builder.fault("outage", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 60s, 5s);
    TestRun run(builder);
    RunResult const result = run.result();
    return std::pair{metric(run.program(), result, "outage.metastable"),
                     metric(run.program(), result, "outage.amplification")};
  };
  auto const [stays_down, amplification] = judged({});
  EXPECT_EQ(stays_down, 1.0);
  EXPECT_GT(amplification, 3.5);
  auto const [still_down, less] = judged(0.1);
  EXPECT_EQ(still_down, 0.0);
  EXPECT_LT(less, 1.2);
}

}  // namespace
}  // namespace sojourn
