#include "sim/event_ladder.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/event_line.h"
#include "sim/event_list.h"
#include "sim/random_stream.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

/// More than a line ever has.
constexpr std::size_t bound = 2 * EventLine::most;
constexpr std::uint64_t many = 80'000;

/// Schedules an event for each of the times and has them come off in the order of a stable sort.
/// How often an entry was moved for it at most, on average, is what the test limits.
void expect_sorted(std::vector<Time> times, double most_moves) {
  EventList list;
  for (std::size_t i = 0; i < times.size(); ++i) list.schedule(times[i], {.token = i});
  std::vector<std::size_t> order(times.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  for (std::size_t const expected : order) {
    auto const due = list.pop_until(never);
    ASSERT_TRUE(due);
    ASSERT_EQ(due->event.token, expected);
    ASSERT_EQ(due->time, times[expected]);
  }
  EXPECT_FALSE(list.pop_until(never));
  EXPECT_LE(static_cast<double>(list.ladder().moves()),
            most_moves * static_cast<double>(times.size()));
}

template <class TimeOf>
std::vector<Time> times_of(TimeOf time_of, std::uint64_t count = many) {
  std::vector<Time> times;
  for (std::uint64_t i = 0; i < count; ++i) times.push_back(time_of(i));
  return times;
}

Duration exponential(RandomStream& random) { return from_seconds(random.exponential()); }

TEST(EventLadderTest, SortsRandomTimesInAFewMoves) {
  RandomStream random = Streams(1, 0).open("times");
  expect_sorted(times_of([&](std::uint64_t) { return Time(exponential(random)); }), 4);
}

TEST(EventLadderTest, OneTimeForAllIsSortedInOneMove) {
  expect_sorted(times_of([](std::uint64_t) { return Time(1s); }), 1);
}

TEST(EventLadderTest, ABurstAmongOthersIsSortedInAFewMoves) {
  RandomStream random = Streams(1, 0).open("times");
  auto const time_of = [&](std::uint64_t i) {
    return i % 4 ? Time(1s) : Time(exponential(random));
  };
  expect_sorted(times_of(time_of), 4);
}

TEST(EventLadderTest, ClustersFarApartAreSortedInAFewMoves) {
  RandomStream random = Streams(1, 0).open("times");
  auto const time_of = [&](std::uint64_t i) {
    return Time(Duration(random.below(1'000)) + (i % 2 ? 10h : 0h));
  };
  expect_sorted(times_of(time_of), 4);
}

/// So many that no bucket of the first rung is looked through: some of its entries tell how they
/// lie.
TEST(EventLadderTest, TimesAllOverTheClockAreSortedInAFewMoves) {
  RandomStream random = Streams(1, 0).open("times");
  auto const time_of = [&](std::uint64_t) {
    std::uint64_t const upper = random.below(std::uint64_t{1} << 32);
    std::uint64_t const bits = upper << 32 | random.below(std::uint64_t{1} << 32);
    return Time(Duration(static_cast<std::int64_t>(bits)));
  };
  expect_sorted(times_of(time_of, 6 * many), 4);
}

/// And may mislead: they lie at both ends of it.
TEST(EventLadderTest, ManyClustersInPairsAreSortedInAFewMoves) {
  RandomStream random = Streams(1, 0).open("times");
  auto const time_of = [&](std::uint64_t i) {
    Duration const at_end = i % 2 == 0 ? 0min : 59min;
    return Time(random.below(64) * 1h + at_end + Duration(random.below(1'000)));
  };
  expect_sorted(times_of(time_of, 6 * many), 5);
}

/// As many events in each nanosecond, microsecond, minute as in all that is longer: no width of
/// buckets fits.
TEST(EventLadderTest, EveryScaleAtOnceIsSortedInBoundedMoves) {
  RandomStream random = Streams(1, 0).open("times");
  auto const time_of = [&](std::uint64_t) {
    std::uint64_t const limit = std::uint64_t{1} << random.below(63);
    return Time(Duration(static_cast<std::int64_t>(random.below(limit))));
  };
  expect_sorted(times_of(time_of), 13);
}

TEST(EventLadderTest, TheEndsOfTheClockAreSorted) {
  auto const time_of = [](std::uint64_t i) {
    Time const ends[] = {Time::min(), Time::max(), Time::max() - 1ns, Time{}};
    return ends[i % 4];
  };
  expect_sorted(times_of(time_of), 4);
}

/// The buckets of the first rung reach beyond the clock, those of the second do not.
TEST(EventLadderTest, WhatIsScheduledAtTheEndOfTheClockIsSortedToo) {
  EventList list;
  list.schedule(Time{}, {});
  for (std::uint64_t i = 0; i < many; i += 2) list.schedule(never - Duration(i), {.token = i});
  list.pop_until(never);
  EXPECT_EQ(list.pop_until(never)->event.token, many - 2);
  for (std::uint64_t i = 1; i < many - 2; i += 2) {
    list.schedule(never - Duration(i), {.token = i});
  }
  for (std::uint64_t i = many - 2; i-- > 0;) ASSERT_EQ(list.pop_until(never)->event.token, i);
}

/// Rungs do not pile up: those that hold no more than what comes are taken in.
TEST(EventLadderTest, SchedulingEverEarlierWithoutEndNeedsFewRungs) {
  EventList list;
  for (std::uint64_t i = 0; i < many; ++i) list.schedule(Time(-Duration(i)), {.token = i});
  EXPECT_LE(list.ladder().depth(), 13U);
  EXPECT_LE(list.ladder().moves(), 13 * many);
  for (std::uint64_t i = many; i-- > 0;) ASSERT_EQ(list.pop_until(never)->event.token, i);
}

/// So many are pending for hours, while all that happens happens within microseconds.
TEST(EventLadderTest, WhatHappensNowDoesNotDisturbWhatIsFarOff) {
  EventList list;
  RandomStream random = Streams(1, 0).open("times");
  auto const work = [&] { return Duration(random.below(1'000)); };
  for (std::uint64_t i = 0; i < many; ++i) list.schedule(Time(10h + work()), {});
  for (std::uint64_t i = 0; i < bound / 2; ++i) list.schedule(Time(work()), {});
  auto const before = list.ladder().moves();
  Time last;
  for (std::uint64_t i = 0; i < many; ++i) {
    auto const due = list.pop_until(never);
    ASSERT_GE(due->time, last);
    last = due->time;
    list.schedule(last + work(), {});
  }
  EXPECT_LT(last, Time(1h));
  EXPECT_LE(list.ladder().moves() - before, 4 * many);
}

/// The hold model: as many are scheduled as come off.
TEST(EventLadderTest, MovesAnEventAFewTimesWhileItIsPending) {
  EventList list;
  RandomStream random = Streams(1, 0).open("times");
  for (std::uint64_t i = 0; i < many; ++i) list.schedule(Time(exponential(random)), {});
  for (std::uint64_t i = 0; i < 3 * many; ++i) {
    auto const due = list.pop_until(never);
    list.schedule(due->time + exponential(random), {});
  }
  EXPECT_LE(list.ladder().moves(), 3 * 4 * many);
}

TEST(EventLadderTest, TakesOverFromALongLineAndGivesBackTheLastFew) {
  EventList list;
  RandomStream random = Streams(1, 0).open("times");
  for (std::size_t i = 0; i < EventLine::most; ++i) list.schedule(Time(exponential(random)), {});
  EXPECT_EQ(list.ladder().size(), 0U);
  while (list.size() < bound) list.schedule(Time(exponential(random)), {});
  EXPECT_GE(list.ladder().size(), bound - EventLine::most);

  while (list.ladder().size() > 0) list.pop_until(never);
  EXPECT_GT(list.size(), EventLadder::batch / 4);
  EXPECT_LT(list.size(), EventLadder::batch);

  auto const moves = list.ladder().moves();
  while (list.size() < EventLine::most) list.schedule(Time(10s + exponential(random)), {});
  EXPECT_EQ(list.ladder().size(), 0U);
  EXPECT_EQ(list.ladder().moves(), moves);
}

/// Some of an instant are in the line and some in the ladder when so many come before it that the
/// line goes over.
TEST(EventLadderTest, AnInstantOnBothSidesOfTheHorizonStaysInOrder) {
  EventList list;
  std::vector<std::pair<Time, std::uint64_t>> expected;
  auto const schedule = [&](Time time) {
    std::uint64_t const token = expected.size();
    expected.emplace_back(time, token);
    list.schedule(time, {.token = token});
  };
  for (int i = 0; i < 200; ++i) schedule(Time(1h));
  list.schedule_in_lane(0, Time(1s), {});
  EXPECT_EQ(list.pop_until(Time(1h))->time, Time(1s));
  for (int i = 0; i < 300; ++i) schedule(Time(2s + (i * 37 % 300) * 1ms));
  for (int i = 0; i < 100; ++i) schedule(Time(1h));
  for (int i = 0; i < 300; ++i) schedule(Time(3s + (i * 41 % 300) * 1ms));
  for (int i = 0; i < 10; ++i) schedule(Time(1h));
  std::sort(expected.begin(), expected.end());
  for (auto const& [time, token] : expected) {
    auto const due = list.pop_until(never);
    ASSERT_TRUE(due);
    ASSERT_EQ(due->time, time);
    ASSERT_EQ(due->event.token, token);
  }
  EXPECT_EQ(list.size(), 0U);
}

TEST(EventLadderTest, NamesHoldOnBothSidesOfTheHorizon) {
  EventList list;
  std::vector<EventId> ids;
  for (std::uint64_t i = 0; i < many; ++i)
    ids.push_back(list.schedule(Time(i * 1us), {.token = i}));
  for (std::uint64_t i = 1; i < many; i += 2) EXPECT_TRUE(list.cancel(ids[i]));
  EXPECT_EQ(list.size(), many / 2);
  for (std::uint64_t i = 0; i < many; i += 2) {
    ASSERT_EQ(list.pop_until(never)->event.token, i);
    ASSERT_FALSE(list.cancel(ids[i]));
  }
  EXPECT_FALSE(list.pop_until(never));
}

TEST(EventLadderTest, CancellingAllLeavesAnEmptyList) {
  EventList list;
  std::vector<EventId> ids;
  RandomStream random = Streams(1, 0).open("times");
  for (std::uint64_t i = 0; i < many; ++i) {
    ids.push_back(list.schedule(Time(exponential(random)), {}));
  }
  for (EventId const id : ids) EXPECT_TRUE(list.cancel(id));
  EXPECT_EQ(list.size(), 0U);
  EXPECT_LE(list.ladder().size(), 65U);
  EXPECT_FALSE(list.pop_until(never));
}

/// So many timeouts of 30 s are pending at any time, and each is cancelled long before.
TEST(EventLadderTest, CancelledTimeoutsLeaveNothingBehind) {
  EventList list;
  std::vector<EventId> timeouts(many);
  for (std::uint64_t i = 0; i < 10 * many; ++i) {
    EventId& timeout = timeouts[i % many];
    list.cancel(timeout);
    timeout = list.schedule(Time(i * 1us + 30s), {});
    ASSERT_LE(list.bytes(), many * (EventList::bytes_per_event + sizeof(EventEntry) + 4));
  }
  EXPECT_EQ(list.size(), many);
}

/// What the clock has passed while nothing was due may still be scheduled.
TEST(EventLadderTest, AGapMayBeFilledAfterALookBeyondIt) {
  EventList list;
  for (std::uint64_t i = 0; i < many; ++i) list.schedule(Time(1h + i * 1ns), {.token = i});
  EXPECT_FALSE(list.pop_until(Time(1h - 1ns)));
  list.schedule(Time(1h - 1ns), {.token = many});
  EXPECT_EQ(list.pop_until(never)->event.token, many);
  EXPECT_EQ(list.pop_until(never)->event.token, 0U);
}

TEST(EventLadderTest, APendingEventTakesFortyBytes) {
  EventList list;
  RandomStream random = Streams(1, 0).open("times");
  for (std::uint64_t i = 0; i < many; ++i) list.schedule(Time(exponential(random)), {});
  for (std::uint64_t i = 0; i < many; ++i) {
    auto const due = list.pop_until(never);
    list.schedule(due->time + exponential(random), {});
    ASSERT_LE(list.bytes(), many * (EventList::bytes_per_event + 4));
  }
}

TEST(EventLadderTest, ACopyInMidRunGoesOnByItself) {
  EventList list;
  RandomStream random = Streams(1, 0).open("times");
  for (std::uint64_t i = 0; i < many; ++i) {
    list.schedule(Time(exponential(random)), {.token = i});
    if (i % 3 == 0) list.pop_until(never);
  }
  EventList copy = list;
  while (auto const due = list.pop_until(never)) {
    auto const same = copy.pop_until(never);
    ASSERT_EQ(due->time, same->time);
    ASSERT_EQ(due->event, same->event);
  }
  EXPECT_EQ(copy.size(), 0U);
}

/// Takes batch after batch, and adds some after each: now here and there, now all in one place.
void take_and_add(RandomStream random) {
  EventSlots slots;
  EventLadder ladder;
  std::set<EventKey> left;
  Time now;
  auto const next = [&] {
    Duration const delay(random.below(1000) << random.below(28));
    EventEntry const entry{(now + delay).time_since_epoch().count(), slots.take({})};
    left.insert(entry.key());
    return entry;
  };
  std::vector<EventEntry> first;
  for (std::uint64_t i = 0; i < 4000; ++i) first.push_back(next());
  std::sort(first.begin(), first.end(),
            [](EventEntry const& a, EventEntry const& b) { return a.key() < b.key(); });
  ladder.spread(first);
  while (!left.empty()) {
    std::vector<EventEntry> taken;
    EventKey const horizon = ladder.take(taken, slots);
    ASSERT_FALSE(taken.empty());
    for (EventEntry const& each : taken) ASSERT_EQ(left.erase(each.key()), 1U);
    ASSERT_TRUE(left.empty() || *left.begin() >= horizon) << "what is left was not taken";
    if (left.empty() || left.size() > 20'000 || slots.bytes() > 2'000'000) continue;
    now = Time(Duration(static_cast<std::int64_t>(horizon >> 64) + 1));
    for (std::uint64_t i = random.below(60); i > 0; --i) ladder.add(next());
  }
}

TEST(EventLadderTest, NothingIsLeftThatIsBeforeTheHorizon) {
  for (std::uint64_t seed = 1; seed <= 20 && !testing::Test::HasFatalFailure(); ++seed) {
    take_and_add(Streams(seed, 0).open("times"));
  }
}

}  // namespace
}  // namespace sojourn
