#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/report/json_report.h"
#include "app/report/text_report.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::Not;

Study study_with(KnownValue known) {
  AlternativeResult alternative;
  alternative.name = "base";
  alternative.metrics = {
      {{"users.latency.mean", Unit::second, Better::lower}, {4.28, 0.04, 0.95, 10}}};
  alternative.theory = {std::move(known)};
  Study study;
  study.name = "Shop";
  study.replications = 10;
  study.alternatives = {alternative};
  return study;
}

std::string text_of(Study const& study) {
  std::ostringstream out;
  write_text(study, {}, out);
  return out.str();
}

TEST(TheoryBesideTest, StandsBesideWhatWasSimulated) {
  auto const study = study_with({"users.latency.mean", 4.277, true, "M/M/1/11", true});
  EXPECT_THAT(text_of(study), HasSubstr("exact 4.28 s (M/M/1/11)"));
  EXPECT_THAT(text_of(study), Not(HasSubstr("disagrees")));
  auto const document = json_of(study, "1");
  auto const& theory = document["alternatives"][0]["metrics"]["users.latency.mean"]["theory"];
  EXPECT_EQ(theory["value"], 4.277);
  EXPECT_EQ(theory["agrees"], true);
}

TEST(TheoryBesideTest, ADisagreementIsMarkedAndCounted) {
  auto const study = study_with({"users.latency.mean", 5.0, true, "M/M/1", false});
  EXPECT_THAT(text_of(study), HasSubstr("exact 5.00 s (M/M/1), disagrees"));
  EXPECT_THAT(text_of(study), HasSubstr("1 exact figure lies outside"));
}

TEST(TheoryBesideTest, AFluidIsDrawnBelowTheSimulatedSeries) {
  auto study = study_with({"users.latency.mean", 4.277, true, "M/M/1/11", true});
  auto& alternative = study.alternatives[0];
  SeriesDefinition const depth{"mq.jobs.depth", Unit::one};
  alternative.series.push_back({depth, {0.0, 40.0, 80.0, 0.0}});
  alternative.theory_series.push_back({{depth, {0.0, 50.0, 100.0, 0.0}}, "fluid"});
  auto const text = text_of(study);
  EXPECT_THAT(text, HasSubstr("mq.jobs.depth  0 to 100"));
  EXPECT_THAT(text, HasSubstr("    theory  "));
  auto const document = json_of(study, "1");
  EXPECT_EQ(document["alternatives"][0]["series"]["mq.jobs.depth"]["theory"]["values"][2], 100.0);
}

TEST(TheoryBesideTest, NobodyWhoDidNotAskForItSeesIt) {
  auto study = study_with({"users.latency.mean", 5.0, true, "M/M/1", false});
  study.alternatives[0].theory.clear();
  EXPECT_THAT(text_of(study), Not(HasSubstr("Theory")));
  EXPECT_FALSE(
      json_of(study, "1")["alternatives"][0]["metrics"]["users.latency.mean"].contains("theory"));
}

}  // namespace
}  // namespace sojourn
