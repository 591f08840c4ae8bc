/// Every scenario of this folder against the figures that are known for it.
///
/// With SOJOURN_WRITE_VALIDATION=docs/validation.md in the environment, and all cases run by one
/// call of this program, the table of that page is written anew.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "tests/oracles/coverage.h"
#include "tests/oracles/finding.h"
#include "tests/oracles/validation_page.h"

namespace sojourn::oracles {
namespace {

std::filesystem::path const folder = std::filesystem::path(SOJOURN_SOURCE_DIR) / "tests/oracles";

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SOJOURN_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
#define SOJOURN_SANITIZED
#endif

/// A build that is not made for speed does a fiftieth of the work, and cannot ask for narrow
/// intervals.
#ifdef SOJOURN_SANITIZED
constexpr std::size_t thinning = 50;
#else
constexpr std::size_t thinning = 1;
#endif

/// Writes the page once all cases have run.
class PageWriter : public testing::Environment {
 public:
  [[nodiscard]] static char const* path() { return std::getenv("SOJOURN_WRITE_VALIDATION"); }

  void TearDown() override {
    if (path() != nullptr) page.write(path());
  }

  ValidationPage page;
};

/// GoogleTest owns it.
PageWriter* const page_writer = [] {
  auto* const writer = new PageWriter;
  testing::AddGlobalTestEnvironment(writer);
  return writer;
}();

std::vector<Case> const& cases() {
  static std::vector<Case> const all = read_cases(folder / "expected.yaml");
  return all;
}

/// Right, and so narrowly that a wrong simulator would be noticed.
void judge(Finding const& finding) {
  Expectation const& row = finding.row;
  SCOPED_TRACE(row.variant.empty() ? row.quantity : row.variant + ": " + row.quantity);
  double const off = std::abs(finding.estimate.mean - row.expected);
  double const allowed = row.tolerance.value_or(finding.certain_half_width) + row.resolution();
  bool const needs_many = row.tolerance.has_value() && finding.estimate.replications > 1;
  if (thinning == 1 || !needs_many) {
    EXPECT_LE(off, allowed) << row.metric << ": " << finding.estimate.mean << " +- "
                            << finding.estimate.half_width << " instead of " << row.expected;
  }
  if (row.half_width && thinning == 1) {
    EXPECT_LE(finding.estimate.half_width, *row.half_width)
        << row.metric << ": " << finding.estimate.mean << ", an interval too wide to say anything";
  }
}

class OracleTest : public testing::TestWithParam<Case> {};

TEST_P(OracleTest, SimulationAgreesWithTheory) {
  bool const writes = PageWriter::path() != nullptr;
  auto const findings = findings_of(GetParam(), folder, {writes ? 0U : 1U, thinning});
  for (Finding const& finding : findings) judge(finding);
  if (writes) page_writer->page.add(GetParam(), findings);
}

std::string test_name(testing::TestParamInfo<Case> const& info) {
  std::string name = info.param.scenario;
  for (char& letter : name)
    if (letter == '-') letter = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, OracleTest, testing::ValuesIn(cases()), test_name);

/// How far the intervals cover, over seeds of their own: short runs, each with as many replications
/// as a twentieth of its case has, but at least five.
TEST(OracleCoverageTest, IntervalsCoverAsOftenAsTheySay) {
  bool const writes = PageWriter::path() != nullptr;
  std::size_t const seeds = writes ? 20 : 1;
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (Case const& oracle : cases()) {
      if (!writes && &oracle == &cases()[8]) break;  // all of them take minutes
      coverage.add(findings_of(oracle, folder, {writes ? 0U : 1U, 20 * thinning, seed}));
    }
  }
  EXPECT_FALSE(coverage.independent().is_too_low()) << coverage.text(seeds);
  EXPECT_FALSE(coverage.percentiles().is_too_low()) << coverage.text(seeds);
  if (writes) page_writer->page.set_coverage(coverage.text(seeds));
}

TEST(OracleTableTest, EveryScenarioHasRows) {
  std::set<std::string> expected, present;
  for (Case const& oracle : cases()) {
    expected.insert(oracle.scenario);
    EXPECT_FALSE(oracle.rows.empty()) << oracle.scenario;
  }
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    auto const& path = entry.path();
    if (path.extension() == ".yaml" && path.stem() != "expected") present.insert(path.stem());
  }
  EXPECT_EQ(expected, present);
}

}  // namespace
}  // namespace sojourn::oracles
