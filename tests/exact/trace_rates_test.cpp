/// A trace of rates: what is sent between its lines.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "app/config/load.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

class TraceRatesTest : public testing::Test {
 protected:
  TraceRatesTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                (std::string("sojourn_rates_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder_);
  }
  ~TraceRatesTest() override { std::filesystem::remove_all(folder_); }

  /// How many requests are sent in the warm-up of 20 s, and then in each of ten times 10 s.
  std::vector<double> sent(std::string const& trace, std::string const& more = "") const {
    std::ofstream(folder_ / "rates.csv") << trace;
    std::ofstream(folder_ / "scenario.yaml")
        << "duration: 100s\nwarmup: 20s\n"
           "workloads: {w: {request: s.o, arrivals: trace(rates.csv)}}\n"
           "services: {s: {concurrency: unlimited, operations: {o: [work: 1us]}}}\n"
        << more;
    LoadResult const loaded = load_scenario(folder_ / "scenario.yaml");
    if (!loaded.scenario) throw std::runtime_error("a faulty scenario");
    TestRun run(loaded.scenario->variants.front().scenario);
    run.until(-1ns);  // At zero counting begins anew.
    std::vector<double> counts{static_cast<double>(run.workload("w").sent)};
    double before = 0.0;
    for (Duration end = 10s; end <= 100s; end += 10s) {
      run.until(end);
      auto const now = static_cast<double>(run.workload("w").sent);
      counts.push_back(now - before);
      before = now;
    }
    return counts;
  }

  std::filesystem::path folder_;
};

/// Four standard deviations of a Poisson count.
void expect_poisson(double count, double mean) { EXPECT_NEAR(count, mean, 4.0 * std::sqrt(mean)); }

TEST_F(TraceRatesTest, EachHoldsUntilTheNextLine) {
  auto const counts = sent(
      "time, rate\n0s, 100/s\n10s, 0/s\n\n30s, 24000/min # twenty times as much\n"
      "50s, 0/s\n90s, 2000/s\n");
  ASSERT_EQ(counts.size(), 11U);
  expect_poisson(counts[0], 2000.0);
  expect_poisson(counts[1], 1000.0);
  expect_poisson(counts[4], 4000.0);
  expect_poisson(counts[5], 4000.0);
  expect_poisson(counts[10], 20'000.0);
  for (std::size_t const silent : {2U, 3U, 6U, 7U, 8U, 9U}) EXPECT_EQ(counts[silent], 0.0);
}

TEST_F(TraceRatesTest, NothingIsSentBeforeAFirstLineAfterZero) {
  auto const counts = sent("20s\t500/s\n");
  for (std::size_t const silent : {0U, 1U, 2U}) EXPECT_EQ(counts[silent], 0.0);
  for (std::size_t i = 3; i < counts.size(); ++i) expect_poisson(counts[i], 5000.0);
}

TEST_F(TraceRatesTest, ASurgeMultipliesThem) {
  auto const counts =
      sent("0s, 100/s\n50s, 200/s\n", "faults: {f: {at: 40s, for: 20s, surge: w, factor: 3}}\n");
  expect_poisson(counts[4], 1000.0);
  expect_poisson(counts[5], 3000.0);
  expect_poisson(counts[6], 6000.0);
  expect_poisson(counts[7], 2000.0);
}

}  // namespace
}  // namespace sojourn
