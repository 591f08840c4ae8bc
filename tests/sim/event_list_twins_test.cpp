#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/event_list.h"
#include "sim/random_stream.h"
#include "sim/sorted_event_list.h"
#include "tests/sim/events.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

/// Does the same to both lists and compares everything that they say.
class Twins {
 public:
  Twins(EventList list, RandomStream random) : random_(random), list_(std::move(list)) {}

  void step() {
    double const choice = random_.uniform();
    if (choice < schedules_) {
      schedule();
    } else if (choice < schedules_ + cancels_) {
      cancel();
    } else {
      pop();
    }
    ASSERT_EQ(list_.size(), sorted_.size());
    note_switch();
    if (random_.happens(0.005)) change_phase();
    if (random_.happens(0.001)) fork();
  }

  /// How often the list went over to the ladder or back to the line.
  [[nodiscard]] int switches() const { return switches_; }

 private:
  /// The lists swell, drain, and have most of what they hold cancelled, by turns; delays are of
  /// some nanoseconds or of some minutes.
  void change_phase() {
    schedules_ = 0.7 * random_.uniform();
    cancels_ = 0.7 * (1.0 - schedules_) * random_.uniform();
    scale_ = static_cast<unsigned>(random_.below(32));
  }

  [[nodiscard]] Duration some_time(std::uint64_t limit) {
    return Duration(random_.below(limit) << random_.below(scale_ + 1));
  }

  void schedule() {
    Time const time = now_ + some_time(500);  // often equal to another one's
    Event const event = token(++scheduled_);
    if (random_.happens(0.3)) return schedule_in_lane(time, event);
    if (random_.happens(0.5)) return schedule_kept(time);
    ids_.emplace_back(list_.schedule(time, event), sorted_.schedule(time, event));
  }

  /// Not before the last one of its lane.
  void schedule_in_lane(Time time, Event const& event) {
    std::size_t const lane = random_.below(last_in_lane_.size());
    Time& last = last_in_lane_[lane];
    last = std::max(last, time);
    EventId const in_list = list_.schedule_in_lane(static_cast<std::uint32_t>(lane), last, event);
    ids_.emplace_back(in_list, sorted_.schedule(last, event));
  }

  void schedule_kept(Time time) {
    auto const place = static_cast<std::uint32_t>(random_.below(3000));
    if (owners_.keeps(place)) return;
    if (place >= kept_in_sorted_.size()) kept_in_sorted_.resize(place + 1);
    Event const event =
        owners_.keep(place, scheduled_, [&] { return list_.schedule_kept(place, time); });
    kept_in_sorted_[place] = sorted_.schedule(time, event);
  }

  void cancel_kept() {
    auto const place = static_cast<std::uint32_t>(random_.below(3000));
    if (!owners_.keeps(place)) return;
    EventId const timer = owners_.forget(place);
    ASSERT_TRUE(list_.cancel(timer, owners_));
    ASSERT_TRUE(sorted_.cancel(kept_in_sorted_[place]));
  }

  void cancel() {
    for (int i = 0; i < 3; ++i) cancel_kept();
    if (ids_.empty()) return;
    std::size_t const back = random_.below(std::min<std::size_t>(ids_.size(), 1000));
    auto const [in_list, in_sorted] = ids_[ids_.size() - 1 - back];
    ASSERT_EQ(list_.cancel(in_list, owners_), sorted_.cancel(in_sorted));
  }

  void pop() {
    Time const limit = now_ + (random_.happens(0.5) ? some_time(20) : 1h);
    auto const due = list_.pop_until(limit, owners_);
    auto const expected = sorted_.pop_until(limit);
    ASSERT_EQ(due.has_value(), expected.has_value());
    if (due) owners_.forget(due->event);
    if (!due) {
      now_ = limit;
      return;
    }
    ASSERT_EQ(due->time, expected->time);
    ASSERT_EQ(due->event, expected->event);
    now_ = due->time;
  }

  void fork() {
    EventList list = list_;
    SortedEventList sorted = sorted_;
    Owners owners = owners_;
    Tokens tokens;
    while (auto const due = list.pop_until(Time::max(), owners)) {
      owners.forget(due->event);
      tokens.push_back(due->event.token);
    }
    ASSERT_EQ(tokens, drain(sorted));
  }

  void note_switch() {
    bool const uses_ladder = list_.ladder().size() > 0;
    if (uses_ladder != used_ladder_) ++switches_;
    used_ladder_ = uses_ladder;
  }

  RandomStream random_;
  EventList list_;
  SortedEventList sorted_;
  Owners owners_;
  std::vector<EventId> kept_in_sorted_;
  std::vector<std::pair<EventId, EventId>> ids_;
  Time now_;
  std::array<Time, 3> last_in_lane_{};
  std::uint64_t scheduled_ = 0;
  double schedules_ = 0.6;
  double cancels_ = 0.1;
  unsigned scale_ = 0;
  bool used_ladder_ = false;
  int switches_ = 0;
};

TEST(EventListTest, DoesWhatItsNaiveTwinDoesAcrossLineAndLadder) {
  int switches = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Twins twins(EventList(), Streams(seed, 0).open("twins"));
    for (int i = 0; i < 10'000 && !testing::Test::HasFatalFailure(); ++i) twins.step();
    switches += twins.switches();
  }
  EXPECT_GT(switches, 100);
}

}  // namespace
}  // namespace sojourn
