/// The sequences are worked out by hand from the pseudo-code of RFC 8289, section 5.
#include "models/policy/controlled_delay.h"

#include <vector>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

constexpr Duration too_long = 20ms, short_enough = 4ms;

/// One leaves each `step`, all after the same wait, and others are behind.
struct Departures {
  /// When somebody was shed, in ms, once for each; up to and not including `end`.
  std::vector<int> shed_until(Duration end, Duration wait) {
    std::vector<int> shed;
    for (; time < end; time += step) {
      while (delay.sheds(Time(time), wait, false)) shed.push_back(static_cast<int>(time / 1ms));
    }
    return shed;
  }

  Duration step = 10ms;
  Duration time{0};
  ControlledDelay delay{{5ms, 100ms}};
};

using Times = std::vector<int>;

TEST(ControlledDelayTest, AShortWaitIsLeftAlone) {
  Departures departures;
  EXPECT_EQ(departures.shed_until(10s, short_enough), Times{});
}

TEST(ControlledDelayTest, ABurstThatIsOverWithinAnIntervalIsLeftAlone) {
  Departures departures;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(departures.shed_until(100ms * (i + 1) - 10ms, too_long), Times{});
    EXPECT_EQ(departures.shed_until(100ms * (i + 1), short_enough), Times{});
  }
}

/// Due at 100, 200, 270.7, 328.4, 378.4, 423.2: the distances are 100 / sqrt(n).
TEST(ControlledDelayTest, AStandingLineIsShedMoreAndMoreOften) {
  Departures departures;
  EXPECT_EQ(departures.shed_until(440ms, too_long), (Times{100, 200, 280, 330, 380, 430}));
}

/// Five more than at the beginning of the first row, so the second one begins with five: due at
/// 550, 594.7, 635.5.
TEST(ControlledDelayTest, ARowSoonAfterAnotherGoesOnAsFast) {
  Departures departures;
  departures.shed_until(440ms, too_long);
  EXPECT_EQ(departures.shed_until(450ms, short_enough), Times{});
  EXPECT_EQ(departures.shed_until(650ms, too_long), (Times{550, 600, 640}));
}

/// The last row was to go on at 464.
TEST(ControlledDelayTest, AfterSixteenIntervalsItBeginsAnew) {
  Departures departures;
  departures.shed_until(440ms, too_long);
  departures.shed_until(1970ms, short_enough);
  EXPECT_EQ(departures.shed_until(2270ms, too_long), (Times{2070, 2170, 2250}));
}

/// Those due at 400, 470.7, 528.4 and 578.4 leave together; the next is due at 623.1.
TEST(ControlledDelayTest, WhereFewLeaveSeveralAreShedAtOnce) {
  Departures departures;
  departures.step = 300ms;
  EXPECT_EQ(departures.shed_until(700ms, too_long), (Times{300, 600, 600, 600, 600}));
}

TEST(ControlledDelayTest, WhoLeavesNobodyBehindIsServed) {
  ControlledDelay delay({5ms, 100ms});
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(delay.sheds(Time(10ms * i), too_long, true));
  EXPECT_FALSE(delay.sheds(Time(1s), too_long, false));
  EXPECT_TRUE(delay.sheds(Time(1100ms), too_long, false)) << "an interval since then";
}

}  // namespace
}  // namespace sojourn
