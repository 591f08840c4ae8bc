#include "app/theory/theory_of.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/report/theory_report.h"
#include "tests/app/theory/theory_support.h"

namespace sojourn {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(TheoryTest, ASingleServerIsMm1) {
  auto const all =
      open_theory("poisson(80/s)", "  web: {operations: {get: [{work: exponential(10ms)}]}}\n");
  EXPECT_EQ(station(all, "web").model, "M/M/1");
  EXPECT_TRUE(station(all, "web").exact);
  EXPECT_NEAR(value(all, "users.latency.mean"), 0.05, 1e-9);
  EXPECT_NEAR(value(all, "web.utilisation"), 0.8, 1e-9);
  ASSERT_TRUE(all.bottleneck);
  EXPECT_EQ(all.resources[*all.bottleneck].owner, "web");
  EXPECT_NEAR(1.0 / all.resources[*all.bottleneck].utilisation(), 1.25, 1e-9);
}

TEST(TheoryTest, ABoundedLineLoses) {
  auto const all = open_theory(
      "poisson(90/s)",
      "  web: {queue: {capacity: 10}, operations: {get: [{work: exponential(10ms)}]}}\n");
  EXPECT_EQ(station(all, "web").model, "M/M/1/11");
  EXPECT_NEAR(value(all, "users.failures.rejected"), 0.0437, 1e-3);
  EXPECT_NEAR(value(all, "users.availability") + value(all, "users.failures.rejected"), 1.0, 1e-12);
}

TEST(TheoryTest, AnUnlimitedServiceHandsPoissonArrivalsOn) {
  auto const all = open_theory("poisson(80/s)",
                               "  web:\n"
                               "    concurrency: unlimited\n"
                               "    operations:\n"
                               "      get: [{work: 20ms}, {call: db.get}]\n"
                               "  db: {operations: {get: [{work: 10ms}]}}\n");
  EXPECT_EQ(station(all, "db").model, "M/D/1");
  EXPECT_TRUE(station(all, "db").exact);
  EXPECT_NEAR(value(all, "users.latency.mean"), 0.02 + 0.01 + 0.02, 1e-9);
  EXPECT_TRUE(all.find("users.latency.mean")->exact);
}

TEST(TheoryTest, RetriesBreakPoissonArrivalsAndSaySo) {
  auto const all =
      open_theory("poisson(50/s)",
                  "  web: {queue: {capacity: 2}, operations: {get: [{work: exponential(10ms)}]}}\n",
                  ", retry: {attempts: 3}");
  auto const& web = station(all, "web");
  EXPECT_FALSE(web.exact);
  EXPECT_THAT(web.differences, Contains(HasSubstr("the retries of users come beside")));
  EXPECT_GT(value(all, "users.attempts"), 1.05);
  EXPECT_GT(value(all, "web.arrivals"), 52.0);
}

TEST(TheoryTest, ASlotHeldForACalleeIsAnEstimate) {
  auto const all = open_theory("poisson(50/s)",
                               "  web:\n"
                               "    concurrency: 10\n"
                               "    operations:\n"
                               "      get: [{work: exponential(20ms)}, {call: db.get}]\n"
                               "  db: {operations: {get: [{work: exponential(10ms)}]}}\n");
  EXPECT_FALSE(station(all, "web").exact);
  EXPECT_THAT(station(all, "web").differences,
              Contains(HasSubstr("a slot is held while db.get answers")));
  EXPECT_NEAR(value(all, "web.utilisation"), 50.0 * 0.04 / 10.0, 0.01);
}

TEST(TheoryTest, AnOverloadIsASentence) {
  auto const all =
      open_theory("poisson(120/s)", "  web: {operations: {get: [{work: exponential(10ms)}]}}\n");
  EXPECT_THAT(all.remarks, Contains(HasSubstr("web is overloaded")));
  EXPECT_THAT(station(all, "web").differences, Contains(HasSubstr("1.2 times the capacity")));
  EXPECT_EQ(all.find("users.latency.mean"), nullptr);
}

TEST(TheoryTest, ARetryStormThatKeepsItselfUpIsForetold) {
  auto const all = open_theory("poisson(60/s)", "  web: {operations: {get: [{work: 10ms}]}}\n",
                               ", timeout: 1s, retry: {attempts: 3}");
  EXPECT_THAT(all.remarks, Contains(HasSubstr("A storm of retries can keep itself up: web")));
}

TEST(TheoryTest, ACircleWithoutAnEndIsASentence) {
  auto const all = open_theory(
      "poisson(1/s)",
      "  web: {concurrency: unlimited, operations: {get: [{work: 1ms}, {choose: [{p: 50%, steps: "
      "[{call: web.get}, {call: web.get}, {call: web.get}]}]}]}}\n");
  EXPECT_THAT(all.remarks, Contains(HasSubstr("never comes to an end")));
}

void expect_finite(ScenarioExpectation const& all) {
  for (auto const& figure : all.figures) EXPECT_TRUE(std::isfinite(figure.value)) << figure.metric;
}

/// Each brings one more about on average, so that the matrix of the traffic equations is singular.
TEST(TheoryTest, ASingularMatrixIsASentence) {
  auto const all = open_theory(
      "poisson(1/s)",
      "  web: {concurrency: unlimited, operations: {get: [{work: 1ms}, {choose: [{p: 50%, steps: "
      "[{call: web.get}, {call: web.get}]}]}]}}\n");
  EXPECT_THAT(all.remarks, Contains(HasSubstr("never comes to an end")));
  expect_finite(all);
}

/// Nobody is answered within 50 ms for long, and each comes ten times.
TEST(TheoryTest, RetriesThatMakeEachOtherGrowAreASentence) {
  auto const all =
      open_theory("poisson(95/s)", "  web: {operations: {get: [{work: exponential(10ms)}]}}\n",
                  ", timeout: 50ms, retry: {attempts: 10}");
  EXPECT_THAT(all.remarks, Contains("No steady state: retries and waits make each other grow until "
                                    "a line has no end."));
  EXPECT_EQ(all.find("users.latency.mean"), nullptr);
  expect_finite(all);
}

/// M/M/2/2 is Erlang's loss at 1.8 erlangs: B = 1.62 / 4.42.
TEST(TheoryTest, ALimitOfHowManyAreInsideIsALimitOfTheLine) {
  auto const all =
      open_theory("poisson(90/s)",
                  "  web: {concurrency: 4, limit: concurrency(2), operations: {get: [{work: "
                  "exponential(20ms)}]}}\n");
  EXPECT_EQ(station(all, "web").model, "M/M/2/2");
  EXPECT_TRUE(station(all, "web").exact);
  EXPECT_NEAR(value(all, "users.failures.rejected"), 1.62 / 4.42, 1e-9);
  EXPECT_NEAR(value(all, "web.utilisation"), 1.8 * (1.0 - 1.62 / 4.42) / 4.0, 1e-9);
  auto const queued = open_theory(
      "poisson(90/s)",
      "  web: {concurrency: 2, queue: 50, limit: concurrency(12), operations: {get: [{work: "
      "exponential(20ms)}]}}\n");
  EXPECT_EQ(station(queued, "web").model, "M/M/2/12");
}

TEST(TheoryTest, ALimitThatHoldsBackIsALongerLine) {
  auto const all = open_theory("poisson(80/s)",
                               "  web: {concurrency: 4, limit: \"concurrency(2, when_full=wait)\", "
                               "operations: {get: [{work: "
                               "exponential(20ms)}]}}\n");
  EXPECT_EQ(station(all, "web").model, "M/M/2");
  EXPECT_NEAR(value(all, "web.utilisation"), 0.4, 1e-9);
}

TEST(TheoryTest, WhatHasNoModelSaysWhy) {
  auto const why = [](std::string const& key) {
    auto const all = open_theory(
        "poisson(40/s)", "  web: {" + key + ", operations: {get: [{work: exponential(20ms)}]}}\n");
    EXPECT_EQ(station(all, "web").model, "") << key;
    EXPECT_FALSE(all.resources.empty()) << "the loads are known all the same";
    return station(all, "web").differences.front();
  };
  EXPECT_THAT(why("autoscale: {max: 4}"), HasSubstr("a number of slots that follows the load"));
  EXPECT_THAT(why("hours: {from: \"09:00\", to: \"17:00\"}"), HasSubstr("no steady state"));
  EXPECT_THAT(why("queue: {codel: {}}"), HasSubstr("turns away by the wait of others"));
  EXPECT_THAT(why("queue: {discipline: shortest-first}"), HasSubstr("in the order of work"));
  EXPECT_THAT(why("limit: rate(50/s)"), HasSubstr("no Poisson stream"));
  EXPECT_THAT(why("limit: adaptive()"), HasSubstr("adapts itself"));
}

/// What web lets go is about as regular as its work: Whitt's equations by hand.
TEST(TheoryTest, WhatAServiceLetsGoIsFollowedByTwoMoments) {
  auto const all = open_theory("poisson(80/s)",
                               "  web: {operations: {get: [{work: 10ms}, {forward: db.get}]}}\n"
                               "  db: {operations: {get: [{work: exponential(10ms)}]}}\n");
  auto const& db = station(all, "db");
  EXPECT_EQ(db.model, "QNA");
  EXPECT_THAT(db.error, HasSubstr("by two moments"));
  EXPECT_THAT(db.differences, Contains(HasSubstr("they come from web")));
  double const scv = 0.64 * 0.2 + 0.36, off = 1.0 - scv;
  double const regular = std::exp(-2.0 * 0.2 * off * off / (3.0 * 0.8 * (scv + 1.0)));
  EXPECT_NEAR(value(all, "db.wait.mean"), 0.5 * (scv + 1.0) * regular * 0.04, 1e-9);
}

TEST(TheoryTest, AQueueOfTwoGeneralLawsIsNearAndHasABound) {
  auto const all = open_theory("renewal(uniform(10ms, 14ms))",
                               "  web: {operations: {get: [{work: \"lognormal(10ms, cv=2)\"}]}}\n");
  EXPECT_EQ(station(all, "web").model, "Allen-Cunneen");
  EXPECT_THAT(station(all, "web").differences,
              Contains(HasSubstr("arrivals are not Poisson, and the time in a slot")));
  ASSERT_EQ(all.bounds.size(), 1U);
  EXPECT_EQ(all.bounds[0].metric, "web.wait.mean");
  // lambda (variance of both) / (2 (1 - rho)), rho = 5/6.
  double const variances = 16e-6 / 12.0 + 4e-4;
  EXPECT_NEAR(all.bounds[0].upper, variances / 0.012 / (2.0 / 6.0), 1e-9);
  EXPECT_LT(value(all, "web.wait.mean"), all.bounds[0].upper);
}

/// In turn the time between two is the sum of two; by chance, of a geometric number of them.
TEST(TheoryTest, ReplicasHaveTheirShareOfWhatIsNotPoisson) {
  auto const dealt = [](std::string const& balance) {
    return open_theory("renewal(erlang(10ms, k=2))",
                       "  web: {replicas: 2, balance: " + balance +
                           ", operations: {get: [{work: exponential(15ms)}]}}\n");
  };
  auto const in_turn = dealt("round-robin");
  EXPECT_TRUE(station(in_turn, "web").exact);
  // E4/M/1 at 75 %, sigma = A*(mu (1 - sigma)) with the transform of four stages of 5 ms.
  double sigma = 0.5;
  for (int i = 0; i < 200; ++i) sigma = std::pow(200.0 / (200.0 + (1.0 - sigma) / 0.015), 4.0);
  EXPECT_NEAR(value(in_turn, "web.wait.mean"), 0.015 * sigma / (1.0 - sigma), 1e-9);
  auto const by_chance = dealt("random");
  EXPECT_TRUE(station(by_chance, "web").exact);
  // The transform of a random share: A/2 / (1 - A/2), A = (200/(200 + s))^2.
  for (int i = 0; i < 400; ++i) {
    double const a = std::pow(200.0 / (200.0 + (1.0 - sigma) / 0.015), 2.0);
    sigma = 0.5 * a / (1.0 - 0.5 * a);
  }
  EXPECT_NEAR(value(by_chance, "web.wait.mean"), 0.015 * sigma / (1.0 - sigma), 1e-9);
}

TEST(TheoryTest, FaultsAreLeftOutAndNothingIsExactBesideThem) {
  auto const all = theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(50/s)}}\n"
      "services: {web: {operations: {get: [{work: exponential(10ms)}]}}}\n"
      "faults: {outage: {at: 10min, for: 1min, crash: web}}\n");
  EXPECT_THAT(all.remarks, Contains(HasSubstr("The fault outage is left out")));
  for (auto const& figure : all.figures) EXPECT_FALSE(figure.exact) << figure.metric;
}

