#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "sim/event_list.h"
#include "sim/random_stream.h"
#include "tests/sim/events.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

/// Each that comes off the ladder while many are pending is told before, unless it was cancelled;
/// every third is kept.
TEST(KeptEventsTest, TellsWhatComesFromTheLadder) {
  EventList list;
  Owners owners;
  RandomStream random = Streams(1, 0).open("times");
  constexpr std::uint32_t count = 5000;
  std::vector<EventId> ids;
  for (std::uint32_t i = 0; i < count; ++i) {
    Time const time = at(Duration(random.below(1'000'000)));
    if (i % 3 == 0) owners.keep(i, i, [&] { return list.schedule_kept(i, time); });
    ids.push_back(i % 3 == 0 ? owners.timer_of(i) : list.schedule(time, token(i)));
  }
  std::vector<bool> is_told(count), is_cancelled(count);
  std::vector<Time> told_time(count);
  for (std::uint32_t i = 0; i < count; i += 7) {
    is_cancelled[i] = list.cancel(i % 3 == 0 ? owners.forget(i) : ids[i], owners);
  }
  std::size_t untold = 0, told = 0;
  auto const note = [&](std::span<DueEvent const> events) {
    for (auto const& [time, event] : events) {
      EXPECT_FALSE(is_told[event.token] || is_cancelled[event.token]);
      EXPECT_EQ(event.kind == Owners::kind, event.token % 3 == 0);
      is_told[event.token] = true;
      told_time[event.token] = time;
      ++told;
    }
  };
  while (auto const due = list.pop_until(Time::max(), owners, note)) {
    owners.forget(due->event);
    if (!is_told[due->event.token]) {
      ++untold;
    } else {
      EXPECT_EQ(told_time[due->event.token], due->time);
    }
  }
  EXPECT_LE(untold, EventList::fewest_foreseen + 128)
      << "only the last ones, and what was in the line from the beginning";
  EXPECT_GE(untold, EventList::fewest_foreseen / 2);
  EXPECT_EQ(told + untold, count - 715U);
}

TEST(KeptEventsTest, AreForgottenBeforeTheyAreCancelledAndTheirOwnersAreNamed) {
  EventList list;
  Owners owners;
  owners.keep(0, 1, [&] { return list.schedule_kept(0, at(1s)); });
  EXPECT_EXIT(list.cancel(owners.timer_of(0), owners), testing::ExitedWithCode(3), "forgotten");
  EXPECT_EXIT(list.cancel(owners.timer_of(0)), testing::ExitedWithCode(3), "owners");
  EXPECT_EXIT(list.pop_until(at(1s)), testing::ExitedWithCode(3), "owners");
}

/// Five hundred timeouts of 30 s are pending at any time; each is cancelled after half a
/// millisecond. Their owners keep them, so that they take no slots.
TEST(KeptEventsTest, CancelledTimeoutsLeaveNothingBehind) {
  constexpr std::uint32_t live = 500;
  EventList list;
  Owners owners;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    std::uint32_t const place = i % live;
    if (i >= live) list.cancel(owners.forget(place), owners);
    owners.keep(place, i, [&] { return list.schedule_kept(place, at(i * 1us + 30s)); });
    ASSERT_LE(list.bytes(), 2 * live * sizeof(EventEntry) + 64 * 512);
  }
  EXPECT_EQ(list.size(), live);
  EXPECT_EQ(list.pop_until(Time::max(), owners)->event.token, 1'000'000U - live);
}

TEST(KeptEventsTest, SweepingLeavesWhatIsPendingInSlotsAndWithOwners) {
  EventList list;
  Owners owners;
  std::vector<EventId> ids;
  constexpr std::uint32_t count = 2000;
  for (std::uint32_t i = 0; i < count; ++i) {
    owners.keep(i, 2 * i, [&] { return list.schedule_kept(i, at(2 * i * 1us)); });
    ids.push_back(list.schedule(at((2 * i + 1) * 1us), token(2 * i + 1)));
  }
  Tokens expected;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i % 10 == 0) {
      expected.push_back(2 * i);
    } else {
      EXPECT_TRUE(list.cancel(owners.forget(i), owners));
    }
    if (i % 10 == 5) {
      expected.push_back(2 * i + 1);
    } else {
      EXPECT_TRUE(list.cancel(ids[i], owners));
    }
  }
  EXPECT_EQ(list.size(), expected.size());
  Tokens tokens;
  while (auto const due = list.pop_until(Time::max(), owners)) {
    owners.forget(due->event);
    tokens.push_back(due->event.token);
  }
  EXPECT_EQ(tokens, expected);
}

}  // namespace
}  // namespace sojourn
