#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "models/scenario.h"
#include "sim/time.h"

namespace sojourn {

/// A capacity shared equally by the work in progress (egalitarian processor sharing): with n pieces
/// of work each proceeds at
///     speed * total(n) / n
/// where total(n) is min(n, cores), or what a service's `speed` says.
/// A value without clock: every call says what time it is, and times must not run backwards.
///
/// Cost: O(log n) to add and to complete, O(n) to remove.
/// Source: Kleinrock, Queueing Systems, vol. 2 (1976), chapter 4. The virtual time that makes it
/// O(log n): Parekh and Gallager, IEEE/ACM Trans. Networking 1 (1993).
class SharedCpu {
 public:
  explicit SharedCpu(double cores) : total_(Cores{cores}) {}
  explicit SharedCpu(std::variant<SpeedTable, ScalabilityLaw> const& speed);

  void add(Time now, Duration work, std::uint32_t owner);

  /// Takes the work of `owner` out, unfinished, and says how much is left of it. Precondition: it
  /// is there.
  Duration remove(Time now, std::uint32_t owner);

  /// Takes everything out.
  void clear(Time now);

  /// When the next piece of work will be done if nothing changes; nothing while idle or stopped.
  [[nodiscard]] std::optional<Time> next_completion() const;

  /// Takes out the piece of work that is done at `now`, and says whose it was.
  std::uint32_t complete(Time now);

  /// 1 is full speed, 0 stops it.
  void set_speed(Time now, double speed);

  /// Cores in use, or what stands for them: the total speed at present.
  [[nodiscard]] double busy() const;

 private:
  struct Work {
    double finish;  // in virtual time: seconds of work that each has been given
    std::uint64_t sequence;
    std::uint32_t owner;
  };

  struct Cores {
    double count;
  };

  void advance(Time now);
  [[nodiscard]] double rate() const;
  [[nodiscard]] double total() const;

  std::variant<Cores, SpeedTable, ScalabilityLaw> total_;
  double speed_ = 1.0;
  double virtual_time_ = 0.0;  // starts anew whenever it is idle, so that it stays small
  Time last_;
  std::uint64_t sequence_ = 0;
  std::vector<Work> works_;  // a binary heap, least finish first
};

}  // namespace sojourn