TEST(TheoryTest, AQueueInABrokerIsOneLineForAllConsumers) {
  auto const all = theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(150/s)}}\n"
      "services:\n"
      "  web: {concurrency: unlimited, operations: {get: [{publish: mq.jobs}]}}\n"
      "  worker: {replicas: 2, operations: {run: [{work: exponential(10ms)}]}}\n"
      "brokers: {mq: {channels: {jobs: {subscribers: {worker.run: {}}}}}}\n");
  EXPECT_EQ(station(all, "worker").model, "M/M/2");
  EXPECT_TRUE(station(all, "worker").exact);
  // M/M/2 at 75 %: N = 2 rho / (1 - rho^2).
  EXPECT_NEAR(value(all, "mq.jobs.depth.mean"), 1.5 / (1.0 - 0.5625), 1e-6);
}

TEST(TheoryTest, UsersWhoThinkAreSolvedExactlyOrByLayers) {
  std::string const clients =
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: \"closed(users=12, "
      "think=exponential(200ms))\"}}\nservices:\n"
      "  db: {concurrency: 4, operations: {query: [{work: exponential(120ms)}]}}\n";
  auto const released =
      theory_for(clients +
                 "  web: {concurrency: 12, cores: 1, io: non-blocking, operations: {get: [{work: "
                 "exponential(20ms)}, {call: db.query}, {work: exponential(10ms)}]}}\n");
  ASSERT_NE(released.find("users.goodput"), nullptr);
  EXPECT_TRUE(released.find("users.goodput")->exact);
  EXPECT_NEAR(value(released, "users.goodput"), 26.67866875, 1e-6);
  auto const held = theory_for(
      clients +
      "  web: {concurrency: 3, cores: 1, operations: {get: [{work: exponential(20ms)}, {call: "
      "db.query}, {work: exponential(10ms)}]}}\n");
  ASSERT_NE(held.find("users.goodput"), nullptr);
  EXPECT_FALSE(held.find("users.goodput")->exact);
  EXPECT_NEAR(value(held, "users.goodput"), 18.30367599, 1.4);
}

