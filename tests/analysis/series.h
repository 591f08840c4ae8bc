#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/random_stream.h"

namespace sojourn {

/// x_i = `correlation` * x_(i-1) + normal luck, stationary from the start, with standard
/// deviation 1.
inline std::vector<double> autoregressive(std::size_t cells, double correlation,
                                          std::uint64_t replication) {
  RandomStream random = Streams(11, replication).open("series");
  std::vector<double> values;
  double value = random.normal();
  for (std::size_t i = 0; i < cells; ++i) {
    values.push_back(value);
    value = correlation * value + std::sqrt(1.0 - correlation * correlation) * random.normal();
  }
  return values;
}

/// The numbers in the system that the customers of an M/M/1 queue find who come at the ends of
/// cells of `per_cell` services' time each, averaged over the cell. From empty, after `warm_up`
/// cells.
inline std::vector<double> mm1_queue(std::size_t cells, std::size_t warm_up, double load,
                                     double per_cell, std::uint64_t replication) {
  RandomStream random = Streams(12, replication).open("queue");
  std::vector<double> values;
  double level = 0.0, now = 0.0, area = 0.0, border = per_cell;
  while (values.size() < cells + warm_up) {
    double const rate = load + (level > 0.0 ? 1.0 : 0.0);
    double next = now + random.exponential() / rate;
    for (; next > border && values.size() < cells + warm_up; border += per_cell) {
      values.push_back((area + level * (border - now)) / per_cell);
      area = 0.0;
      now = border;
    }
    area += level * (next - now);
    now = next;
    level += random.uniform() * rate < load ? 1.0 : -1.0;
  }
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(warm_up));
  return values;
}

}  // namespace sojourn
