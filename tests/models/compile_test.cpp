#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Not;

std::vector<StepKind> kinds(Program const& program) {
  std::vector<StepKind> kinds;
  for (PlannedStep const& step : program.steps) kinds.push_back(step.kind);
  return kinds;
}

TEST(CompileTest, StreamsAreNamedByTheirUse) {
  ScenarioBuilder builder(1s);
  builder.open("shoppers", Length(1s), "web.op").options = within(1s);
  CallOptions options = within(1s);
  options.retry = retry(2, 1s);
  builder.service("web", {work(1ms), call("bank.op", options), work(2ms), fail(0.5)});
  builder.service("bank", {wait(1ms)});
  auto const program = compile(builder.build());
  for (auto const* name :
       {"shoppers/arrivals", "shoppers/web.op/timeout", "web/op/work", "web/op/work#2",
        "web/op/call bank.op/timeout", "web/op/call bank.op/backoff", "web/op/fail", "bank/op/wait",
        "web/balance"}) {
    EXPECT_THAT(program->streams, Contains(name));
  }
}

TEST(CompileTest, NoTwoUsesShareAStream) {
  ScenarioBuilder builder(1s);
  builder.open("shoppers", Length(1s), "web.op");
  builder.service("web", {work(1ms),
                          work(1ms),
                          wait(1ms),
                          call("web.op"),
                          call("web.op"),
                          {ChooseStep{{{0.5, {work(1ms), {ChooseStep{{{1.0, {}}}}}}}}}},
                          fail(0.1),
                          repeat(2, {work(1ms)}),
                          repeat(3, {fail(0.1)})});
  builder.channel("web.op");
  auto const program = compile(builder.build());
  std::set<std::string> const unique(program->streams.begin(), program->streams.end());
  EXPECT_EQ(unique.size(), program->streams.size());
}

TEST(CompileTest, ANewServiceMovesNoName) {
  ScenarioBuilder builder(1s);
  builder.open("shoppers", Length(1s), "web.op");
  builder.service("web", {work(1ms)});
  auto const before = compile(builder.build())->streams;
  builder.service("added", {work(1ms)});
  auto const after = compile(builder.build())->streams;
  for (std::string const& name : before) EXPECT_THAT(after, Contains(name));
}

TEST(CompileTest, LoopsJumpBackToTheirBodyAndOutBehindTheirEnd) {
  ScenarioBuilder builder(1s);
  builder.service("web", {repeat(3, {work(1ms), wait(1ms)}), fail()});
  auto const program = compile(builder.build());
  EXPECT_THAT(kinds(*program), ElementsAre(StepKind::repeat, StepKind::work, StepKind::wait,
                                           StepKind::repeat_end, StepKind::fail, StepKind::end));
  EXPECT_EQ(program->steps[0].target, 4U) << "no turns at all";
  EXPECT_EQ(program->steps[3].target, 1U);
}

TEST(CompileTest, ChoicesJumpToOneBranchAndThenBehindThemAll) {
  ScenarioBuilder builder(1s);
  builder.service("web", {{ChooseStep{{{0.25, {work(1ms)}}, {0.5, {wait(1ms)}}}}}, respond()});
  auto const program = compile(builder.build());
  EXPECT_THAT(kinds(*program),
              ElementsAre(StepKind::choose, StepKind::jump, StepKind::work, StepKind::jump,
                          StepKind::wait, StepKind::jump, StepKind::respond, StepKind::end));
  for (std::size_t const jump : {1U, 3U, 5U}) EXPECT_EQ(program->steps[jump].target, 6U);
  DiscreteChoice const& choice = program->chooses[0];
  EXPECT_EQ(choice.of(0.24), 2U);
  EXPECT_EQ(choice.of(0.74), 4U);
  EXPECT_EQ(choice.of(0.76), 1U) << "none of them";
}

TEST(CompileTest, BranchesEndAndTheTrunkGoesOnBehindThem) {
  ScenarioBuilder builder(1s);
  builder.service("web", {parallel({{work(1ms)}, {wait(1ms), wait(1ms)}}, 1), fail()});
  builder.service("idle", {parallel({{wait(1ms)}}, 1)});
  auto const program = compile(builder.build());
  ParallelPlan const& plan = program->parallels[0];
  EXPECT_THAT(plan.branches, ElementsAre(2U, 4U));
  EXPECT_EQ(program->steps[1].target, 7U);
  EXPECT_EQ(program->steps[7].kind, StepKind::fail);
  EXPECT_TRUE(plan.works);
  EXPECT_FALSE(program->parallels[1].works);
}

TEST(CompileTest, TheLayoutNamesEveryMetricOnce) {
  ScenarioBuilder builder(1s);
  builder.open("shoppers", Length(1s), "web.op");
  Service& web = builder.service("web", {work(1ms)});
  web.operations.push_back({"other", {}});
  web.pools.push_back({"db", 2});
  builder.channel("rabbit.jobs");
  builder.crash("web", 0s, 1s);
  auto const program = compile(builder.build());
  std::set<std::string> names;
  for (Metric const& metric : layout_of(*program).metrics) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
  }
  for (auto const* name :
       {"shoppers.latency.p99", "web.utilisation", "web.op.latency.mean", "web.other.throughput",
        "web.db.utilisation", "rabbit.jobs.depth.end", "crash-web.recovery"}) {
    EXPECT_THAT(names, Contains(name));
  }
}

TEST(CompileTest, EveryRunFillsTheLayout) {
  ScenarioBuilder builder(1s, 1s);
  builder.open("shoppers", Length(10ms), "web.op");
  builder.service("web", {work(1ms)}).cores = 1.0;
  builder.channel("rabbit.jobs").initial = 2;
  builder.crash("web", 100ms, 1ms);
  TestRun run(builder);
  RunResult const result = run.result();
  ResultLayout const& layout = layout_of(run.program());
  EXPECT_EQ(result.values.size(), layout.metrics.size());
  EXPECT_EQ(result.series.size(), layout.series.size());
  EXPECT_EQ(result.accounts.size(), layout.accounts.size());
  for (auto const& cells : result.series) EXPECT_EQ(cells.size(), series_cells);
}

}  // namespace
}  // namespace sojourn
