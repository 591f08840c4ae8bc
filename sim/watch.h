#pragma once

namespace sojourn {

/// The outside world's view of one running simulation.
class Watch {
 public:
  virtual ~Watch() = default;

  /// Told now and then which share of the run is done, in [0, 1]. False: stop as soon as possible;
  /// what has been measured so far is then returned, marked as not complete.
  virtual bool go_on(double done) {
    (void)done;
    return true;
  }
};

}  // namespace sojourn
