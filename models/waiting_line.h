#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/activity.h"
#include "models/ordered_line.h"
#include "models/scenario.h"
#include "sim/ensure.h"
#include "sim/random_stream.h"

namespace sojourn {

/// Requests in line for a slot of one replica. The discipline decides who is next; whatever it is,
/// the oldest can be found and anyone can leave.
///
/// Cost: O(1), but O(levels in use) for `priority`, O(log n) by length or deadline, and for these
/// and `random` O(n) to find the oldest.
class WaitingLine {
 public:
  explicit WaitingLine(Discipline discipline = Discipline::fifo) : discipline_(discipline) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// Whether it goes by a length or a deadline.
  [[nodiscard]] bool is_by_key() const {
    return discipline_ == Discipline::shortest_first ||
           discipline_ == Discipline::earliest_deadline;
  }

  /// Whether it is first come, first served.
  [[nodiscard]] bool is_fifo() const { return discipline_ == Discipline::fifo; }

  /// `key` is the length of its work or its deadline where they decide, the least first.
  void join(Activities& activities, Activity& activity, std::int64_t key = 0);

  /// The same. Precondition: `is_fifo()`.
  void join_at_end(Activities& activities, Activity& activity) {
    ++size_;
    list_.push_back(activities, activity);
  }

  /// Joins again after it has been served for a while: ahead of its like by priority, else where
  /// its arrival puts it.
  void rejoin(Activities& activities, Activity& activity);

  /// Who is served next, where that is not left to chance. Precondition: not empty.
  [[nodiscard]] std::uint32_t next() const;

  /// Takes out who is served next; `random` is the stream from which that is drawn if it is left
  /// to chance. Precondition: not empty.
  Activity& take_next(Activities& activities, RandomStream& random);

  /// The same. Preconditions: `is_fifo()`, not empty.
  Activity& take_first(Activities& activities) {
    ensure(size_ > 0, "nobody is taken from an empty line");
    --size_;
    return list_.pop_front(activities);
  }

  /// Who gives way when a full line takes a newcomer: the longest waiting of the least urgent whose
  /// service has not begun. Nowhere, if there is none.
  [[nodiscard]] std::uint32_t oldest(Activities const& activities) const;

  void leave(Activities& activities, Activity& activity);

 private:
  struct Level {
    std::int32_t priority = 0;
    ActivityList list;
  };

  [[nodiscard]] bool is_by_priority() const {
    return discipline_ == Discipline::priority || discipline_ == Discipline::preemptive_priority;
  }
  [[nodiscard]] bool is_newest_first() const {
    return discipline_ == Discipline::lifo || discipline_ == Discipline::preemptive_lifo;
  }
  ActivityList& list_of(std::int32_t priority) {
    return is_by_priority() ? level_of(priority) : list_;
  }
  ActivityList& level_of(std::int32_t priority);

  Discipline discipline_;
  std::uint32_t size_ = 0;
  ActivityList list_;                     // in order of arrival, unless one of those below
  std::vector<Level> levels_;             // by priority, most urgent first
  OrderedLine ordered_;                   // by length or deadline
  std::vector<std::uint32_t> unordered_;  // of `random`; an activity's `next` is its place here
};

}  // namespace sojourn
