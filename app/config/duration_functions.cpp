#include "app/config/distribution_functions.h"

namespace sojourn {
namespace {

using Made = std::optional<Distribution>;

// --- Durations by mean and shape -----------------------------------------------------------------

Made make_exponential(Arguments& arguments) {
  double const mean = arguments.seconds("mean", Bound::positive);
  if (!arguments.good()) return std::nullopt;
  return Distribution::exponential(mean);
}

Made make_erlang(Arguments& arguments) {
  double const mean = arguments.seconds("mean", Bound::positive);
  auto const k = arguments.count("k", 1, 10'000);
  if (!arguments.good()) return std::nullopt;
  return Distribution::erlang(mean, static_cast<int>(k));
}

Made make_gamma(Arguments& arguments) {
  double const mean = arguments.seconds("mean", Bound::positive);
  double const cv = arguments.number("cv", 0.001, 100);
  if (!arguments.good()) return std::nullopt;
  return Distribution::gamma(mean, cv);
}

Made make_hyperexponential(Arguments& arguments) {
  double const mean = arguments.seconds("mean", Bound::positive);
  double const cv = arguments.number("cv", 1, 1000);
  if (!arguments.good()) return std::nullopt;
  return Distribution::hyperexponential(mean, cv);
}

Made make_lognormal_by_quantiles(Arguments& arguments) {
  if (arguments.has("mean") || arguments.has("cv"))
    arguments.fail(arguments.has("cv") ? "cv" : "mean",
                   "lognormal takes mean and cv, or median and p99, not some of each");
  double const median = arguments.seconds("median", Bound::positive);
  double const p99 = arguments.seconds("p99", Bound::positive);
  if (arguments.good() && p99 <= median)
    arguments.fail("p99", "p99 of lognormal must be longer than its median");
  if (!arguments.good()) return std::nullopt;
  return Distribution::lognormal_by_quantiles(median, p99);
}

Made make_lognormal(Arguments& arguments) {
  if (arguments.has("median") || arguments.has("p99"))
    return make_lognormal_by_quantiles(arguments);
  double const mean = arguments.seconds("mean", Bound::positive);
  double const cv = arguments.number("cv", 0.001, 1000);
  if (!arguments.good()) return std::nullopt;
  return Distribution::lognormal(mean, cv);
}

Made make_weibull(Arguments& arguments) {
  double const mean = arguments.seconds("mean", Bound::positive);
  double const shape = arguments.number("shape", 0.05, 1000);
  if (!arguments.good()) return std::nullopt;
  return Distribution::weibull(mean, shape);
}

Made make_normal(Arguments& arguments) {
  double const mean = arguments.seconds("mean", Bound::positive);
  double const sd = arguments.seconds("sd", Bound::positive);
  if (arguments.good() && sd > 100.0 * mean)
    arguments.fail("sd", "sd of normal must be at most 100 times its mean");
  if (!arguments.good()) return std::nullopt;
  return Distribution::normal(mean, sd);
}

// --- Durations by their ends ---------------------------------------------------------------------

Made make_pareto(Arguments& arguments) {
  double const min = arguments.seconds("min", Bound::positive);
  double const alpha = arguments.number("alpha", 0.01, 1000);
  double const max =
      arguments.has("max") ? arguments.seconds("max", Bound::positive) : Distribution::unbounded;
  if (arguments.good() && max <= min)
    arguments.fail("max", "max of pareto must be longer than its min");
  if (!arguments.good()) return std::nullopt;
  return Distribution::pareto(min, alpha, max);
}

Made make_uniform(Arguments& arguments) {
  double const low = arguments.seconds("low", Bound::not_negative);
  double const high = arguments.seconds("high", Bound::not_negative);
  if (arguments.good() && high <= low)
    arguments.fail("high", "high of uniform must be longer than its low");
  if (!arguments.good()) return std::nullopt;
  return Distribution::uniform(low, high);
}

Made make_triangular(Arguments& arguments) {
  double const low = arguments.seconds("low", Bound::not_negative);
  double const mode = arguments.seconds("mode", Bound::not_negative);
  double const high = arguments.seconds("high", Bound::not_negative);
  if (arguments.good() && (mode < low || high < mode || high <= low))
    arguments.fail("mode", "triangular wants its low, mode and high in ascending order");
  if (!arguments.good()) return std::nullopt;
  return Distribution::triangular(low, mode, high);
}

}  // namespace

std::vector<Function<MakeDistribution>> const& duration_functions() {
  static std::vector<Function<MakeDistribution>> const functions = {
      {"exponential", {"mean"}, make_exponential},
      {"erlang", {"mean", "k"}, make_erlang},
      {"gamma", {"mean", "cv"}, make_gamma},
      {"hyperexponential", {"mean", "cv"}, make_hyperexponential},
      {"lognormal", {"mean", "cv", "median", "p99"}, make_lognormal},
      {"weibull", {"mean", "shape"}, make_weibull},
      {"pareto", {"min", "alpha", "max"}, make_pareto},
      {"uniform", {"low", "high"}, make_uniform},
      {"triangular", {"low", "mode", "high"}, make_triangular},
      {"normal", {"mean", "sd"}, make_normal},
      {"quantiles", {}, nullptr},
      {"mixture", {}, nullptr},
      {"empirical", {"file"}, nullptr}};
  return functions;
}

}  // namespace sojourn
