#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(TooFewSlotsTest, AreFewerThanTheOfferedLoad) {
  auto const at = [](std::string const& rate) {
    return findings_of("S101", scenario_at(rate, R"(
  web: {replicas: 2, concurrency: 5, queue: 9, operations: {get: [call: db.read]}}
  db: {concurrency: 100, operations: {read: [work: 20ms]}}
)"));
  };
  EXPECT_THAT(at("500/s"),
              HasSubstr("f:5:35: warning: S101: web is asked 500/s and would need 10 slots on "
                        "average, but has 10; add replicas"));
  EXPECT_THAT(at("499/s"), IsEmpty());
}

TEST(TooFewSlotsTest, ALimitKeepsTheRestOut) {
  std::string const web = "concurrency: 5, operations: {get: [work: 20ms]}}\n";
  EXPECT_THAT(findings_of("S101", scenario_at("500/s", "  web: {" + web)), HasSubstr("S101"));
  EXPECT_THAT(findings_of("S101", scenario_at("500/s", "  web: {limit: rate(200/s), " + web)),
              IsEmpty());
}

TEST(TooFewCoresTest, DoLessThanTheWork) {
  auto const with = [](std::string const& keys) {
    return findings_of("S102", scenario_at("100/s", "  web: {concurrency: 3, " + keys +
                                                        ", operations: {get: [work: 20ms]}}\n"));
  };
  EXPECT_THAT(with("cores: 2"), HasSubstr("web is sent 2 seconds of work a second and can do 2"));
  EXPECT_THAT(with("cores: 2.01"), IsEmpty());
  EXPECT_THAT(with("speed: [1, 1.9, 1.95, 9]"), HasSubstr("can do 1.95"));
  EXPECT_THAT(with("speed: usl(contention=50%)"), HasSubstr("can do 1.5"));
  EXPECT_THAT(with("speed: usl(contention=20%)"), IsEmpty()) << "3 / (1 + 0.2 * 2) is 2.14";
}

TEST(TooLowLimitTest, LetsInLessThanIsSent) {
  auto const with = [](std::string const& limit, std::string const& throughput) {
    return findings_of(
        "S103", scenario_at("100/s",
                            "  web: {replicas: 2, limit: rate(" + limit +
                                "), operations: {get: [publish: b.q]}}\n",
                            "brokers: {b: {throughput: " + throughput + ", channels: {q: {}}}}\n"));
  };
  EXPECT_THAT(with("49/s", "101/s"),
              HasSubstr("web is asked 100/s, of which its limit lets in 98/s"));
  EXPECT_THAT(with("50/s", "101/s"), IsEmpty());
  EXPECT_THAT(with("50/s", "100/s"), HasSubstr("b is sent 100/s and can take 100/s"));
}

TEST(UnboundedQueueTest, IsFedByAnOpenWorkload) {
  auto const web = [](std::string const& keys) {
    return findings_of("S104",
                       scenario_at("1/s", "  web: {" + keys + "operations: {get: [work: 1ms]}}\n"));
  };
  EXPECT_THAT(web(""), HasSubstr("f:4:3: warning: S104: the queue of web has no bound, and users"));
  EXPECT_THAT(web("queue: 5, "), IsEmpty());
  EXPECT_THAT(web("concurrency: unlimited, "), IsEmpty());
  EXPECT_THAT(web("limit: concurrency(9), "), IsEmpty());
  EXPECT_THAT(
      findings_of("S104",
                  "duration: 1h\nworkloads: {w: {request: a.x, arrivals: 'closed(9, 1s)'}}\n"
                  "services: {a: {operations: {x: [work: 1ms]}}}\n"),
      IsEmpty());
}

TEST(UnboundedQueueTest, IsBoundedByTheSlotsOfThoseWhoWait) {
  auto const with = [](std::string const& web, std::string const& call) {
    return findings_of(
        "S104", scenario_at("1/s", "  web: {queue: 9, " + web + "operations: {get: [" + call +
                                       "]}}\n  db: {operations: {read: []}}\n"));
  };
  EXPECT_THAT(with("", "call: db.read"), IsEmpty());
  EXPECT_THAT(with("", "{call: db.read, timeout: 1s, cancel: true}"), IsEmpty());
  EXPECT_THAT(with("", "{call: db.read, timeout: 1s}"), HasSubstr("web.get feeds it"));
  EXPECT_THAT(with("", "{background: [call: db.read]}"), HasSubstr("S104"));
  EXPECT_THAT(with("", "forward: db.read"), HasSubstr("S104"));
  EXPECT_THAT(with("io: non-blocking, ", "call: db.read"), HasSubstr("S104"));
}

TEST(UnboundedQueueTest, MayBeAChannel) {
  auto const with = [](std::string const& channel, std::string const& broker = "") {
    return findings_of(
        "S104", scenario_at("1/s", "  web: {queue: 9, operations: {get: [publish: b.q]}}\n",
                            "brokers: {b: {" + broker + "channels: {q: {" + channel + "}}}}\n"));
  };
  EXPECT_THAT(with(""), HasSubstr("b.q holds messages without a bound, and gets 1/s"));
  EXPECT_THAT(with("capacity: 100"), IsEmpty());
  EXPECT_THAT(with("ttl: 1min"), IsEmpty());
  EXPECT_THAT(with("credit: 100"), IsEmpty());
  EXPECT_THAT(with("", "alarm: {at: 100, clear: 50}, "), IsEmpty());
}

TEST(SmallPoolTest, IsWantedByMoreSlots) {
  auto const with = [](std::string const& pool, std::string const& keys = "") {
    return findings_of(
        "S105", scenario_at("1/s", "  web: {concurrency: 20, " + keys + "pools: {db: " + pool +
                                       "}, operations: {get: [{work: 30ms}, "
                                       "{use: db, steps: [wait: 10ms]}]}}\n"));
  };
  EXPECT_THAT(with("4"), HasSubstr("all 20 slots of web are taken they want 5 of its pool db"));
  EXPECT_THAT(with("5"), IsEmpty());
  EXPECT_THAT(with("4", "io: non-blocking, "), IsEmpty());
}

TEST(SinglePointOfFailureTest, IsLookedForWhereCrashesMatter) {
  auto const with = [](std::string const& db, std::string const& crash, std::string const& goal) {
    return findings_of(
        "S106", scenario_at("1/s",
                            "  web: {replicas: 2, operations: {get: [call: db.read]}}\n"
                            "  db: {" +
                                db + "operations: {read: []}}\n",
                            "faults: {f: {at: 1min, for: 1min, " + crash + "}}\nobjectives: [" +
                                goal + "]\n"));
  };
  std::string const crash = "crash: {service: web, replicas: 1}";
  std::string const goal = "users.availability >= 99%";
  EXPECT_THAT(with("", crash, goal),
              HasSubstr("every request of users needs the one replica of db"));
  EXPECT_THAT(with("replicas: 2, ", crash, goal), IsEmpty());
  EXPECT_THAT(with("", "crash: db", goal), IsEmpty()) << "the run shows it";
  EXPECT_THAT(with("", "pause: web", goal), IsEmpty());
  EXPECT_THAT(with("", crash, "users.latency.p99 <= 1s"), IsEmpty());
}

}  // namespace
}  // namespace sojourn
