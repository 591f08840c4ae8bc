#include "app/report/text_report.h"

#include <cmath>
#include <limits>
#include <sstream>

#include <gmock/gmock.h>

#include "app/report/text_width.h"
#include "tests/app/report/golden.h"
#include "tests/app/report/sample_study.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(Study const& study, TextOptions const& options = {}) {
  std::ostringstream text;
  write_text(study, options, text);
  return text.str();
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Study partial_study() {
  Study study = sample_study();
  study.partial = true;
  study.alternatives[0].partial = true;
  study.alternatives[0].replications = 3;
  study.alternatives[1].partial = true;
  study.alternatives[1].replications = 1;
  study.alternatives[1].simulated = 123.0;
  for (auto& entry : study.alternatives[1].metrics)
    entry.estimate.half_width = std::numeric_limits<double>::quiet_NaN();
  study.comparisons.clear();
  return study;
}

TEST(TextReportTest, OneAlternative) { expect_golden("one.txt", text_of(sample_study_of(1))); }

TEST(TextReportTest, TwoAlternatives) { expect_golden("two.txt", text_of(sample_study())); }

TEST(TextReportTest, FourAlternativesAreSetCloser) {
  expect_golden("four.txt", text_of(sample_study_of(4)));
}

TEST(TextReportTest, SevenAlternativesAreStacked) {
  expect_golden("seven.txt", text_of(sample_study_of(7)));
}

TEST(TextReportTest, EverythingOnDemand) {
  expect_golden("all.txt", text_of(sample_study(), {.all = true}));
}

TEST(TextReportTest, Coloured) {
  expect_golden("colour.txt", text_of(sample_study(), {.colour = true}));
}

TEST(TextReportTest, Partial) { expect_golden("partial.txt", text_of(partial_study())); }

TEST(TextReportTest, ColoursChangeNothingElse) {
  std::string const coloured = text_of(sample_study(), {.colour = true});
  std::string bare;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1b')
      i = coloured.find('m', i);
    else
      bare += coloured[i];
  }
  EXPECT_EQ(bare, text_of(sample_study()));
}

TEST(TextReportTest, FitsIntoAHundredColumns) {
  for (std::size_t alternatives = 1; alternatives <= 9; ++alternatives) {
    for (auto const& line : lines_of(text_of(sample_study_of(alternatives), {.all = true})))
      EXPECT_LE(display_width(line), 100U) << line;
  }
}

TEST(TextReportTest, EndsNoLineWithABlank) {
  for (auto const& line : lines_of(text_of(sample_study_of(4))))
    EXPECT_FALSE(line.ends_with(' ')) << '"' << line << '"';
}

TEST(TextReportTest, NeverHidesAFailureHoweverRare) {
  EXPECT_THAT(text_of(sample_study()), HasSubstr("failures.rejected"));
  EXPECT_THAT(text_of(sample_study()), Not(HasSubstr("failures.error")));
}

TEST(TextReportTest, TellsWhyRunsWereGivenUp) {
  Study study = sample_study();
  study.errors = {"sync, replication 3: too many requests in flight"};
  EXPECT_THAT(text_of(study), HasSubstr("PARTIAL"));
  EXPECT_THAT(text_of(study), HasSubstr("sync, replication 3: too many requests in flight"));
}

TEST(TextReportTest, LetsNoNameSteerTheTerminal) {
  Study study = sample_study();
  study.name = "evil\x1b[2Jname";
  study.alternatives[0].name =
      "syn\x07"
      "c\x1b]0;title";
  study.alternatives[0].metrics[0].metric.name = "shop\x1bpers.arrivals";
  study.alternatives[0].objectives[0].goal.text = "a\nb";
  std::string const text = text_of(study);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("a b"));
}

TEST(TextReportTest, SaysWhatAnAlternativeWithoutAnyRunHas) {
  Study study = partial_study();
  study.alternatives[0].replications = 0;
  for (auto& entry : study.alternatives[0].metrics)
    entry.estimate = {std::nan(""), std::nan(""), 0.95, 0};
  EXPECT_THAT(text_of(study), HasSubstr("sync: nothing"));
}

TEST(TextReportTest, AnEmptyStudyIsAHeaderOnly) {
  Study study;
  study.name = "Nothing";
  EXPECT_THAT(text_of(study), HasSubstr("Nothing"));
}

}  // namespace
}  // namespace sojourn
