#include "app/report/json_report.h"

#include <gtest/gtest.h>

#include "analysis/replicate.h"
#include "tests/analysis/toy_experiment.h"
#include "tests/app/report/golden.h"
#include "tests/app/report/sample_study.h"

namespace sojourn {
namespace {

TEST(JsonReportTest, IsTheDocumentedDocument) {
  expect_golden("two.json", json_text(json_of(sample_study(), "0.1.0")));
}

TEST(JsonReportTest, ReadsBackAsTheSameDocument) {
  auto const document = json_of(sample_study(), "0.1.0");
  EXPECT_EQ(nlohmann::ordered_json::parse(json_text(document)), document);
}

TEST(JsonReportTest, WritesNullForWhatIsNoFiniteNumber) {
  auto const document = json_of(sample_study(), "0.1.0");
  auto const& sync = document["alternatives"][0]["metrics"];
  EXPECT_TRUE(sync["bank-outage.recovery"]["mean"].is_null());
  EXPECT_EQ(sync["bank-outage.recovery"]["replications"], 10);
  EXPECT_TRUE(
      document["alternatives"][0]["series"]["shoppers.latency.p99"]["values"][16].is_null());
}

TEST(JsonReportTest, HasSagasWhereThereAreSome) {
  Study study = sample_study();
  EXPECT_FALSE(json_of(study, "0.1.0")["alternatives"][0]["account"].contains("sagas"));
  study.alternatives[0].accounts.push_back(
      {{AccountDefinition::Of::sagas, "web.checkout.saga", "started", {"completed"}, {}},
       {3, {3}, {}}});
  auto const account = json_of(study, "0.1.0")["alternatives"][0]["account"];
  EXPECT_EQ(account["sagas"]["web.checkout.saga"]["completed"], 3);
}

TEST(JsonReportTest, SurvivesNamesThatAreNotUtf8) {
  Study study = sample_study();
  study.name = "caf\xE9";
  EXPECT_TRUE(nlohmann::json::accept(json_text(json_of(study, "0.1.0"))));
}

TEST(JsonReportTest, IsTheSameToTheByteOnAnyNumberOfThreads) {
  std::vector<Experiment> const toys{experiment_of({"first", 10.0}),
                                     experiment_of({"second", 11.0})};
  auto const text_on = [&](std::size_t jobs) {
    return json_text(json_of(replicate(toys, {.replications = 31, .jobs = jobs}), "0.1.0"));
  };
  std::string const one = text_on(1);
  EXPECT_EQ(one, text_on(2));
  EXPECT_EQ(one, text_on(7));
}

}  // namespace
}  // namespace sojourn
