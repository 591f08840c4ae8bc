/// Sagas: what is done, what is undone, in which order and when.
#include <gtest/gtest.h>

#include "tests/support/shop.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

TEST(SagaTest, DoesItsPartsOneAfterTheOther) {
  TestRun run(shop({saga(parts()), wait(1ms)}, {work(4ms)}));
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 stock", "2 card", "5 courier"}));
  EXPECT_EQ(run.latency("order"), 10ms);
  EXPECT_EQ(run.outcome("order"), Outcome::success);
  EXPECT_EQ(saga_of(run).completed, 1U);
  EXPECT_EQ(run.metric("shop.op.saga.in_flight.end"), 0.0);
}

TEST(SagaTest, UndoesWhatWasDoneTheLastOneFirstAndThenFails) {
  TestRun run(shop({saga(parts()), wait(1ms)}));
  EXPECT_EQ(asked_in(run),
            (Lines{"0 shop", "0 stock", "2 card", "5 courier", "9 refund", "11 release"}));
  EXPECT_EQ(run.outcome("order"), Outcome::error);
  EXPECT_EQ(run.latency("order"), 12ms);
  EXPECT_EQ(run.metric("shop.op.saga.compensated"), 1.0);
  EXPECT_EQ(run.metric("shop.op.saga.started"), 1.0);
}

TEST(SagaTest, APartWithoutUndoLeavesItInconsistentIfItAskedSomebody) {
  auto some = parts();
  some[1].undo.reset();
  TestRun run(shop({saga(some)}));
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 stock", "2 card", "5 courier", "9 release"}));
  EXPECT_EQ(saga_of(run).inconsistent, 1U);
}

TEST(SagaTest, APartThatAskedNobodyOrHasAnEmptyUndoLeavesNothing) {
  auto some = parts();
  some[0] = part({work(2ms)});
  some[1].undo = Steps{};
  TestRun run(shop({saga(some)}));
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "2 card", "5 courier"}));
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(SagaTest, IsOverAtOnceWhereTheFirstPartFails) {
  TestRun run(shop({saga({part({call("courier.op")}, Steps{call("recall.op")})})}));
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 courier"}));
  EXPECT_EQ(run.latency("order"), 4ms);
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(SagaTest, ItsFallbackRunsOnceEverythingIsUndone) {
  TestRun run(shop({or_else(saga(parts()), {wait(5ms)}), wait(1ms)}));
  run.until(1s);
  EXPECT_EQ(run.outcome("order"), Outcome::success);
  EXPECT_EQ(run.latency("order"), 18ms);
  EXPECT_EQ(run.metric("shop.op.degraded"), 1.0);
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(SagaTest, AFallbackInsideAPartKeepsItFromFailing) {
  auto some = parts();
  some[2].steps = {or_else(call("courier.op"), {wait(1ms)})};
  TestRun run(shop({saga(some)}));
  run.until(1s);
  EXPECT_EQ(run.latency("order"), 10ms);
  EXPECT_EQ(saga_of(run).completed, 1U);
}

TEST(SagaTest, APartFailsOnceItsRetriesHave) {
  CallOptions stubborn;
  stubborn.retry = retry(2, 10ms);
  auto some = parts();
  some[2].steps = {call("courier.op", stubborn)};
  TestRun run(shop({saga(some)}));
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 stock", "2 card", "5 courier", "19 courier",
                                  "23 refund", "25 release"}));
}

TEST(SagaTest, FailsByATimeoutOrAFailStepOrARefusedMessageAsByAnError) {
  std::vector<std::pair<Step, Duration>> const ways{
      {call("courier.op", within(3ms)), 8ms}, {fail(), 5ms}, {publish("rabbit.full"), 5ms}};
  for (auto const& [step, at] : ways) {
    auto some = parts();
    some[2].steps = {step};
    some[1].undo = Steps{wait(2ms)};
    ScenarioBuilder builder = shop({saga(some)});
    builder.channel("rabbit.full").capacity = 0;
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.latency("order"), at + 3ms);
    EXPECT_EQ(saga_of(run).compensated, 1U);
  }
}

