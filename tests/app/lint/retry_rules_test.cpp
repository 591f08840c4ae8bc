#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// `users` ask `web.get`, which calls `db.read`, each with its modifiers.
std::string chain(std::string const& users, std::string const& web) {
  return "duration: 1h\n"
         "workloads: {users: {request: web.get, arrivals: poisson(10/s)" +
         users +
         "}}\n"
         "services:\n"
         "  web: {operations: {get: [{call: db.read" +
         web +
         "}]}}\n"
         "  db: {operations: {read: [work: 1ms]}}\n";
}

TEST(NestedRetriesTest, Multiply) {
  EXPECT_THAT(findings_of("S301", chain(", retry: {attempts: 4}", ", retry: {attempts: 3}")),
              HasSubstr("f:2:82: warning: S301: users asks web.get 4 times, web.get asks db.read 3 "
                        "times: 12 attempts for one request when all fail"));
  EXPECT_THAT(findings_of("S301", chain(", retry: {attempts: 5}", ", retry: {attempts: 2}")),
              IsEmpty());
  EXPECT_THAT(findings_of("S301", chain(", retry: {attempts: 100}", "")), IsEmpty())
      << "one level is no product";
  EXPECT_THAT(
      findings_of("S301", chain(", retry: {attempts: 9, budget: 10%}", ", retry: {attempts: 9}")),
      IsEmpty())
      << "9.9";
  EXPECT_THAT(findings_of("S301", chain(", retry: {attempts: 2}",
                                        ", retry: {attempts: unlimited, backoff: 1s}")),
              HasSubstr("unlimited attempts"));
}

TEST(NestedRetriesTest, AreReportedOnceForAChain) {
  std::string const text = findings_of("S301", R"(
duration: 1h
workloads: {users: {request: d.get, arrivals: poisson(1/s), retry: {attempts: 2}}}
services:
  a: {operations: {get: [work: 1ms]}}
  b: {operations: {get: [{call: a.get, retry: {attempts: 4}}]}}
  c: {operations: {get: [{call: b.get, retry: {attempts: 4}}]}}
  d: {operations: {get: [{call: c.get, retry: {attempts: 1}}]}}
)");
  EXPECT_THAT(text, AllOf(HasSubstr("32 attempts"), Not(HasSubstr("16 attempts"))));
}

TEST(RetriesWithoutBackoffTest, ComeAtOnce) {
  auto const with = [](std::string const& retry) {
    return findings_of("S302", chain("", ", retry: {" + retry + "}"));
  };
  EXPECT_THAT(with("attempts: 2"), HasSubstr("web.get asks db.read again at once"));
  EXPECT_THAT(with("attempts: 1"), IsEmpty());
  EXPECT_THAT(with("attempts: 2, backoff: 1ms"), IsEmpty());
}

TEST(RetriesWithoutJitterTest, ComeTogether) {
  auto const with = [](std::string const& backoff) {
    return findings_of("S303", chain("", ", retry: {backoff: " + backoff + "}"));
  };
  EXPECT_THAT(with("10ms"), HasSubstr("those of web.get who fail together ask db.read again"));
  EXPECT_THAT(with("{first: 10ms}"), HasSubstr("S303"));
  EXPECT_THAT(with("{first: 10ms, jitter: equal}"), IsEmpty());
  EXPECT_THAT(with("exponential(10ms)"), IsEmpty());
  EXPECT_THAT(with("0s"), IsEmpty()) << "that is S302";
}

TEST(UnprotectedRetriesTest, AreAtSeveralLevels) {
  std::string const breaker = ", breaker: {consecutive: 5, open: 1s}";
  auto const with = [](std::string const& users, std::string const& web) {
    return findings_of("S304",
                       chain(", retry: {attempts: 2" + users, ", retry: {attempts: 2" + web));
  };
  EXPECT_THAT(with("}", "}"), HasSubstr("users asks web.get 2 times, web.get asks db.read 2 times, "
                                        "without a budget or a breaker"));
  EXPECT_THAT(with(", budget: 10%}", "}"), IsEmpty());
  EXPECT_THAT(with("}", "}" + breaker), IsEmpty());
  EXPECT_THAT(findings_of("S304", chain("", ", retry: {attempts: 9}")), IsEmpty());
}

TEST(IdleBreakerTest, NeedsMoreOutcomesThanCanCome) {
  auto const with = [](std::string const& breaker, std::string const& users = "") {
    return findings_of("S305", chain(users, ", breaker: {open: 1s, " + breaker + "}"));
  };
  // 10/s * 10 s = 100 outcomes, 140 with the luck of four standard deviations.
  EXPECT_THAT(
      with("window: 10s, calls: 142"),
      HasSubstr("takes 142 outcomes within 10s to open, and web.get asks db.read 100 times"));
  EXPECT_THAT(with("window: 10s, calls: 141"), IsEmpty());
  EXPECT_THAT(with("window: 200, calls: 142"), IsEmpty());
  EXPECT_THAT(with("consecutive: 142"), IsEmpty());
  EXPECT_THAT(with("window: 10s, calls: 142", ", retry: {attempts: 2}"), IsEmpty())
      << "retries come too";
  EXPECT_THAT(with("window: 10s, calls: 142", ", profile: [{at: 1min, factor: 2}]"), IsEmpty());
}

TEST(IdleBreakerTest, IsNotJudgedWhereMessagesLeadTo) {
  std::string const idle = "breaker: {window: 10s, calls: 142, open: 1s}";
  std::string const found = findings_of("S305", scenario_at("10/s", R"(
  web: {operations: {get: [{call: db.read, )" + idle + R"(}, {publish: rabbit.jobs}]}}
  worker: {operations: {do: [{call: mail.send}]}}
  mail: {operations: {send: [{call: db.read, )" + idle + R"(}]}}
  db: {operations: {read: [work: 1ms]}}
brokers: {rabbit: {channels: {jobs: {subscribers: {worker.do: {}}}}}}
)"));
  EXPECT_THAT(found, HasSubstr("web.get asks db.read"));
  EXPECT_THAT(found, Not(HasSubstr("mail.send")));
}

TEST(IdleBreakerTest, EachReplicaHasItsOwn) {
  auto const with = [](std::string const& replicas) {
    return findings_of("S305",
                       scenario_at("10/s", "  web: {replicas: " + replicas + R"(, operations:
    {get: [{call: db.read, breaker: {window: 10s, calls: 80, open: 1s}}]}}
  db: {operations: {read: [work: 1ms]}}
)"));
  };
  EXPECT_THAT(with("2"), HasSubstr("web.get asks db.read 50 times"));
  EXPECT_THAT(with("1"), IsEmpty());
}

}  // namespace
}  // namespace sojourn
