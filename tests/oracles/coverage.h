#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/oracles/finding.h"

namespace sojourn::oracles {

/// How the confidence intervals of the oracles cover what is known, over many seeds.
///
/// A deviation in standard errors of n replications has Student's law; it is told as the standard
/// normal deviate of the same probability, so that those of all cases can be laid together. Rows
/// with a tolerance, such as limits that are reached only nearly, and rows without spread are left
/// out. Percentiles are told within 1/128; that is granted before they are judged.
class Coverage {
 public:
  void add(std::vector<Finding> const& findings);

  struct Count {
    std::size_t covered = 0, intervals = 0;
    [[nodiscard]] double share() const;
    /// Whether so few of that many independent intervals of 95 % would cover with a probability of
    /// less than a thousandth.
    [[nodiscard]] bool is_too_low() const;
  };
  /// Of the first row of each scenario that has an interval, and the first with a percentile: rows
  /// of one run share their luck, those of different runs do not.
  [[nodiscard]] Count independent() const { return independent_; }
  [[nodiscard]] Count percentiles() const { return percentiles_; }
  /// Of all rows.
  [[nodiscard]] Count all() const { return all_; }

  /// The deviates as a histogram beside the standard normal, in Markdown, and the shares covered.
  [[nodiscard]] std::string text(std::size_t seeds) const;

 private:
  static constexpr std::size_t bins = 14;  // of half a deviation, from -3 to 3, and beyond

  void record(double deviate);

  std::array<std::size_t, bins> histogram_{};
  std::size_t deviates_ = 0;
  double sum_ = 0.0, squares_ = 0.0;
  Count all_, independent_, percentiles_;
};

}  // namespace sojourn::oracles
