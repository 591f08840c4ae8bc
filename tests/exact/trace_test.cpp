/// Traces of single requests, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/outline.h"
#include "tests/support/shop.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

Distribution constant(Duration duration) { return Distribution::constant(in_seconds(duration)); }

// --- Calls ---------------------------------------------------------------------------------------

TEST(TraceTest, AChainOfCallsAndAQueue) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {10ms, 12ms}, "web.op");
  builder.service("web", {work(5ms), call("mid.op")}, 2);
  builder.service("mid", {work(3ms), call("end.op")}, 1);
  builder.service("end", {work(4ms)}, 1);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 10-22 success
  server web 'web.op' 10-22 success, started at 10
    client web 'mid.op' 15-22 success
      server mid 'mid.op' 15-22 success, started at 15
        client mid 'end.op' 18-22 success
          server end 'end.op' 18-22 success, started at 18
client users 'web.op' 12-29 success
  server web 'web.op' 12-29 success, started at 12
    client web 'mid.op' 17-29 success
      server mid 'mid.op' 17-29 success, queued at 17, started at 22
        client mid 'end.op' 25-29 success
          server end 'end.op' 25-29 success, started at 25
)");
}

TEST(TraceTest, ARetryAfterATimeoutAndWorkForNobody) {
  ScenarioBuilder builder(1s);
  Workload& users = builder.request("users", 10ms, "web.op");
  users.options = within(20ms);
  users.options.retry = retry(2, 5ms);
  builder.service("web", {work(30ms)}, 2);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 10-55 timeout
  client users 'web.op' 10-30 timeout, attempt 1
    server web 'web.op' 10-40 success, started at 10
  client users 'web.op' 35-55 timeout, attempt 2
    server web 'web.op' 35-65 success, started at 35
)");
}

TEST(TraceTest, AServiceTriesAgainAndIsTurnedAwayBefore) {
  ScenarioBuilder builder(1s);
  builder.request("others", 0ms, "bank.op");
  builder.request("users", 5ms, "web.op");
  CallOptions options;
  options.retry = retry(3, 4ms);
  builder.service("web", {call("bank.op", options)});
  builder.service("bank", {work(12ms)}).queue.capacity = 0;
  EXPECT_EQ(outline_of(builder), R"(
client others 'bank.op' 0-12 success
  server bank 'bank.op' 0-12 success, started at 0
client users 'web.op' 5-25 success
  server web 'web.op' 5-25 success, started at 5
    client web 'bank.op' 5-5 rejected, attempt 1
    client web 'bank.op' 9-9 rejected, attempt 2
    client web 'bank.op' 13-25 success, attempt 3
      server bank 'bank.op' 13-25 success, started at 13
)");
}

TEST(TraceTest, DirectCallsThatAreTurnedAway) {
  ScenarioBuilder builder(1s);
  builder.request("others", 0ms, "bank.op");
  builder.request("users", 5ms, "web.op");
  builder.request("hasty", 6ms, "bank.op");
  builder.service("web", {work(1ms), call("bank.op")});
  builder.service("bank", {work(12ms)}).queue.capacity = 0;
  EXPECT_EQ(outline_of(builder), R"(
client others 'bank.op' 0-12 success
  server bank 'bank.op' 0-12 success, started at 0
client users 'web.op' 5-6 error
  server web 'web.op' 5-6 error, started at 5
    client web 'bank.op' 6-6 rejected
client hasty 'bank.op' 6-6 rejected
)");
}

TEST(TraceTest, AHedgeWhoseSecondCopyIsFaster) {
  ScenarioBuilder builder(1s);
  builder.request("others", 0ms, "bank.op");
  Workload& users = builder.request("users", 5ms, "bank.op");
  users.options.hedge = Hedge{10ms, 2};
  users.options.cancel = true;
  Service& bank = builder.service("bank", {work(40ms)});
  bank.replicas = 2;
  bank.balance = Balance::round_robin;
  builder.request("more", 3ms, "bank.op");
  EXPECT_EQ(outline_of(builder), R"(
client others 'bank.op' 0-40 success
  server bank 'bank.op' 0-40 success, started at 0
client more 'bank.op' 3-43 success
  server bank 'bank.op' 3-43 success, replica 1, started at 3
client users 'bank.op' 5-80 success
  client users 'bank.op' 5-80 success, attempt 1, copy sent at 15
    server bank 'bank.op' 5-80 success, queued at 5, started at 40
    server bank 'bank.op' 15-80 abandoned, replica 1, queued at 15, started at 43
)");
}

