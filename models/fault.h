#pragma once

#include <cstdint>
#include <vector>

#include "models/measurements.h"
#include "models/program.h"
#include "sim/time.h"

namespace sojourn {

struct World;

/// Strikes and lifts the scenario's faults. They may overlap on one target and end in any order:
/// what a target suffers is worked out from all that last at the moment.
class Faults {
 public:
  explicit Faults(Program const& program) : active_(program.faults.size(), false) {}

  /// Schedules each fault's first time.
  void begin(World& world);

  void strike(World& world, std::uint32_t fault);
  void lift(World& world, std::uint32_t fault);

  // Precondition of all that follow: faults are watched.

  /// Notes the end of a request for the faults during which it was sent.
  static void request_ended(World& world, Time sent, Duration latency, bool succeeded);

  // Messages, for the faults during which they are there.
  static void message_published(World& world);
  static void message_ended(World& world, Time published, Fate fate);
  static void message_duplicated(World& world, Time published);
  static void message_reordered(World& world, Time published);

 private:
  static void count_messages(World& world, FaultMessages& messages, Time end);
  void apply(World& world, std::uint32_t fault, bool begins);
  void schedule_next(World& world, std::uint32_t fault);
  [[nodiscard]] double slowness_of(World const& world, std::uint32_t replica) const;
  [[nodiscard]] double share_of(World const& world, FaultPlan::Kind kind,
                                std::uint32_t target) const;
  [[nodiscard]] double surge_of(World const& world, std::uint32_t workload) const;

  std::vector<bool> active_;  ///< (faults)
};

}  // namespace sojourn
