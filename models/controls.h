#pragma once

#include <vector>

#include "models/program.h"
#include "sim/stream_ahead.h"

namespace sojourn {

/// What has been taken of each of `controls_of` the program, against its mean: by drawing it again
/// from the beginning of its stream to where `ends`, the streams of a run, have come.
std::vector<double> control_values(Program const& program, Streams const& streams,
                                   std::vector<StreamAhead> const& ends);

}  // namespace sojourn