TEST(TraceTest, TheNetworkIsTheGapBetweenTwoSpans) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(3ms);
  Workload& users = builder.request("users", 0ms, "web.op");
  users.options = within(4ms);
  builder.service("web", {work(10ms), call("bank.op")});
  builder.service("bank", {work(5ms)});
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-4 timeout
  client users 'web.op' 0-4 timeout, attempt 1
    server web 'web.op' 3-24 success, started at 3
      client web 'bank.op' 13-24 success, attempt 1
        server bank 'bank.op' 16-21 success, started at 16
)");
}

TEST(TraceTest, AnAttemptThatArrivesWhenTheNextOneIsUnderWay) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(10ms);
  Workload& users = builder.request("users", 0ms, "web.op");
  users.options = within(6ms);
  users.options.retry = retry(2, 1ms);
  builder.service("web", {work(1ms)});
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-13 timeout
  client users 'web.op' 0-6 timeout, attempt 1
    server web 'web.op' 10-11 success, started at 10
  client users 'web.op' 7-13 timeout, attempt 2
    server web 'web.op' 17-18 success, started at 17
)");
}

// --- Within a service ----------------------------------------------------------------------------

TEST(TraceTest, BranchesAnAnswerAndWhatComesAfterIt) {
  ScenarioBuilder builder(1s);
  builder.request("users", 0ms, "web.op");
  builder.service("web", {parallel({{call("bank.op")}, {wait(3ms)}}, 2), background({wait(20ms)}),
                          respond(), work(4ms)});
  builder.service("bank", {work(5ms)});
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-5 success
  server web 'web.op' 0-9 success, started at 0, responded at 5
    internal web 'web.op branch' 0-5 success
      client web 'bank.op' 0-5 success
        server bank 'bank.op' 0-5 success, started at 0
    internal web 'web.op branch' 0-3 success
    internal web 'web.op background' 5-25 success
)");
}

TEST(TraceTest, AForwardIsAChildOfWhoForwards) {
  ScenarioBuilder builder(1s);
  builder.request("others", 0ms, "bank.op");
  Workload& users = builder.request("users", 1ms, "web.op");
  users.options = within(8ms);
  builder.service("web", {work(10ms), forward("bank.op")});
  builder.service("bank", {work(15ms)});
  EXPECT_EQ(outline_of(builder), R"(
client others 'bank.op' 0-15 success
  client others 'bank.op' 0-15 success, attempt 1
    server bank 'bank.op' 0-15 success, started at 0
client users 'web.op' 1-9 timeout
  client users 'web.op' 1-9 timeout, attempt 1
    server web 'web.op' 1-11 success, started at 1
      server bank 'bank.op' 11-30 success, queued at 11, started at 15
)");
}

TEST(TraceTest, WhatACrashAndTheEndOfTheRunLeave) {
  ScenarioBuilder builder(60ms);
  builder.trace("users", {0ms, 40ms}, "web.op");
  builder.service("web", {work(5ms), call("bank.op")});
  builder.service("bank", {work(30ms)});
  builder.crash("bank", 20ms, 10ms);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-20 error
  server web 'web.op' 0-20 error, started at 0
    client web 'bank.op' 5-20 error
      server bank 'bank.op' 5-20 crashed, started at 5
client users 'web.op' 40-60 unfinished
  server web 'web.op' 40-60 unfinished, started at 40
    client web 'bank.op' 45-60 unfinished
      server bank 'bank.op' 45-60 unfinished, started at 45
)");
}

TEST(TraceTest, ADurableSagaIsUndoneAfterTheCrash) {
  ScenarioBuilder builder = shop({durable_saga(parts())});
  builder.crash("shop", 6ms, 10ms);
  EXPECT_EQ(outline_of(builder), R"(
client order 'shop.op' 0-6 error
  server shop 'shop.op' 0-6 crashed, started at 0
    client shop 'stock.op' 0-2 success
      server stock 'stock.op' 0-2 success, started at 0
    client shop 'card.op' 2-5 success
      server card 'card.op' 2-5 success, started at 2
    client shop 'courier.op' 5-6 abandoned
      server courier 'courier.op' 5-9 error, started at 5
    internal shop 'shop.op undo' 16-20 error
      client shop 'recall.op' 16-17 success
        server recall 'recall.op' 16-17 success, started at 16
      client shop 'refund.op' 17-19 success
        server refund 'refund.op' 17-19 success, started at 17
      client shop 'release.op' 19-20 success
        server release 'release.op' 19-20 success, started at 19
)");
}

