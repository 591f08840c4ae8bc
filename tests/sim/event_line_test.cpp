#include "sim/event_line.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"

namespace sojourn {
namespace {

EventEntry entry(std::int64_t time, std::uint64_t word = 1) { return {time, word}; }

std::vector<EventKey> keys(EventLine const& line) {
  std::vector<EventKey> found;
  for (EventEntry const& each : line.entries()) found.push_back(each.key());
  return found;
}

TEST(EventLineTest, IsInOrderOfTimeAndThenOfComing) {
  constexpr std::int64_t first = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  EventLine line;
  line.insert(entry(5));
  line.insert(entry(-3));
  line.insert(entry(5, 2));
  line.insert(entry(first));
  line.insert(entry(last));
  line.insert(entry(5, 3));
  line.insert(entry(first, 2));
  EXPECT_EQ(keys(line), (std::vector<EventKey>{entry(first).key(), entry(first, 2).key(),
                                               entry(-3).key(), entry(5).key(), entry(5, 2).key(),
                                               entry(5, 3).key(), entry(last).key()}));
}

/// Somebody may still come before those that have left.
TEST(EventLineTest, WhoComesEarlierThanThoseThatHaveLeftIsFirst) {
  EventLine line;
  for (std::int64_t const time : {1, 2, 3}) line.insert(entry(time));
  line.take_front();
  line.take_front();
  line.insert(entry(0));
  EXPECT_EQ(keys(line), (std::vector<EventKey>{entry(0).key(), entry(3).key()}));
}

TEST(EventLineTest, MovesBackWhenItsWindowHasComeToTheEnd) {
  EventLine line;
  std::vector<EventKey> expected;
  RandomStream random = Streams(1, 0).open("times");
  for (std::uint64_t i = 1; i < 100'000; ++i) {
    if (line.is_at_end()) line.move_back();
    ASSERT_FALSE(line.is_at_end());
    EventEntry const next = entry(static_cast<std::int64_t>(random.below(1000)), i);
    line.insert(next);
    expected.insert(std::upper_bound(expected.begin(), expected.end(), next.key()), next.key());
    while (expected.size() > random.below(EventLine::most)) {
      ASSERT_EQ(line.front().key(), expected.front());
      line.take_front();
      expected.erase(expected.begin());
    }
    ASSERT_EQ(line.size(), expected.size());
  }
}

TEST(EventLineTest, OrdersWhatItIsGivenAndDropsWhatIsStale) {
  EventLine line;
  line.insert(entry(77));
  std::vector<EventEntry> given;
  for (std::size_t i = 0; i < EventLine::most; ++i) {
    given.push_back(entry(static_cast<std::int64_t>(i * 37 % EventLine::most)));
  }
  line.assign(given);
  EXPECT_EQ(line.size(), EventLine::most) << "and what it held before is gone";
  line.take_front();
  line.sweep([](EventEntry const& each) { return each.time % 10 != 0; });
  EXPECT_EQ(keys(line), (std::vector<EventKey>{entry(10).key(), entry(20).key(), entry(30).key(),
                                               entry(40).key(), entry(50).key(), entry(60).key()}));
  given.push_back(entry(0));
  EXPECT_EXIT(line.assign(given), testing::ExitedWithCode(3), "a few");
}

}  // namespace
}  // namespace sojourn