TEST(TheoryTest, BoundsHoldTheExactThroughput) {
  auto const all = theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: \"closed(users=5, "
      "think=exponential(1s))\"}}\n"
      "services: {web: {operations: {get: [{work: exponential(300ms)}]}}}\n");
  ASSERT_EQ(all.bounds.size(), 2U);
  for (auto const& bound : all.bounds) {
    EXPECT_LE(bound.lower, value(all, "users.goodput") * (1.0 + 1e-12));
    EXPECT_GE(bound.upper, value(all, "users.goodput") * (1.0 - 1e-12));
  }
}

/// 90 s x 120/s wait, and are worked off at 267/s - 120/s.
TEST(TheoryTest, AnOutageBehindAQueueDrainsAsTheFluidSays) {
  auto const all = theory_for(
      "duration: 15min\nworkloads: {users: {request: web.get, arrivals: poisson(120/s)}}\n"
      "services:\n"
      "  web: {concurrency: unlimited, operations: {get: [{publish: mq.jobs}]}}\n"
      "  worker: {concurrency: 40, operations: {run: [{call: bank.charge}]}}\n"
      "  bank: {concurrency: 40, operations: {charge: [{work: exponential(150ms)}]}}\n"
      "brokers: {mq: {channels: {jobs: {subscribers: {worker.run: {}}}}}}\n"
      "faults: {outage: {at: 4min, for: 90s, crash: bank}}\n");
  ASSERT_EQ(all.backlogs.size(), 1U);
  auto const& backlog = all.backlogs.front();
  EXPECT_EQ(backlog.series, "mq.jobs.depth");
  EXPECT_NEAR(backlog.peak, 10'800.0, 1e-3);
  EXPECT_NEAR(backlog.at, 330.0, 1e-6);
  ASSERT_TRUE(backlog.gone);
  EXPECT_NEAR(*backlog.gone, 330.0 + 10'800.0 / (40.0 / 0.15 - 120.0), 1e-3);
}

TEST(TheoryTest, ASurgeAndAPausePileUpInTheLineOfTheService) {
  auto const all = theory_for(
      "duration: 10min\nworkloads: {users: {request: web.get, arrivals: periodic(80/s)}}\n"
      "services: {web: {operations: {get: [{work: 10ms}]}}}\n"
      "faults:\n"
      "  rush: {at: 30s, for: 60s, surge: users, factor: 1.5}\n"
      "  stop: {at: 300s, for: 10s, pause: web}\n");
  ASSERT_EQ(all.backlogs.size(), 1U);
  EXPECT_EQ(all.backlogs[0].series, "web.queue");
  EXPECT_NEAR(all.backlogs[0].peak, 1200.0, 1e-3);
  EXPECT_NEAR(all.backlogs[0].at, 90.0, 1e-6);
  EXPECT_NEAR(all.backlogs[0].gone.value_or(0.0), 150.0, 1e-3);
  // 800 wait when the pause ends.
  double const at_310 = all.backlogs[0].values[62];
  EXPECT_GT(at_310, 700.0);
  EXPECT_LT(at_310, 801.0);
}

TEST(TheoryTest, PrintsWhyAFormulaDoesNotHold) {
  TheoryReport report{"Shop", "shop.yaml", {}};
  report.variants.push_back(
      open_theory("periodic(50/s)",
                  "  web: {concurrency: 2, operations: {get: [{work: \"lognormal(10ms, "
                  "cv=2)\"}]}}\n"));
  std::ostringstream out;
  write_theory(report, {}, out);
  EXPECT_THAT(out.str(), HasSubstr("the time in a slot is not exponential, and there are several "
                                   "slots"));
  EXPECT_THAT(out.str(), HasSubstr("Allen-Cunneen"));
  EXPECT_THAT(out.str(), HasSubstr("Bottleneck: slots of web"));
  EXPECT_THAT(json_of(report, "1").dump(), testing::Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace sojourn