TEST(TraceTest, WhatUndoesASagaIsCutShortToo) {
  ScenarioBuilder builder = shop({durable_saga(parts())});
  builder.crash("shop", 1ms, 10ms);
  builder.crash("shop", 11500us, 10ms).name = "again";
  EXPECT_EQ(outline_of(builder), R"(
client order 'shop.op' 0-1 error
  server shop 'shop.op' 0-1 crashed, started at 0
    client shop 'stock.op' 0-1 abandoned
      server stock 'stock.op' 0-2 success, started at 0
    internal shop 'shop.op undo' 11-11+500000ns crashed
      client shop 'release.op' 11-11+500000ns abandoned
        server release 'release.op' 11-12 success, started at 11
      internal shop 'shop.op undo' 21+500000ns-22+500000ns error
        client shop 'release.op' 21+500000ns-22+500000ns success
          server release 'release.op' 21+500000ns-22+500000ns success, started at 21+500000ns
)");
}

TEST(TraceTest, ASagaThatIsToldToStopIsUndoneAtOnce) {
  ScenarioBuilder builder(1s);
  builder.request("order", 0ms, "web.op");
  CallOptions hasty = within(6ms);
  hasty.cancel = true;
  builder.service("web", {call("shop.op", hasty)});
  builder.service("shop", {durable_saga({part({call("stock.op")}, Steps{call("release.op")})})});
  builder.service("stock", {work(9ms)});
  builder.service("release", {work(1ms)});
  EXPECT_EQ(outline_of(builder), R"(
client order 'web.op' 0-6 error
  server web 'web.op' 0-6 error, started at 0
    client web 'shop.op' 0-6 timeout, attempt 1
      server shop 'shop.op' 0-6 abandoned, started at 0
        client shop 'stock.op' 0-6 abandoned
          server stock 'stock.op' 0-6 abandoned, started at 0
        internal shop 'shop.op undo' 6-7 error
          client shop 'release.op' 6-7 success
            server release 'release.op' 6-7 success, started at 6
)");
}

TEST(TraceTest, WhoInterruptsWhomAndWhoGoesOn) {
  ScenarioBuilder builder(1s);
  builder.request("users", 0ms, "web.op");
  builder.request("urgent", 4ms, "web.op").priority = 1;
  builder.service("web", {work(10ms)}).queue.discipline = Discipline::preemptive_priority;
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-20 success
  server web 'web.op' 0-20 success, started at 0, interrupted at 4, resumed at 14
client urgent 'web.op' 4-14 success
  server web 'web.op' 4-14 success, started at 4
)");
}

TEST(TraceTest, WhoIsHeldBackAndWhoIsBlocked) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms}, "held.op");
  builder.service("held", {wait(10ms)}, 5).limit = AdmissionLimit{ConcurrencyLimit{1}, true};
  builder.trace("others", {0ms, 1ms}, "full.op");
  Service& full = builder.service("full", {work(10ms)});
  full.queue.capacity = 0;
  full.queue.when_full = QueueSpec::WhenFull::block;
  EXPECT_EQ(outline_of(builder), R"(
client users 'held.op' 0-10 success
  server held 'held.op' 0-10 success, started at 0
client others 'full.op' 0-10 success
  server full 'full.op' 0-10 success, started at 0
client users 'held.op' 1-20 success
  server held 'held.op' 1-20 success, held back at 1, started at 10
client others 'full.op' 1-20 success
  server full 'full.op' 1-20 success, blocked at 1, started at 10
)");
}

TEST(TraceTest, WhoIsPushedOutOfLineAndWhoRunsOutOfPatience) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms, 2ms}, "web.op").patience = constant(5ms);
  Service& web = builder.service("web", {work(10ms)});
  web.queue.capacity = 1;
  web.queue.when_full = QueueSpec::WhenFull::drop_oldest;
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-10 success
  server web 'web.op' 0-10 success, started at 0
client users 'web.op' 1-2 dropped
  server web 'web.op' 1-2 dropped, queued at 1
client users 'web.op' 2-7 abandoned
  server web 'web.op' 2-7 abandoned, queued at 2
)");
}

}  // namespace
}  // namespace sojourn
