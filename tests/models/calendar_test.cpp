#include "models/policy/calendar.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

constexpr Duration day = 24h;

OpeningHours hours(std::array<bool, 7> days, Duration from, Duration to, Duration ahead = 0h) {
  return {days, from, to, ahead};
}
constexpr std::array<bool, 7> weekdays{true, true, true, true, true, false, false};
constexpr std::array<bool, 7> sundays{false, false, false, false, false, false, true};
constexpr std::array<bool, 7> always{true, true, true, true, true, true, true};

TEST(CalendarTest, IsOpenFromTheOneTimeUpToTheOther) {
  Calendar const calendar({hours(weekdays, 9h, 17h)}, 0h);
  EXPECT_FALSE(calendar.is_open(Time(9h - 1ns)));
  EXPECT_TRUE(calendar.is_open(Time(9h)));
  EXPECT_TRUE(calendar.is_open(Time(17h - 1ns)));
  EXPECT_FALSE(calendar.is_open(Time(17h)));
  EXPECT_FALSE(calendar.is_open(Time(5 * day + 12h))) << "Saturday";
  EXPECT_TRUE(calendar.is_open(Time(7 * day + 12h))) << "Monday again";
}

TEST(CalendarTest, TellsTheNextChange) {
  Calendar const calendar({hours(weekdays, 9h, 17h)}, 0h);
  EXPECT_EQ(calendar.next_change(Time(0h)), Time(9h));
  EXPECT_EQ(calendar.next_change(Time(9h)), Time(17h));
  EXPECT_EQ(calendar.next_change(Time(17h)), Time(day + 9h));
  EXPECT_EQ(calendar.next_change(Time(4 * day + 17h)), Time(7 * day + 9h)) << "over the weekend";
}

TEST(CalendarTest, BeginsAtTheTimeOfTheWeekThatItIsTold) {
  Calendar const calendar({hours(weekdays, 9h, 17h)}, 4 * day + 16h);
  EXPECT_TRUE(calendar.is_open(Time{}));
  EXPECT_EQ(calendar.next_change(Time{}), Time(1h));
  EXPECT_EQ(calendar.next_change(Time(1h)), Time(2 * day + 17h));
  EXPECT_FALSE(calendar.is_open(Time(-8h))) << "08:00 of that day, in the warm-up";
}

TEST(CalendarTest, ClocksAheadOfUtcOpenEarlier) {
  Calendar const calendar({hours(weekdays, 0h, 8h, 2h)}, 0h);
  EXPECT_TRUE(calendar.is_open(Time(0h)));
  EXPECT_EQ(calendar.next_change(Time(0h)), Time(6h));
  EXPECT_TRUE(calendar.is_open(Time(6 * day + 22h))) << "Sunday in UTC, Monday there";
}

TEST(CalendarTest, AShiftMayEndOnTheNextDay) {
  Calendar const calendar({hours(sundays, 22h, 6h)}, 0h);
  EXPECT_TRUE(calendar.is_open(Time(6 * day + 23h)));
  EXPECT_TRUE(calendar.is_open(Time(7 * day + 5h))) << "Monday morning";
  EXPECT_TRUE(calendar.is_open(Time(5h)));
  EXPECT_EQ(calendar.next_change(Time(6 * day + 22h)), Time(7 * day + 6h));
  EXPECT_EQ(calendar.next_change(Time(0h)), Time(6h));
}

TEST(CalendarTest, HoursThatMeetAreOne) {
  Calendar const calendar({hours(always, 8h, 12h), hours(always, 12h, 13h)}, 0h);
  EXPECT_EQ(calendar.next_change(Time(8h)), Time(13h));
}

TEST(CalendarTest, WhatIsAlwaysOpenNeverChanges) {
  Calendar const calendar({hours(always, 0h, 24h)}, 3h);
  EXPECT_TRUE(calendar.is_open(Time(100h)));
  EXPECT_EQ(calendar.next_change(Time(100h)), std::nullopt);
}

TEST(CalendarTest, HoursThatEndLastSayWhatClosingMeans) {
  OpeningHours const early = hours(weekdays, 9h, 17h);
  OpeningHours late = hours(weekdays, 12h, 18h);
  OpeningHours sunday = hours(sundays, 20h, 4h);
  late.dismisses = sunday.dismisses = true;
  Calendar const calendar({late, early, sunday}, 0h);
  EXPECT_TRUE(calendar.dismisses_at(Time(18h)));
  EXPECT_TRUE(calendar.dismisses_at(Time(7 * day + 4h))) << "on Monday morning";
  Calendar const turned({early, hours(weekdays, 16h, 17h), sunday}, 0h);
  EXPECT_FALSE(turned.dismisses_at(Time(17h)));
}

TEST(CalendarTest, OfHoursThatEndAtOnceThoseThatDismissCount) {
  OpeningHours dismissing = hours(always, 9h, 24h);
  dismissing.dismisses = true;
  Calendar const calendar({hours(sundays, 12h, 24h), dismissing}, 0h);
  EXPECT_TRUE(calendar.dismisses_at(Time(day)));
  EXPECT_TRUE(calendar.dismisses_at(Time(7 * day))) << "at the end of the week";
}

}  // namespace
}  // namespace sojourn
