#include "models/waiting_line.h"

#include <algorithm>

#include "sim/ensure.h"

namespace sojourn {

ActivityList& WaitingLine::list_of(std::int32_t priority) {
  if (discipline_ != Discipline::priority) return levels_.front().list;
  auto const place = std::lower_bound(
      levels_.begin(), levels_.end(), priority,
      [](Level const& level, std::int32_t value) { return level.priority > value; });
  if (place != levels_.end() && place->priority == priority) return place->list;
  return levels_.insert(place, Level{priority, {}})->list;
}

void WaitingLine::join(RecordPool<Activity>& activities, std::uint32_t index) {
  ++size_;
  if (discipline_ == Discipline::random) {
    activities[index].next = static_cast<std::uint32_t>(unordered_.size());
    unordered_.push_back(index);
  } else {
    list_of(activities[index].priority).push_back(activities, index);
  }
}

std::uint32_t WaitingLine::take_next(RecordPool<Activity>& activities, RandomStream& random) {
  ensure(size_ > 0, "nobody is taken from an empty line");
  if (discipline_ == Discipline::random) {
    std::uint32_t const next = unordered_[random.below(unordered_.size())];
    leave(activities, next);
    return next;
  }
  ActivityList& list = first_list();
  std::uint32_t const next = discipline_ == Discipline::lifo ? list.tail : list.head;
  list.remove(activities, next);
  --size_;
  return next;
}

/// The most urgent that are there.
ActivityList& WaitingLine::first_list() {
  auto level = levels_.begin();
  while (level->list.empty()) ++level;
  return level->list;
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
    list_of(activities[index].priority).remove(activities, index);
  }
}

}  // namespace sojourn
