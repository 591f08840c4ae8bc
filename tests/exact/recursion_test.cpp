#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/request_log.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr std::uint64_t seed = 7;
constexpr std::uint64_t replication = 3;

struct Station {
  Distribution interarrival;
  Distribution work;
  std::int64_t servers = 1;
  Duration warmup{0};
};

Duration constexpr length = 60s;

std::vector<RequestLog::Request> simulated(Station const& station) {
  ScenarioBuilder builder(length, station.warmup);
  builder.open("clients", station.interarrival, "station.op");
  builder.service("station", {work(station.work)}, station.servers);
  TestRun run(builder, seed, replication);
  RequestLog log;
  run.until(length, log);
  return log.requests();
}

/// With c servers and one line, the customer who comes first takes the server that is free first:
///     start = max(arrival, least free time), departure = start + work
/// so draw for draw the latencies are known. With one server it is Lindley's recursion.
/// Source: Kiefer and Wolfowitz, "On the theory of queues with many servers", Trans. AMS 78 (1955);
/// Lindley, "The theory of queues with a single server", Proc. Camb. Phil. Soc. 48 (1952).
void expect_recursion(Station const& station) {
  Streams const streams(seed, replication);
  RandomStream arrivals = streams.open("clients/arrivals");
  RandomStream works = streams.open("station/op/work");
  auto const requests = simulated(station);
  ASSERT_GT(requests.size(), 5000U) << "enough to notice";

  Time arrival(-station.warmup);
  std::vector<Time> free(static_cast<std::size_t>(station.servers), arrival);
  for (RequestLog::Request const& request : requests) {
    arrival += station.interarrival.sample_duration(arrivals);
    auto const server = std::min_element(free.begin(), free.end());
    *server = std::max(arrival, *server) + station.work.sample_duration(works);
    ASSERT_EQ(request.sent, arrival);
    ASSERT_EQ(request.ended, *server <= Time(length) ? *server : Time::max());
  }
}

TEST(RecursionTest, OneServerFollowsLindley) {
  expect_recursion({Distribution::exponential(0.010), Distribution::exponential(0.009)});
}

TEST(RecursionTest, OneServerFollowsLindleyWhateverTheLaws) {
  expect_recursion({Distribution::erlang(0.010, 3), Distribution::lognormal(0.0095, 1.5)});
}

TEST(RecursionTest, OverloadFollowsLindleyToo) {
  expect_recursion({Distribution::exponential(0.008), Distribution::exponential(0.009)});
}

TEST(RecursionTest, WarmupShiftsTheClockAndNothingElse) {
  expect_recursion(
      {Distribution::exponential(0.010), Distribution::exponential(0.009), 1, Duration(13s)});
}

TEST(RecursionTest, ThreeServersFollowKieferAndWolfowitz) {
  expect_recursion({Distribution::exponential(0.010), Distribution::gamma(0.027, 1.4), 3});
}

TEST(RecursionTest, ManyServersFollowKieferAndWolfowitz) {
  expect_recursion({Distribution::exponential(0.010), Distribution::exponential(0.195), 20});
}

}  // namespace
}  // namespace sojourn
