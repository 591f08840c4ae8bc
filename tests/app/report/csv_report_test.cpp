#include "app/report/csv_report.h"

#include <sstream>

#include <gmock/gmock.h>

#include "tests/app/report/golden.h"
#include "tests/app/report/sample_study.h"

namespace sojourn {
namespace {

using testing::HasSubstr;

std::string csv_of(Study const& study) {
  std::ostringstream text;
  write_csv_header(text);
  write_csv(study, text);
  return text.str();
}

TEST(CsvReportTest, IsOneLongTable) { expect_golden("two.csv", csv_of(sample_study())); }

TEST(CsvReportTest, QuotesWhatNeedsIt) {
  Study study = sample_study();
  study.name = "say \"cheese\", please";
  study.alternatives[0].name = "two\nlines";
  EXPECT_THAT(csv_of(study), HasSubstr("\"say \"\"cheese\"\", please\",\"two\nlines\",shoppers."));
}

TEST(CsvReportTest, WritesDigitsThatReadBackAsTheSameNumber) {
  Study study = sample_study();
  study.alternatives[0].metrics[0].estimate.mean = 0.1 + 0.2;
  study.alternatives[0].metrics[0].estimate.half_width = 1e-7;
  EXPECT_THAT(csv_of(study), HasSubstr(",0.30000000000000004,1e-07,"));
}

}  // namespace
}  // namespace sojourn
