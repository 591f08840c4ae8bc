#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/activity.h"
#include "models/scenario.h"
#include "sim/random_stream.h"

namespace sojourn {

/// Requests in line for a slot of one replica. The discipline decides who is next; whatever it is,
/// the oldest can be found and anyone can leave.
///
/// Cost: O(1), but O(levels in use) for `priority` and O(n) to find the oldest of `random`.
class WaitingLine {
 public:
  explicit WaitingLine(Discipline discipline = Discipline::fifo)
      : discipline_(discipline), levels_(discipline == Discipline::priority ? 0 : 1) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  void join(RecordPool<Activity>& activities, std::uint32_t index);

  /// Takes out who is served next. Precondition: not empty.
  std::uint32_t take_next(RecordPool<Activity>& activities, RandomStream& random);

  /// Who gives way when a full line takes a newcomer: the longest waiting of the least urgent.
  /// Precondition: not empty.
  [[nodiscard]] std::uint32_t oldest(RecordPool<Activity> const& activities) const;

  void leave(RecordPool<Activity>& activities, std::uint32_t index);

 private:
  struct Level {
    std::int32_t priority = 0;
    ActivityList list;
  };

  ActivityList& list_of(std::int32_t priority);
  ActivityList& first_list();

  Discipline discipline_;
  std::size_t size_ = 0;
  std::vector<Level> levels_;             // most urgent first; one level unless by priority
  std::vector<std::uint32_t> unordered_;  // of `random`; an activity's `next` is its place here
};

}  // namespace sojourn
