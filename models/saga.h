#pragma once

#include <cstdint>
#include <vector>

#include "models/activity.h"
#include "models/program.h"

namespace sojourn {

struct World;

/// Runs of steps that are undone where they fail half-way. How far one has come is in a frame of
/// its activity; of a durable one that was cut short, in a log that its replica finds again.
class Sagas {
 public:
  /// `saga` is the place in the program's list.
  void begin(World& world, Activity& activity, std::uint32_t saga);

  /// The activity has done a part. Whether it was the last one, with which the saga is complete.
  bool part_done(World& world, Activity& activity);

  /// A step of the activity has failed: if a saga is in progress it goes on with what undoes it,
  /// else false.
  bool recover(World& world, Activity& activity);

  /// Goes on with the part that is to be undone next. If none is left the saga is over: true if
  /// the activity goes on all the same, at a fallback.
  bool undo_next(World& world, Activity& activity);

  /// Its activity ends in the middle of the saga of that frame.
  void cut_short(World& world, Activity const& activity, Frame const& frame);

  /// The replica, if it is up, takes up again what was cut short there.
  void take_up(World& world, std::uint32_t replica);

  /// Whether a saga is in progress: what its activity does is part of it.
  [[nodiscard]] static bool is_inside(World const& world, Activity const& activity);

  /// Adds to `counts` how many of each that began in the measured time are still in progress.
  void count_in_progress(World const& world, std::vector<std::uint64_t>& counts) const;

 private:
  /// What is remembered of a durable saga that was cut short.
  struct Interrupted {
    std::uint32_t replica = nowhere;
    std::uint32_t saga = nowhere;
    std::int64_t done = 0;  ///< Parts that are to be undone.
    std::int32_t priority = 0;
    Key key = 0;
    bool is_inconsistent = false;
    Time begun;
    std::uint32_t span = nowhere;  ///< Of who was in the middle of it, if that is traced.
  };

  static void count_end(World& world, Frame const& frame);
  static void resume(World& world, Interrupted const& saga);

  std::vector<Interrupted> log_;  ///< In the order in which they were cut short.
};

}  // namespace sojourn
