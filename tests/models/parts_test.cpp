#include <algorithm>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "models/record_pool.h"
#include "models/shared_cpu.h"
#include "models/waiting_line.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

// --- Records -------------------------------------------------------------------------------------

struct Thing {
  std::uint32_t generation = 0;
  int value = 42;
};

TEST(RecordPoolTest, AStaleNameFindsNothing) {
  RecordPool<Thing> pool;
  Id const first = pool.id_of(pool.create());
  pool[first.index].value = 1;
  pool.destroy(first);
  Id const second = pool.id_of(pool.create());
  EXPECT_EQ(second.index, first.index) << "the place is used again";
  EXPECT_FALSE(pool.alive(first));
  EXPECT_EQ(pool.find(first), nullptr);
  ASSERT_NE(pool.find(second), nullptr);
  EXPECT_EQ(pool.find(second)->value, 42) << "a new tenant begins afresh";
  EXPECT_EQ(pool.find(Id{}), nullptr);
}

TEST(RecordPoolTest, VisitsTheLivingInOrderOfPlace) {
  RecordPool<Thing> pool;
  std::vector<Id> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(pool.id_of(pool.create()));
  pool.destroy(ids[1]);
  pool.destroy(ids[3]);
  std::vector<std::uint32_t> places;
  pool.for_each([&](Id id, Thing const&) { places.push_back(id.index); });
  EXPECT_EQ(places, (std::vector<std::uint32_t>{0, 2, 4}));
  EXPECT_EQ(pool.size(), 3U);
}

TEST(RecordPoolTest, ANameSurvivesAsTheTokenOfAnEvent) {
  Id const id{0xfffffffe, 0x80000001};
  EXPECT_EQ(Id::from_token(id.token()), id);
}

TEST(RecordPoolDeathTest, ARecordIsDestroyedOnce) {
  RecordPool<Thing> pool;
  Id const id = pool.id_of(pool.create());
  pool.destroy(id);
  EXPECT_DEATH(pool.destroy(id), "a record is destroyed once");
  EXPECT_DEATH(pool.destroy(pool.id_of(id.index)), "a record is destroyed once");
}

// --- Processor -----------------------------------------------------------------------------------

/// Completes everything, and says who was done when.
std::vector<std::pair<std::uint32_t, Duration>> completions(SharedCpu& cpu) {
  std::vector<std::pair<std::uint32_t, Duration>> done;
  while (std::optional<Time> const next = cpu.next_completion()) {
    done.emplace_back(cpu.complete(*next), *next - Time{});
  }
  return done;
}

using Done = std::vector<std::pair<std::uint32_t, Duration>>;

TEST(SharedCpuTest, TheShortestIsDoneFirstAndEverybodyGetsTheSame) {
  SharedCpu cpu(1.0);
  cpu.add(Time{}, 30ms, 0);
  cpu.add(Time{}, 10ms, 1);
  cpu.add(Time{}, 20ms, 2);
  EXPECT_EQ(completions(cpu), (Done{{1, 30ms}, {2, 50ms}, {0, 60ms}}));
}

TEST(SharedCpuTest, NobodyIsFasterThanOneCore) {
  SharedCpu cpu(8.0);
  cpu.add(Time{}, 30ms, 0);
  cpu.add(Time{}, 10ms, 1);
  EXPECT_EQ(cpu.busy(), 2.0);
  EXPECT_EQ(completions(cpu), (Done{{1, 10ms}, {0, 30ms}}));
}

TEST(SharedCpuTest, EqualWorkIsDoneInOrderOfComing) {
  SharedCpu cpu(1.0);
  for (std::uint32_t owner = 0; owner < 4; ++owner) cpu.add(Time{}, 10ms, owner);
  EXPECT_EQ(completions(cpu), (Done{{0, 40ms}, {1, 40ms}, {2, 40ms}, {3, 40ms}}));
}

TEST(SharedCpuTest, WhoIsTakenOutLeavesHisShareToTheOthers) {
  SharedCpu cpu(1.0);
  cpu.add(Time{}, 10ms, 0);
  cpu.add(Time{}, 10ms, 1);
  cpu.remove(Time(10ms), 0);
  EXPECT_EQ(completions(cpu), (Done{{1, 15ms}}));
}

