#pragma once

#include <cstdint>
#include <vector>

#include "models/call.h"
#include "models/policy/rate_profile.h"
#include "models/program.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sojourn {

struct World;

/// Sends the requests of all workloads and hears how they end.
class Workloads {
 public:
  explicit Workloads(Program const& program);

  /// Schedules the first arrivals.
  void begin(World& world);

  void arrive(auto& world, std::uint32_t workload);
  void phase_over(World& world, std::uint32_t workload);
  void think_done(auto& world, std::uint32_t workload, std::uint32_t user);
  /// The request that was sent at `sent`, by that user of a closed workload, has ended.
  void request_ended(auto& world, std::uint32_t workload, std::uint32_t user, Time sent,
                     Outcome outcome);

  /// The load is `surge` times what it would be from now on.
  void set_surge(World& world, std::uint32_t workload, double surge);

 private:
  struct State {
    RateProfile profile;
    double surge = 1.0;
    double pace = 1.0;      ///< Of bursty arrivals: the rate of the present phase, 1/s.
    bool in_burst = false;  ///< The present phase.
    bool varies = false;    ///< The rate does, by profile, surge or phase.
    std::size_t next_trace = 0;
    EventId next_arrival;
    Time anchor;              ///< From here on `left` of operational time passes until the next.
    double left = 0.0;        ///< s; of bursty arrivals at 1/s
    std::uint32_t users = 0;  ///< Of a closed workload: those there now, and those wanted.
    std::uint32_t users_wanted = 0;
  };

  void arrive_together(auto& world, std::uint32_t workload, Distribution const& batch);
  void schedule_next(World& world, std::uint32_t workload);
  void schedule_next_of_varying(World& world, std::uint32_t workload);
  void schedule_varying(World& world, std::uint32_t workload);
  void begin_bursts(World& world, std::uint32_t workload);
  void begin_phase(World& world, std::uint32_t workload, bool in_burst);
  void use_up(World& world, std::uint32_t workload);
  void send(auto& world, std::uint32_t workload, std::uint32_t user);
  void think(World& world, std::uint32_t workload, std::uint32_t user);

  std::vector<State> states_;
};

}  // namespace sojourn
