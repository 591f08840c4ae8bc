#include "analysis/variance_reduction.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "analysis/confidence_interval.h"

namespace sojourn {

namespace {

using Column = std::vector<double>;

/// One for each five values: every control costs a degree of freedom.
constexpr std::size_t values_for_a_control = 5;

double mean_of(Column const& values) {
  double sum = 0.0;
  for (double const value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double product(Column const& left, Column const& right) {
  double sum = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) sum += left[i] * right[i];
  return sum;
}

/// A control without its mean, and made orthogonal to those before it. The regression on such is a
/// sum over them, one by one.
struct Direction {
  Column deviations;
  double mean = 0.0;     ///< What the same combination of the controls' means is.
  double squares = 0.0;  ///< Of the deviations.
};

void take_away(Direction& direction, Direction const& other) {
  double const share = product(direction.deviations, other.deviations) / other.squares;
  for (std::size_t i = 0; i < direction.deviations.size(); ++i)
    direction.deviations[i] -= share * other.deviations[i];
  direction.mean -= share * other.mean;
}

std::vector<Direction> directions_of(std::vector<Column> const& controls, std::size_t most) {
  constexpr double rounding = 1e-9;
  std::vector<Direction> directions;
  for (Column const& control : controls) {
    if (directions.size() == most) break;
    Direction direction{control, mean_of(control), 0.0};
    for (double& value : direction.deviations) value -= direction.mean;
    double const before = product(direction.deviations, direction.deviations);
    for (Direction const& other : directions) take_away(direction, other);
    direction.squares = product(direction.deviations, direction.deviations);
    if (direction.squares > rounding * before) directions.push_back(std::move(direction));
  }
  return directions;
}

/// The controls of the values that are there, by control.
std::vector<Column> columns_of(std::span<double const> values,
                               std::vector<std::vector<double>> const& controls) {
  std::vector<Column> columns(controls.empty() ? 0 : controls.front().size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].push_back(controls[i][c]);
  }
  return columns;
}

Estimate regression(Column const& values, std::vector<Direction> const& directions,
                    Estimate const& plain) {
  auto const n = static_cast<double>(values.size());
  Column residuals = values;
  for (double& value : residuals) value -= plain.mean;
  Estimate estimate = plain;
  double spread = 1.0 / n;
  for (Direction const& direction : directions) {
    double const slope = product(residuals, direction.deviations) / direction.squares;
    for (std::size_t i = 0; i < residuals.size(); ++i)
      residuals[i] -= slope * direction.deviations[i];
    estimate.mean -= slope * direction.mean;
    spread += direction.mean * direction.mean / direction.squares;
  }
  double const freedom = n - static_cast<double>(directions.size()) - 1.0;
  double const variance = product(residuals, residuals) / freedom;
  estimate.half_width =
      student_t_quantile((1.0 + plain.confidence) / 2.0, freedom) * std::sqrt(variance * spread);
  return estimate;
}

}  // namespace

Estimate antithetic_confidence_interval(std::span<double const> values, double confidence) {
  Column pairs;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
    double const mean = (values[i] + values[i + 1]) / 2.0;
    if (!std::isnan(mean)) pairs.push_back(mean);
  }
  Estimate estimate = mean_confidence_interval(pairs, confidence);
  Estimate const plain = mean_confidence_interval(values.first(values.size() / 2 * 2), confidence);
  estimate.replications = 2 * pairs.size();
  if (pairs.size() < 2 || !std::isfinite(estimate.half_width) || !(plain.half_width > 0.0))
    return estimate;
  auto const n = static_cast<double>(pairs.size());
  auto const error = [confidence](Estimate const& of, double count) {
    return of.half_width / student_t_quantile((1.0 + confidence) / 2.0, count - 1.0);
  };
  double const ratio = error(estimate, n) / error(plain, 2.0 * n);
  estimate.variance_ratio = ratio * ratio;
  return estimate;
}

Estimate controlled_confidence_interval(std::span<double const> values,
                                        std::vector<std::vector<double>> const& controls,
                                        double confidence) {
  Estimate plain = mean_confidence_interval(values, confidence);
  if (!std::isfinite(plain.mean) || !(plain.half_width > 0.0)) return plain;
  Column present(values.begin(), values.end());
  std::erase_if(present, [](double value) { return std::isnan(value); });
  std::size_t const most = present.size() / values_for_a_control;
  auto const directions = directions_of(columns_of(values, controls), most);
  Estimate estimate = regression(present, directions, plain);
  double const ratio = estimate.half_width / plain.half_width;
  if (!(ratio < 1.0)) estimate = plain;
  estimate.variance_ratio = std::min(1.0, ratio * ratio);
  return estimate;
}

}  // namespace sojourn
