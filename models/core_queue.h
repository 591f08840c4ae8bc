#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/time.h"

namespace sojourn {

/// Cores that each do one piece of work to its end; other pieces wait, first come first served.
/// A value without clock: every call says what time it is, and times must not run backwards.
///
/// Cost: O(log cores) to add and to complete, O(n) to remove.
class CoreQueue {
 public:
  explicit CoreQueue(std::size_t cores) : cores_(cores) {}

  void add(Time now, Duration work, std::uint32_t owner);

  /// Takes the work of `owner` out, unfinished, and says how much is left of it. Precondition: it
  /// is there.
  Duration remove(Time now, std::uint32_t owner);

  /// When the next piece of work will be done.
  [[nodiscard]] std::optional<Time> next_completion() const;

  /// Takes out the piece of work that is done at `now`, and says whose it was.
  std::uint32_t complete(Time now);

  /// Cores at work.
  [[nodiscard]] double busy() const { return static_cast<double>(running_.size()); }

  /// Pieces of work that wait for a core.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Running {
    Time finish;
    std::uint64_t sequence;
    std::uint32_t owner;
  };
  struct Waiting {
    Duration work;
    std::uint32_t owner;
  };

  void begin(Time now, Waiting const& piece);
  void begin_next(Time now);

  std::size_t cores_;
  std::uint64_t sequence_ = 0;
  std::vector<Running> running_;  // a binary heap, least finish first
  std::deque<Waiting> waiting_;
};

}  // namespace sojourn
