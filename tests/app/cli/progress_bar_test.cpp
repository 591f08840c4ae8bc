#include "app/cli/progress_bar.h"

#include <sstream>

#include <gmock/gmock.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class ProgressBarTest : public testing::Test {
 protected:
  ProgressBar::Clock clock() {
    return [this] { return now_; };
  }

  ProgressBar::Instant now_{};
  std::ostringstream out_;
};

TEST_F(ProgressBarTest, IsSilentForASecond) {
  {
    ProgressBar bar(out_, "checkout", clock());
    now_ += 999ms;
    bar.update(0.9);
  }
  EXPECT_THAT(out_.str(), IsEmpty());
}

TEST_F(ProgressBarTest, TellsShareAndTimeThatRemains) {
  ProgressBar bar(out_, "checkout", clock());
  now_ += 10s;
  bar.update(0.25);
  EXPECT_THAT(out_.str(), HasSubstr("checkout"));
  EXPECT_THAT(out_.str(), HasSubstr(" 25 %"));
  EXPECT_THAT(out_.str(), HasSubstr("about 30 s left"));
}

TEST_F(ProgressBarTest, IsNotRedrawnTooOften) {
  ProgressBar bar(out_, "checkout", clock());
  now_ += 2s;
  bar.update(0.25);
  std::string const once = out_.str();
  now_ += 50ms;
  bar.update(0.26);
  EXPECT_EQ(out_.str(), once);
  now_ += 60ms;
  bar.update(0.27);
  EXPECT_NE(out_.str(), once);
}

TEST_F(ProgressBarTest, WipesItselfOut) {
  {
    ProgressBar bar(out_, "checkout", clock());
    now_ += 2s;
    bar.update(0.5);
  }
  EXPECT_THAT(out_.str(), EndsWith("\r\x1b[K"));
}

}  // namespace
}  // namespace sojourn
