#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace sojourn {

/// Count, mean, variance and extremes of observations, none of which is kept. NaN while there are
/// too few.
///
///     mean_n = mean_(n-1) + (x - mean_(n-1)) / n
///     squares_n = squares_(n-1) + (x - mean_(n-1)) * (x - mean_n)
///
/// Unit: that of the observations. Cost: O(1).
/// Source: Welford, "Note on a method for calculating corrected sums of squares and products",
/// Technometrics 4 (1962); merging: Chan, Golub and LeVeque, "Updating formulae and a pairwise
/// algorithm for computing sample variances", Stanford STAN-CS-79-773 (1979).
class Tally {
 public:
  void record(double value) {
    ++count_;
    double const before = value - mean_;
    mean_ += before / static_cast<double>(count_);
    squares_ += before * (value - mean_);
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  /// As if all that `other` recorded had been recorded here.
  void merge(Tally const& other) {
    if (other.count_ == 0) return;
    auto const here = static_cast<double>(count_);
    auto const there = static_cast<double>(other.count_);
    double const apart = other.mean_ - mean_;
    count_ += other.count_;
    mean_ += apart * there / (here + there);
    squares_ += other.squares_ + apart * apart * here * there / (here + there);
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const { return count_ == 0 ? none : mean_; }

  /// The unbiased estimate, sum of squares / (n - 1); NaN with fewer than two observations.
  [[nodiscard]] double variance() const {
    return count_ < 2 ? none : squares_ / static_cast<double>(count_ - 1);
  }

  [[nodiscard]] double min() const { return count_ == 0 ? none : min_; }
  [[nodiscard]] double max() const { return count_ == 0 ? none : max_; }

 private:
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;  // sum of squared deviations from the mean
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
};

}  // namespace sojourn
