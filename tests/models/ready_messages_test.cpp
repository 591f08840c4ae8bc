/// Which message of a buffer is next.
#include "models/ready_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sojourn {
namespace {

using testing::ElementsAre;
using Order = Channel::Order;

Waiting message(std::uint64_t sequence, Key key = 0, std::int32_t priority = 0) {
  Waiting made;
  made.sequence = sequence;
  made.key = key;
  made.set(priority, 0);
  return made;
}

/// Takes out all that can be, each time with what was taken before still in hand.
std::vector<std::uint64_t> take_all(ReadyMessages& ready) {
  std::vector<std::uint64_t> taken;
  while (!ready.empty()) taken.push_back(ready.take().content.sequence);
  return taken;
}

TEST(ReadyMessagesTest, ThoseThatComeBackTakeTheirOldPlace) {
  ReadyMessages ready;
  for (std::uint64_t i = 1; i <= 4; ++i) ready.push(message(i));
  ready.take();
  ready.take();
  ready.push(message(2), {5, 1});
  ready.push(message(1), {6, 1});
  EXPECT_EQ(ready.head().record, (Id{6, 1}));
  EXPECT_THAT(take_all(ready), ElementsAre(1, 2, 3, 4));
}

TEST(ReadyMessagesTest, TheMoreUrgentIsFirstAndEqualsKeepTheirOrder) {
  ReadyMessages ready(Order::priority);
  ready.push(message(1, 0, 0));
  ready.push(message(2, 0, 5));
  ready.push(message(3, 0, -1));
  ready.push(message(4, 0, 5));
  ready.push(message(5, 0, 0), {1, 1});
  EXPECT_THAT(take_all(ready), ElementsAre(2, 4, 1, 5, 3));
}

TEST(ReadyMessagesTest, OneOfAKeyGoesAtATime) {
  ReadyMessages ready(Order::key);
  ready.push(message(1, 7));
  ready.push(message(2, 7));
  ready.push(message(3, 8));
  ready.push(message(4, 7));
  EXPECT_THAT(take_all(ready), ElementsAre(1, 3));
  EXPECT_EQ(ready.present(), 2U);
  ready.release(7);
  EXPECT_THAT(take_all(ready), ElementsAre(2));
  ready.push(message(2, 7), {1, 1});  // comes back: it is before number 4
  ready.release(7);
  EXPECT_THAT(take_all(ready), ElementsAre(2));
  ready.release(7);
  EXPECT_THAT(take_all(ready), ElementsAre(4));
  EXPECT_EQ(ready.present(), 0U);
}

TEST(ReadyMessagesTest, OneThatWaitedForItsKeyIsStillSeen) {
  ReadyMessages ready(Order::key);
  ready.push(message(1, 7));
  ready.push(message(2, 7));
  ready.take();
  ready.release(7);
  int seen = 0;
  ready.for_each_fresh([&](Waiting const&) { ++seen; });
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(ready.clear().size(), 1U);
}

TEST(ReadyMessagesTest, WhatIsDiscardedTakesNoKey) {
  ReadyMessages ready(Order::key);
  ready.push(message(1, 7));
  ready.push(message(2, 7));
  EXPECT_EQ(ready.discard().content.sequence, 1U);
  EXPECT_THAT(take_all(ready), ElementsAre(2));
}

TEST(ReadyMessagesTest, WhenOneThatWaitedForItsKeyIsDiscardedTheNextOfItIsThere) {
  ReadyMessages ready(Order::key);
  for (std::uint64_t i = 1; i <= 3; ++i) ready.push(message(i, 7));
  ready.take();
  ready.release(7);
  EXPECT_EQ(ready.discard().content.sequence, 2U);
  EXPECT_THAT(take_all(ready), ElementsAre(3));
}

TEST(ReadyMessagesTest, WhatIsDroppedByItsTimeLeavesTheOthersInPlace) {
  using namespace std::chrono_literals;
  ReadyMessages ready(Order::key);
  auto const published = [&](std::uint64_t sequence, Key key, Duration time) {
    Waiting made = message(sequence, key);
    made.published = Time(time);
    return made;
  };
  ready.push(published(1, 7, 1ms));
  ready.push(published(2, 7, 5ms));
  ready.push(published(3, 8, 5ms), {1, 1});
  ready.push(published(4, 9, 6ms));
  ready.push(published(5, 7, 2ms), {2, 1});  // went to the tail
  ready.take();
  ready.release(7);  // number 2 is there again, number 5 waits for it
  std::vector<Waiting> const gone = ready.drop_since(Time(4ms));
  ASSERT_EQ(gone.size(), 2U) << "number 3 has a record";
  EXPECT_EQ(gone[0].sequence, 2U);
  EXPECT_EQ(gone[1].sequence, 4U);
  EXPECT_EQ(ready.present(), 1U);
  EXPECT_THAT(take_all(ready), ElementsAre(5));
}

TEST(ReadyMessagesTest, ClearingReturnsWhatWasNeverDeliveredInOrder) {
  ReadyMessages ready(Order::priority);
  ready.push(message(1, 0, 0));
  ready.push(message(2, 0, 9));
  ready.push(message(3, 0, 4), {1, 1});
  auto const gone = ready.clear();
  ASSERT_EQ(gone.size(), 2U);
  EXPECT_EQ(gone[0].sequence, 1U);
  EXPECT_TRUE(ready.empty());
}

}  // namespace
}  // namespace sojourn
