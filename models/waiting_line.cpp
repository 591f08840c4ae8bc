#include "models/waiting_line.h"

#include <algorithm>

#include "sim/ensure.h"

namespace sojourn {

WaitingLine::Level& WaitingLine::level_of(std::int32_t priority) {
  bool const by_priority = discipline_ == Discipline::priority;
  if (!by_priority && !levels_.empty()) return levels_.front();
  std::int32_t const wanted = by_priority ? priority : 0;
  auto const place = std::lower_bound(
      levels_.begin(), levels_.end(), wanted,
      [](Level const& level, std::int32_t value) { return level.priority > value; });
  if (place != levels_.end() && place->priority == wanted) return *place;
  return *levels_.insert(place, Level{wanted, {}});
}

void WaitingLine::join(RecordPool<Activity>& activities, std::uint32_t index) {
  ++size_;
  if (discipline_ == Discipline::random) {
    activities[index].next = static_cast<std::uint32_t>(unordered_.size());
    unordered_.push_back(index);
  } else {
    level_of(activities[index].priority).list.push_back(activities, index);
  }
}

std::uint32_t WaitingLine::take_next(RecordPool<Activity>& activities, RandomStream& random) {
  ensure(size_ > 0, "nobody is taken from an empty line");
  std::uint32_t next = nowhere;
  if (discipline_ == Discipline::random) {
    next = unordered_[random.below(unordered_.size())];
  } else {
    auto const level = std::find_if(levels_.begin(), levels_.end(),
                                    [](Level const& candidate) { return !candidate.list.empty(); });
    next = discipline_ == Discipline::lifo ? level->list.tail : level->list.head;
  }
  leave(activities, next);
  return next;
}

std::uint32_t WaitingLine::oldest(RecordPool<Activity> const& activities) const {
  ensure(size_ > 0, "an empty line has no oldest");
  if (discipline_ == Discipline::random) {
    return *std::min_element(unordered_.begin(), unordered_.end(),
                             [&](std::uint32_t left, std::uint32_t right) {
                               return activities[left].arrived < activities[right].arrived;
                             });
  }
  auto const level = std::find_if(levels_.rbegin(), levels_.rend(),
                                  [](Level const& candidate) { return !candidate.list.empty(); });
  return level->list.head;
}

void WaitingLine::leave(RecordPool<Activity>& activities, std::uint32_t index) {
  --size_;
  if (discipline_ == Discipline::random) {
    std::uint32_t const place = activities[index].next;
    unordered_[place] = unordered_.back();
    activities[unordered_[place]].next = place;
    unordered_.pop_back();
    activities[index].next = nowhere;
  } else {
    level_of(activities[index].priority).list.remove(activities, index);
  }
}

}  // namespace sojourn
