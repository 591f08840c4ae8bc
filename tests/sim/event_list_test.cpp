#include "sim/event_list.h"

#include <cstddef>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"
#include "sim/sorted_event_list.h"
#include "tests/sim/events.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

template <class List>
class EventListTest : public testing::Test {
 protected:
  List list_;
};

using Lists = testing::Types<EventList, SortedEventList>;
TYPED_TEST_SUITE(EventListTest, Lists);

TYPED_TEST(EventListTest, EventsComeOffInOrderOfTime) {
  for (std::uint64_t const second : Tokens{5, 3, 9, 1, 7, 2, 8, 4, 6, 0}) {
    this->list_.schedule(at(std::chrono::seconds(second)), token(second));
  }
  EXPECT_EQ(drain(this->list_), (Tokens{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TYPED_TEST(EventListTest, EqualTimesComeOffInOrderOfScheduling) {
  Tokens expected;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    this->list_.schedule(at(1s), token(i));
    expected.push_back(i);
  }
  EXPECT_EQ(drain(this->list_), expected);
}

TYPED_TEST(EventListTest, AnEventComesOffWhole) {
  Event const event{.kind = 65535, .target = 4'294'967'295, .token = ~std::uint64_t{0}};
  this->list_.schedule(at(-3s), event);
  auto const due = this->list_.pop_until(at(0s));
  ASSERT_TRUE(due);
  EXPECT_EQ(due->time, at(-3s));
  EXPECT_EQ(due->event, event);
}

TYPED_TEST(EventListTest, TheLimitItselfIsStillDue) {
  this->list_.schedule(at(2s), token(2));
  EXPECT_FALSE(this->list_.pop_until(at(2s - 1ns)));
  EXPECT_EQ(this->list_.size(), 1U);
  EXPECT_TRUE(this->list_.pop_until(at(2s)));
  EXPECT_FALSE(this->list_.pop_until(Time::max()));
}

TYPED_TEST(EventListTest, TimesReachFromTheFirstToTheLastOfTheClock) {
  this->list_.schedule(Time::max(), token(3));
  this->list_.schedule(Time::min(), token(1));
  this->list_.schedule(at(0s), token(2));
  EXPECT_EQ(drain(this->list_), (Tokens{1, 2, 3}));
}

TYPED_TEST(EventListTest, ACancelledEventNeverComesOff) {
  this->list_.schedule(at(1s), token(1));
  EventId const second = this->list_.schedule(at(2s), token(2));
  this->list_.schedule(at(3s), token(3));
  EXPECT_TRUE(this->list_.cancel(second));
  EXPECT_EQ(this->list_.size(), 2U);
  EXPECT_EQ(drain(this->list_), (Tokens{1, 3}));
}

TYPED_TEST(EventListTest, AStaleNameCancelsNothing) {
  EventId const gone = this->list_.schedule(at(1s), token(1));
  EXPECT_TRUE(this->list_.cancel(gone));
  EXPECT_FALSE(this->list_.cancel(gone)) << "cancelled already";
  EXPECT_FALSE(this->list_.cancel(EventId{})) << "names nothing";

  EventId const run = this->list_.schedule(at(1s), token(2));
  EXPECT_TRUE(this->list_.pop_until(at(1s)));
  EXPECT_FALSE(this->list_.cancel(run)) << "has run";

  this->list_.schedule(at(1s), token(3));  // may well lie where the others lay
  EXPECT_FALSE(this->list_.cancel(gone));
  EXPECT_FALSE(this->list_.cancel(run));
  EXPECT_EQ(drain(this->list_), (Tokens{3}));
}

TYPED_TEST(EventListTest, NamesAreNeverUsedAgain) {
  std::vector<std::uint64_t> names;
  for (int i = 0; i < 100; ++i) {
    EventId const id = this->list_.schedule(at(1s), token(1));
    names.push_back(id.value);
    this->list_.cancel(id);
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end(), std::less_equal<>()));
  EXPECT_GT(names.front(), 0U);
}

TYPED_TEST(EventListTest, SchedulingAfterAPopKeepsTheOrder) {
  for (std::uint64_t const second : Tokens{1, 2, 3, 4, 5, 6, 7}) {
    this->list_.schedule(at(std::chrono::seconds(second)), token(second));
  }
  EXPECT_EQ(this->list_.pop_until(at(9s))->event.token, 1U);
  EXPECT_EQ(this->list_.size(), 6U);
  this->list_.schedule(at(3500ms), token(35));
  EXPECT_EQ(this->list_.size(), 7U);
  EXPECT_EQ(drain(this->list_), (Tokens{2, 3, 35, 4, 5, 6, 7}));
}

TYPED_TEST(EventListTest, CancellingAllLeavesNone) {
  std::vector<EventId> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(this->list_.schedule(at(1s), token(1)));
  for (EventId const id : ids) EXPECT_TRUE(this->list_.cancel(id));
  EXPECT_EQ(this->list_.size(), 0U);
  EXPECT_FALSE(this->list_.pop_until(Time::max()));
  this->list_.schedule(at(1s), token(2));
  EXPECT_EQ(drain(this->list_), (Tokens{2}));
}

TYPED_TEST(EventListTest, CancellingManyAfterAPopKeepsTheRest) {
  std::vector<EventId> ids;
  for (std::uint64_t i = 0; i < 500; ++i) ids.push_back(this->list_.schedule(at(i * 1s), token(i)));
  EXPECT_TRUE(this->list_.pop_until(at(0s)));
  for (std::size_t i = 1; i < 497; ++i) EXPECT_TRUE(this->list_.cancel(ids[i]));
  EXPECT_EQ(this->list_.size(), 3U);
  this->list_.schedule(at(600s), token(600));
  EXPECT_EQ(drain(this->list_), (Tokens{497, 498, 499, 600}));
}

TYPED_TEST(EventListTest, ACopyGoesOnByItself) {
  EventId const first = this->list_.schedule(at(1s), token(1));
  this->list_.schedule(at(2s), token(2));
  TypeParam copy = this->list_;
  EXPECT_TRUE(copy.cancel(first));
  EXPECT_EQ(drain(copy), (Tokens{2}));
  EXPECT_EQ(drain(this->list_), (Tokens{1, 2}));
}

/// What the ladder may have spare: a chunk in each of a rung's fewest buckets.
constexpr std::size_t spare = 64 * 512;

/// Five hundred timeouts of 30 s are pending at any time; each is cancelled after half a
/// millisecond.
TEST(EventListTest, CancelledTimeoutsLeaveNothingBehind) {
  constexpr std::size_t live = 500;
  EventList list;
  std::vector<EventId> timeouts(live);
  for (std::size_t i = 0; i < 1'000'000; ++i) {
    EventId& timeout = timeouts[i % live];
    list.cancel(timeout);
    timeout = list.schedule(at(i * 1us + 30s), token(i));
    ASSERT_LE(list.bytes(), 2 * live * EventList::bytes_per_event + spare);
  }
  EXPECT_EQ(list.size(), live);
}

/// The same in a lane; and for ten seconds one of them is not cancelled, so that all others stand
/// behind it.
TEST(EventListTest, CancelledTimeoutsLeaveTheirLane) {
  constexpr std::size_t live = 500;
  constexpr std::size_t beyond = 4096 * sizeof(EventEntry);
  EventList list;
  std::vector<EventId> timeouts(live);
  EventId stuck;
  for (std::size_t i = 0; i < 1'000'000; ++i) {
    EventId& timeout = timeouts[i % live];
    list.cancel(timeout);
    timeout = list.schedule_in_lane(0, at(i * 1us + 30s), token(i));
    if (i == 500'000) stuck = std::exchange(timeout, {});
    std::size_t const in_lane = i < 500'000 ? 1024 * sizeof(EventEntry) : beyond;
    ASSERT_LE(list.bytes(), (live + 1) * EventSlots::bytes_per_event + in_lane);
  }
  EXPECT_EQ(list.size(), live + 1);
  EXPECT_EQ(list.pop_until(Time::max())->event.token, 500'000U);
  EXPECT_FALSE(list.cancel(stuck));
  EXPECT_EQ(list.pop_until(Time::max())->event.token, 999'500U);
}

TEST(EventListTest, ALaneIsInOrder) {
  EventList list;
  list.schedule_in_lane(0, at(2s), token(1));
  list.schedule_in_lane(1, at(1s), token(2));
  list.schedule(at(1s), token(3));
  list.schedule_in_lane(1, at(1s), token(4));
  EXPECT_EQ(drain(list), (Tokens{2, 3, 4, 1}));
}

/// The same for timeouts among which events keep coming off.
TEST(EventListTest, StaleEntriesNeverOutnumberLiveOnesForLong) {
  EventList list;
  RandomStream random = Streams(1, 0).open("timeouts");
  for (std::size_t i = 0; i < 100; ++i) list.schedule(at(0s), token(0));
  for (int i = 0; i < 200'000; ++i) {
    auto const due = list.pop_until(Time::max());
    EventId const timeout = list.schedule(due->time + 30s, token(1));
    list.schedule(due->time + from_seconds(random.exponential()), token(0));
    list.cancel(timeout);
    ASSERT_EQ(list.size(), 100U);
    ASSERT_LE(list.bytes(), 2 * 101 * EventList::bytes_per_event + spare);
  }
}

}  // namespace
}  // namespace sojourn