TEST(SharedCpuTest, SpeedAppliesToWhatIsLeft) {
  SharedCpu cpu(2.0);
  cpu.add(Time{}, 10ms, 0);
  cpu.set_speed(Time(5ms), 0.0);
  EXPECT_FALSE(cpu.next_completion().has_value());
  EXPECT_EQ(cpu.busy(), 0.0);
  cpu.set_speed(Time(50ms), 0.5);
  EXPECT_EQ(completions(cpu), (Done{{0, 60ms}}));
}

/// A long busy period must not drift: the virtual time is a sum of a million shares.
TEST(SharedCpuTest, AMillionTurnsLaterItIsStillExact) {
  SharedCpu cpu(1.0);
  cpu.add(Time{}, 1h, 0);
  for (int i = 0; i < 1'000'000; ++i) {
    Time const now(i * 2ms);
    cpu.add(now, 1ms, 1);
    ASSERT_LE(*cpu.next_completion(), now + 2ms + 1ns);
    cpu.complete(now + 2ms);
  }
  // Half of the first 2000 s went to the others.
  Time const end = *cpu.next_completion();
  EXPECT_NEAR(in_seconds(end), 3600.0 + 1000.0, 1e-4);
}

// --- Activities ----------------------------------------------------------------------------------

TEST(ActivitiesTest, HaveNoKeyPriorityAndLoopsUntilTheyAreGivenSome) {
  Activities activities;
  activities.create();
  Activity& activity = activities.create();
  EXPECT_EQ(activities.key_of(activity), 0U);
  EXPECT_EQ(activities.priority_of(activity), 0);
  EXPECT_EQ(activities.frame_of(activity), nowhere);
  activities.describe(activity, 42, -7);
  activities.set_frame(activity, 3);
  EXPECT_EQ(activities.key_of(activity), 42U);
  EXPECT_EQ(activities.priority_of(activity), -7);
  EXPECT_EQ(activities.frame_of(activity), 3U);
  activities.describe(activity, 0, 0);
  EXPECT_EQ(activities.key_of(activity), 0U);
  EXPECT_EQ(activities.frame_of(activity), 3U);
}

TEST(ActivitiesTest, WhoeverComesToAPlaceHasNothingOfWhoWasThere) {
  Activities activities;
  Activity& former = activities.create();
  activities.describe(former, 42, 7);
  activities.set_frame(former, 3);
  activities.destroy(activities.id_of(former));
  Activity& activity = activities.create();
  ASSERT_EQ(&activity, &former);
  EXPECT_EQ(activities.key_of(activity), 0U);
  activities.set_frame(activity, 5);
  EXPECT_EQ(activities.key_of(activity), 0U);
  EXPECT_EQ(activities.priority_of(activity), 0);
}

TEST(ActivitiesTest, SayWhichEventTheyKeep) {
  Activities activities;
  Activity& activity = activities.create();
  Id const id = activities.id_of(activity);
  activity.timer = {17};
  activity.state = ActivityState::working;
  EXPECT_EQ(activities.timer_of(id.index), EventId{17});
  auto const kind = [](EventKind of) { return static_cast<std::uint16_t>(of); };
  EXPECT_EQ(activities.event_of(id.index), (Event{kind(EventKind::work_done), 0, id.token()}));
  activity.state = ActivityState::waiting;
  EXPECT_EQ(activities.event_of(id.index), (Event{kind(EventKind::wait_done), 0, id.token()}));
}

// --- Lines ---------------------------------------------------------------------------------------

struct Line {
  explicit Line(Discipline discipline) : line(discipline) {}

  /// Someone joins at a time and with a priority.
  std::uint32_t join(Duration arrived, std::int32_t priority = 0, std::int64_t key = 0) {
    Activity& activity = activities.create();
    activity.arrived = Time(arrived);
    activities.describe(activity, 0, priority);
    line.join(activities, activity, key);
    return activities.index_of(activity);
  }
  std::vector<std::uint32_t> empty() {
    std::vector<std::uint32_t> order;
    while (!line.empty()) order.push_back(activities.index_of(take_next()));
    return order;
  }
  Activity& take_next() { return line.take_next(activities, random); }
  void leave(std::uint32_t index) { line.leave(activities, activities[index]); }

