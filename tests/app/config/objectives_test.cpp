#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

std::string const minimal = scenario_with_steps("[work: 5ms]");

std::string checked(std::string const& objectives, std::vector<std::vector<Metric>> const& metrics,
                    std::vector<double>* values = nullptr) {
  auto result = load_scenario_text(
      minimal + "objectives: [" + objectives + "]\nvariants: {a: {}, b: {}}\n", "f");
  if (!result.scenario) return printed(result.diagnostics);
  Diagnostics diagnostics;
  check_objectives(*result.scenario, metrics, diagnostics);
  if (values != nullptr)
    for (Objective const& objective : result.scenario->variants[0].scenario.objectives)
      values->push_back(objective.value);
  return printed(diagnostics);
}

std::vector<Metric> const metrics = {{"shoppers.latency.p99", Unit::second},
                                     {"shoppers.availability", Unit::ratio},
                                     {"shoppers.throughput", Unit::per_second},
                                     {"shoppers.attempts", Unit::one}};

TEST(ObjectivesTest, TakeTheUnitsOfTheirMetrics) {
  std::vector<double> values;
  EXPECT_EQ(checked("shoppers.latency.p99 <= 250ms, shoppers.availability>=99%, "
                    "shoppers.throughput > 60/min, shoppers.attempts < 1.5",
                    {metrics, metrics}, &values),
            "");
  EXPECT_EQ(values, (std::vector<double>{0.25, 0.99, 1.0, 1.5}));
}

TEST(ObjectivesTest, AMetricMayExistInOneVariantOnly) {
  EXPECT_EQ(checked("shoppers.latency.p99 <= 1s", {{}, metrics}), "");
}

TEST(ObjectivesTest, AnUnknownMetricIsAMistakeSaidOnce) {
  EXPECT_EQ(checked("shoppers.latency.p9 <= 1s", {metrics, metrics}),
            "f:4:14: no metric is called 'shoppers.latency.p9'; did you mean "
            "'shoppers.latency.p99'?\n");
}

TEST(ObjectivesTest, AValueOfAnotherKindIsAMistake) {
  EXPECT_EQ(checked("shoppers.latency.p99 <= 99%", {metrics, metrics}),
            "f:4:38: shoppers.latency.p99: expected a duration such as 250ms, found '99%'\n");
}

}  // namespace
}  // namespace sojourn
