#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "analysis/study.h"
#include "app/report/paint.h"

namespace sojourn {

/// One character a value, from ▁ for zero to █ for `top`; a blank for NaN. A top of zero draws
/// zeros. Values outside [0, top] are drawn at its ends.
std::string sparkline(std::vector<double> const& values, double top);

/// The values in `width` cells at most, each the mean of what falls into it, or the greatest where
/// `peaks` is set, since a short peak is what one looks for in a latency or a queue.
std::vector<double> resampled(std::vector<double> const& values, std::size_t width, bool peaks);

struct ChartOptions {
  std::size_t width = 100;
  bool all = false;  ///< Every series, and not the key ones only.
};

/// The key series over time: a row per alternative on one scale, the faults marked under them.
void print_charts(Study const& study, ChartOptions const& options, Painter const& paint,
                  std::ostream& out);

}  // namespace sojourn
