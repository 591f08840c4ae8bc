#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_channels(std::string const& channels) {
  return scenario_at("1/s",
                     "  web: {operations: {get: [publish: b.q]}}\n"
                     "  worker: {operations: {do: [work: 1ms], other: [work: 1ms]}}\n",
                     "brokers: {b: {channels: {" + channels + "}}}\n");
}

TEST(ImpassableChannelTest, HoldsNothingAndHandsOverNothing) {
  auto const with = [](std::string const& subscriber, std::string const& capacity = "0") {
    return findings_of("S401", with_channels("q: {capacity: " + capacity +
                                             ", subscribers: {worker.do: {" + subscriber + "}}}"));
  };
  EXPECT_THAT(with("poll: 1s"),
              HasSubstr("b.q holds no message, and its subscribers only poll or take batches"));
  EXPECT_THAT(with("batch: {min: 2, max: 9, wait: 1s}"), HasSubstr("S401"));
  EXPECT_THAT(with("poll: 1s", "1"), IsEmpty());
  EXPECT_THAT(with("batch: {max: 9}"), IsEmpty());
  EXPECT_THAT(with("poll: 1s}, worker.other: {"), IsEmpty()) << "one is enough";
  EXPECT_THAT(findings_of("S401", with_channels("q: {capacity: 0}")),
              HasSubstr("nobody subscribes to it"));
}

TEST(UnreachableBatchTest, IsLargerThanTheChannel) {
  auto const with = [](std::string const& batch) {
    return findings_of(
        "S402",
        with_channels("q: {capacity: 10, subscribers: {worker.do: {batch: {" + batch + "}}}}"));
  };
  EXPECT_THAT(with("min: 11, max: 20"),
              HasSubstr("waits for 11 messages, but b.q holds 10 at most"));
  EXPECT_THAT(with("min: 10, max: 20"), IsEmpty());
  EXPECT_THAT(with("min: 11, max: 20, wait: 1s"), IsEmpty());
}

TEST(DeadLetterCircleTest, ComesBackToWhereItBegan) {
  std::string const circle =
      "q: {subscribers: {worker.do: {max_deliveries: 3, dead_letter: b.late}}}, "
      "late: {dead_letter: b.q";
  EXPECT_THAT(findings_of("S403", with_channels(circle + ", ttl: 1min}")),
              AllOf(HasSubstr("dead letters of b.q go to b.late, whose own come back to it"),
                    HasSubstr("dead letters of b.late go to b.q")));
  EXPECT_THAT(findings_of("S403", with_channels(circle + "}")), IsEmpty())
      << "nothing dies in b.late";
  EXPECT_THAT(findings_of("S403", with_channels("q: {subscribers: {worker.do: {dead_letter: "
                                                "b.q}}}")),
              IsEmpty())
      << "it is delivered again for ever, and never dies";
  EXPECT_THAT(findings_of("S403", with_channels("q: {subscribers: {worker.do: {dead_letter: "
                                                "b.q, max_deliveries: 2}}}")),
              HasSubstr("S403"));
}

TEST(IdleReaderTest, HasNoPartition) {
  auto const with = [](std::string const& replicas) {
    return findings_of(
        "S404", scenario_at("1/s",
                            "  web: {operations: {get: [publish: b.q]}}\n"
                            "  worker: {replicas: " +
                                replicas + ", operations: {do: [work: 1ms]}}\n",
                            "brokers: {b: {channels: {q: {kind: log, partitions: 2, subscribers: "
                            "{worker.do: {}}}}}}\n"));
  };
  EXPECT_THAT(with("2"), IsEmpty());
  EXPECT_THAT(with("3"), HasSubstr("worker has 3 replicas, but b.q has 2 partitions: 1 of them"));
}

TEST(VainSurgeTest, MeetsATrace) {
  auto const with = [](std::string const& arrivals) {
    return findings_of("S501", "duration: 1h\nworkloads: {w: {request: a.x, arrivals: " + arrivals +
                                   "}}\nservices: {a: {operations: {x: [work: 1ms]}}}\n"
                                   "faults: {f: {at: 1min, surge: w, factor: 2}}\n");
  };
  EXPECT_THAT(
      with("trace(" SOJOURN_SOURCE_DIR "/tests/golden/lint/times.csv)"),
      HasSubstr("f:4:31: warning: S501: w sends at the times of its trace, whatever f says"));
  EXPECT_THAT(with("poisson(1/s)"), IsEmpty());
  EXPECT_THAT(with("'closed(users=9, think=1s)'"), IsEmpty());
}

}  // namespace
}  // namespace sojourn
