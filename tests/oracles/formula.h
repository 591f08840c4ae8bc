#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/metric.h"

namespace sojourn::oracles {

/// An expression of metrics and numbers with + - * / > and parentheses, compiled for one layout.
/// Tokens stand between spaces, since names hold dots and hyphens. `name[a:b]` is the mean of the
/// cells of a series from a to b seconds, which must be limits of cells.
class Formula {
 public:
  /// Throws std::invalid_argument, which says what is wrong, on anything else.
  Formula(std::string const& text, ResultLayout const& layout);

  /// Its value in one run.
  [[nodiscard]] double of(RunResult const& run) const;

 private:
  enum class Kind { number, metric, series, add, subtract, multiply, divide, exceeds };

  /// One step of a stack machine.
  struct Instruction {
    Kind kind = Kind::number;
    double number = 0.0;
    std::size_t position = 0;  ///< Of the metric or series.
    std::size_t begin_cell = 0, end_cell = 0;
  };

  friend class FormulaParser;

  std::vector<Instruction> instructions_;
};

}  // namespace sojourn::oracles
