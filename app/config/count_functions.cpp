#include "app/config/distribution_functions.h"

namespace sojourn {
namespace {

using Made = std::optional<Distribution>;

Made make_geometric(Arguments& arguments) {
  auto const from = arguments.has("from") ? arguments.count("from", 0, 1) : 1;
  double const mean = arguments.number("mean", static_cast<double>(from), largest_count);
  if (!arguments.good()) return std::nullopt;
  return Distribution::geometric(mean, static_cast<int>(from));
}

Made make_poisson(Arguments& arguments) {
  double const mean = arguments.number("mean", 0.0, largest_count);
  if (arguments.good() && mean <= 0.0)
    arguments.fail("mean", "mean of poisson must be more than 0");
  if (!arguments.good()) return std::nullopt;
  return Distribution::poisson(mean);
}

Made make_uniform_count(Arguments& arguments) {
  constexpr auto most = static_cast<std::int64_t>(largest_count);
  auto const low = arguments.count("low", 0, most);
  auto const high = arguments.count("high", 0, most);
  if (arguments.good() && high < low)
    arguments.fail("high", "high of uniform must be at least its low");
  if (!arguments.good()) return std::nullopt;
  return Distribution::uniform_count(low, high);
}

Made make_zipf(Arguments& arguments) {
  auto const n = arguments.count("n", 1, static_cast<std::int64_t>(largest_count));
  double const s = arguments.number("s", 0.0, 100.0);
  if (!arguments.good()) return std::nullopt;
  return Distribution::zipf(n, s);
}

}  // namespace

std::vector<Function<MakeDistribution>> const& count_functions() {
  static std::vector<Function<MakeDistribution>> const functions = {
      {"geometric", {"mean", "from"}, make_geometric},
      {"poisson", {"mean"}, make_poisson},
      {"uniform", {"low", "high"}, make_uniform_count},
      {"zipf", {"n", "s"}, make_zipf}};
  return functions;
}

}  // namespace sojourn
