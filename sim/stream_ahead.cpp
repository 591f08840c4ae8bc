#include "sim/stream_ahead.h"

namespace sojourn {

/// Not in the header, lest every place that takes durations has two draws in it.
void StreamAhead::draw_first(Distribution const& distribution) {
  ahead_ = distribution.sample_duration(*this).count();
}

}  // namespace sojourn