  Activities activities;
  RandomStream random = Streams(1, 0).open("line");
  WaitingLine line;
};

using Order = std::vector<std::uint32_t>;

TEST(WaitingLineTest, EachDisciplineHasItsOrder) {
  for (auto const& [discipline, order] : {std::pair{Discipline::fifo, Order{0, 1, 2, 3}},
                                          {Discipline::lifo, Order{3, 2, 1, 0}},
                                          {Discipline::priority, Order{2, 1, 3, 0}}}) {
    Line line(discipline);
    line.join(0ms, -5);
    line.join(1ms, 2);
    line.join(2ms, 9);
    line.join(3ms, 2);
    EXPECT_EQ(line.empty(), order);
  }
}

TEST(WaitingLineTest, RandomTakesEachOfThemAsOften) {
  std::vector<int> first(4);
  Line line(Discipline::random);
  for (int i = 0; i < 8000; ++i) {
    Order members;
    for (int n = 0; n < 4; ++n) members.push_back(line.join(1ms * n));
    Order order = line.empty();
    auto const place = std::find(members.begin(), members.end(), order.front()) - members.begin();
    ++first[static_cast<std::size_t>(place)];
    std::sort(order.begin(), order.end());
    EXPECT_EQ(std::unique(order.begin(), order.end()), order.end());
    for (std::uint32_t const index : members) line.activities.destroy(line.activities.id_of(index));
  }
  for (int const count : first) EXPECT_NEAR(count, 2000, 160);
}

TEST(WaitingLineTest, AnyoneCanLeaveAndTheOldestIsKnown) {
  for (auto const discipline :
       {Discipline::fifo, Discipline::lifo, Discipline::random, Discipline::priority,
        Discipline::shortest_first, Discipline::earliest_deadline}) {
    Line line(discipline);
    for (int i = 0; i < 5; ++i) line.join(1ms * i);
    line.leave(2);
    line.leave(0);
    EXPECT_EQ(line.line.oldest(line.activities), 1U);
    EXPECT_EQ(line.line.size(), 3U);
    Order order = line.empty();
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (Order{1, 3, 4}));
  }
}

/// Beside a list that is searched each time.
TEST(WaitingLineTest, TheLeastKeyIsNextWhoeverJoinsOrLeaves) {
  Line line(Discipline::shortest_first);
  std::vector<std::pair<std::int64_t, std::uint32_t>> twin;  // in order of joining
  auto const least = [&] {
    return std::min_element(twin.begin(), twin.end(), [](auto const& left, auto const& right) {
      return left.first < right.first;
    });
  };
  for (int turn = 0; turn < 20'000; ++turn) {
    bool const grows = line.random.happens(turn / 2'000 % 2 == 0 ? 0.6 : 0.4);
    if (grows || twin.empty()) {
      auto const key = static_cast<std::int64_t>(line.random.below(50));
      twin.emplace_back(key, line.join(1ms * turn, 0, key));
      continue;
    }
    auto gone = least();
    ASSERT_EQ(line.line.next(), gone->second);
    ASSERT_EQ(line.line.oldest(line.activities), twin.front().second);
    if (line.random.happens(0.5)) {
      line.take_next();
    } else {
      gone = twin.begin() + static_cast<std::ptrdiff_t>(line.random.below(twin.size()));
      line.leave(gone->second);
    }
    line.activities.destroy(line.activities.id_of(gone->second));
    twin.erase(gone);
    ASSERT_EQ(line.line.size(), twin.size());
  }
}

TEST(WaitingLineTest, TheLeastUrgentGiveWayFirst) {
  Line line(Discipline::priority);
  line.join(0ms, 9);
  line.join(1ms, 1);
  line.join(2ms, 1);
  EXPECT_EQ(line.line.oldest(line.activities), 1U);
}

}  // namespace
}  // namespace sojourn
