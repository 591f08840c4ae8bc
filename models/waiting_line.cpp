#include "models/waiting_line.h"

#include <algorithm>

#include "sim/ensure.h"

namespace sojourn {

namespace {

/// The first whose service has not begun.
std::uint32_t oldest_of(ActivityList const& list, Activities const& activities) {
  std::uint32_t index = list.head;
  while (index != nowhere && activities[index].state == ActivityState::interrupted) {
    index = activities[index].next;
  }
  return index;
}

}  // namespace

ActivityList& WaitingLine::level_of(std::int32_t priority) {
  auto const place = std::lower_bound(
      levels_.begin(), levels_.end(), priority,
      [](Level const& level, std::int32_t value) { return level.priority > value; });
  if (place != levels_.end() && place->priority == priority) return place->list;
  return levels_.insert(place, Level{priority, {}})->list;
}

void WaitingLine::join(Activities& activities, Activity& activity, std::int64_t key) {
  ++size_;
  if (is_by_key()) return ordered_.join(activities, activities.index_of(activity), key);
  if (discipline_ == Discipline::random) {
    activity.next = static_cast<std::uint32_t>(unordered_.size());
    unordered_.push_back(activities.index_of(activity));
  } else {
    list_of(activities.priority_of(activity)).push_back(activities, activity);
  }
}

void WaitingLine::rejoin(Activities& activities, Activity& activity) {
  ++size_;
  ActivityList& list = list_of(activities.priority_of(activity));
  std::uint32_t place = is_newest_first() ? list.tail : nowhere;
  while (place != nowhere && activities[place].arrived > activity.arrived) {
    place = activities[place].previous;
  }
  list.insert_behind(activities, place, activity);
}

std::uint32_t WaitingLine::next() const {
  ensure(size_ > 0, "nobody is next in an empty line");
  if (is_by_key()) return ordered_.first();
  if (!is_by_priority()) return is_newest_first() ? list_.tail : list_.head;
  auto level = levels_.begin();
  while (level->list.empty()) ++level;
  return level->list.head;
}

Activity& WaitingLine::take_next(Activities& activities, RandomStream& random) {
  ensure(size_ > 0, "nobody is taken from an empty line");
  Activity& taken =
      activities[discipline_ == Discipline::random ? unordered_[random.below(unordered_.size())]
                                                   : next()];
  leave(activities, taken);
  return taken;
}

std::uint32_t WaitingLine::oldest(Activities const& activities) const {
  if (empty()) return nowhere;
  if (is_by_key()) return ordered_.oldest();
  if (discipline_ == Discipline::random) {
    return *std::min_element(unordered_.begin(), unordered_.end(),
                             [&](std::uint32_t left, std::uint32_t right) {
                               return activities[left].arrived < activities[right].arrived;
                             });
  }
  if (!is_by_priority()) return oldest_of(list_, activities);
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    std::uint32_t const index = oldest_of(level->list, activities);
    if (index != nowhere) return index;
  }
  return nowhere;
}

void WaitingLine::leave(Activities& activities, Activity& activity) {
  --size_;
  if (discipline_ == Discipline::fifo) return list_.remove(activities, activity);
  if (is_by_key()) return ordered_.leave(activities, activities.index_of(activity));
  if (discipline_ == Discipline::random) {
    std::uint32_t const place = activity.next;
    unordered_[place] = unordered_.back();
    activities[unordered_[place]].next = place;
    unordered_.pop_back();
    activity.next = nowhere;
  } else {
    list_of(activities.priority_of(activity)).remove(activities, activity);
  }
}

}  // namespace sojourn