TEST(SagaTest, AnUndoIsRetriedAsItSays) {
  CallOptions stubborn;
  stubborn.retry = retry(9, 10ms);
  auto some = parts();
  some[1].undo = Steps{call("refund.op", stubborn)};
  ScenarioBuilder builder = shop({saga(some)});
  builder.crash("refund", 1ms, 30ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("order"), 42ms) << "asked at 9, 19, 29 and 39 ms";
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(SagaTest, WhereAnUndoFailsTheRestIsUndoneAndWhatIsLeftIsInconsistent) {
  auto some = parts();
  some[1].undo = Steps{call("refund.op"), fail()};
  TestRun run(shop({saga(some)}));
  EXPECT_EQ(asked_in(run),
            (Lines{"0 shop", "0 stock", "2 card", "5 courier", "9 refund", "11 release"}));
  EXPECT_EQ(run.outcome("order"), Outcome::error);
  EXPECT_EQ(run.metric("shop.op.saga.inconsistent"), 1.0);
  EXPECT_EQ(saga_of(run).compensated, 0U);
}

TEST(SagaTest, LeavesTheLoopsAndPoolsOfThePartThatFails) {
  auto some = parts();
  some[2].steps = {repeat(3, {use("db", {call("courier.op")})})};
  some[1].undo = Steps{repeat(2, {use("db", {call("refund.op"), fail()})})};
  ScenarioBuilder builder(1s);
  builder.request("order", 0ms, "shop.op");
  builder.service("shop", {use("io", {repeat(1, {saga(some)})})}).pools = {{"db", 1}, {"io", 1}};
  for (char const* const name : {"stock", "card", "release", "refund", "recall"}) {
    builder.service(name, {work(1ms)});
  }
  builder.service("courier", {fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("order"), 4ms);
  EXPECT_EQ(run.replica("shop").pools[0].free, 1);
  EXPECT_EQ(run.replica("shop").pools[1].free, 1);
  EXPECT_EQ(run.world().frames.size(), 0U);
}

TEST(SagaTest, InALoopEveryTurnIsOne) {
  TestRun run(shop({repeat(3, {saga(parts())})}, {work(4ms)}));
  run.until(1s);
  EXPECT_EQ(run.latency("order"), 27ms);
  EXPECT_EQ(saga_of(run).completed, 3U);
}

TEST(SagaTest, ItsPartsMayFork) {
  auto some = parts();
  some[1].steps = {parallel({{call("card.op")}, {wait(1ms)}}, 2)};
  some[2].steps = {parallel({{call("courier.op")}, {wait(9ms)}}, 2)};
  TestRun run(shop({saga(some)}));
  EXPECT_EQ(asked_in(run),
            (Lines{"0 shop", "0 stock", "2 card", "5 courier", "9 refund", "11 release"}));
}

TEST(SagaTest, MayRunInBranches) {
  TestRun run(shop({parallel({{saga(parts())}, {wait(30ms)}}, 1)}));
  run.until(1s);
  EXPECT_EQ(run.latency("order"), 30ms) << "one branch has failed, the other has not";
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(SagaTest, WhoHasRespondedIsNotToldOfAFailure) {
  TestRun run(shop({respond(), saga(parts())}));
  run.until(1s);
  EXPECT_EQ(run.latency("order"), 0ms);
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(SagaTest, TwoOfOneOperationAreToldApart) {
  TestRun run(shop({saga(parts()), saga(parts())}, {work(4ms)}));
  EXPECT_EQ(run.metric("shop.op.saga.completed"), 1.0);
  EXPECT_EQ(run.metric("shop.op.saga-2.completed"), 1.0);
}

/// Counts are of those that began in the measured time, levels of all.
TEST(SagaTest, OneThatBeganInTheWarmupIsNotCounted) {
  ScenarioBuilder builder(1s, 10ms);
  builder.trace("orders", {-5ms, 20ms}, "shop.op");
  builder.service("shop", {saga({part({wait(10ms)})})});
  TestRun run(builder);
  EXPECT_EQ(run.until(1ms).world().measures.sagas[0].in_progress.level(), 1.0);
  EXPECT_EQ(run.metric("shop.op.saga.started"), 1.0);
  EXPECT_EQ(run.metric("shop.op.saga.completed"), 1.0);
}

}  // namespace
}  // namespace sojourn
