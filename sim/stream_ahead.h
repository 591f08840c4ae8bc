#pragma once

#include <bit>
#include <cstdint>

#include "sim/distribution.h"
#include "sim/random_stream.h"
#include "sim/time.h"

namespace sojourn {

/// A stream from which one number is drawn ahead of the one that is taken: what it decides need not
/// wait until it is made, and can be foreseen. The sequence is that of the stream.
///
/// Precondition: what is taken is always of the same kind, durations of one distribution or uniform
/// numbers. Whatever else is drawn from the stream is not drawn ahead; then nothing may be taken.
/// One cache line.
class alignas(64) StreamAhead : public RandomStream {
 public:
  explicit StreamAhead(RandomStream const& random) : RandomStream(random) {}

  /// The next duration.
  Duration take(Distribution const& distribution) {
    if (!is_ahead()) [[unlikely]]
      draw_first(distribution);
    Duration const taken(ahead_);
    ahead_ = distribution.sample_duration(*this).count();
    return taken;
  }

  /// The next number of those uniform on [0, 1).
  double take_uniform() {
    if (!is_ahead()) [[unlikely]]
      ahead_ = std::bit_cast<std::int64_t>(uniform());
    double const taken = std::bit_cast<double>(ahead_);
    ahead_ = std::bit_cast<std::int64_t>(uniform());
    return taken;
  }

  /// The number that will be taken next, of a stream of uniform ones; 0 before the first.
  [[nodiscard]] double coming_uniform() const {
    return is_ahead() ? std::bit_cast<double>(ahead_) : 0.0;
  }

  /// Whether something has been drawn that nobody has taken yet.
  [[nodiscard]] bool is_ahead() const { return ahead_ >= 0; }

 private:
  void draw_first(Distribution const& distribution);

  std::int64_t ahead_ = -1;  // a duration in nanoseconds, or the bits of a uniform number
};
static_assert(sizeof(StreamAhead) == 64);

}  // namespace sojourn
