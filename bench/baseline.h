#pragma once

#include <cstdint>

#include "sim/histogram.h"
#include "sim/random_stream.h"
#include "sim/time.h"

namespace sojourn {

/// What the hand-written loop measured.
struct Mm1Figures {
  std::uint64_t requests = 0;
  double mean_latency = 0.0;  ///< s
  Histogram latency;
};

/// M/M/1 as one would write it by hand for this one question: a `std::priority_queue` as the future
/// event list, a `std::queue` as the waiting line, the same streams and distributions as Sojourn,
/// a running mean and a histogram. What a general simulator costs is measured against it.
Mm1Figures mm1_by_hand(Streams const& streams, Duration mean_interarrival_time, Duration mean_work,
                       Duration length);

}  // namespace sojourn
