#include "tests/properties/luck.h"

#include <cmath>

#include <fmt/format.h>

namespace sojourn::support {

Luck::Luck(std::uint64_t seed) : streams_(seed, 0), random_(streams_.open("file")) {}

bool Luck::uses(std::string const& feature) {
  auto const [place, is_new] = used_.try_emplace(feature, false);
  if (is_new) place->second = streams_.open("uses/" + feature).happens(0.5);
  return place->second;
}

std::string Luck::word(std::string const& feature, std::vector<std::string> const& words) {
  std::vector<std::string> used;
  for (std::string const& word : words) {
    if (uses(feature + "/" + word)) used.push_back(word);
  }
  std::vector<std::string> const& choice = used.empty() ? words : used;
  return choice[below(choice.size())];
}

std::string milliseconds(double value) {
  auto const microseconds = std::max(1L, std::lround(value * 1000.0));
  if (microseconds % 1000 == 0) return fmt::format("{}ms", microseconds / 1000);
  return fmt::format("{}us", microseconds);
}

std::string Luck::length(double mean) {
  // Constants in whole milliseconds make events coincide.
  if (uses("ties")) return milliseconds(static_cast<double>(between(1, 4)));
  auto const of = [mean](double factor) { return milliseconds(mean * factor); };
  std::string const law =
      word("length", {"constant", "exponential", "erlang", "gamma", "hyperexponential", "lognormal",
                      "median", "weibull", "pareto", "uniform", "triangular", "normal", "quantiles",
                      "mixture", "empirical", "$pace"});
  if (law == "exponential") return fmt::format("exponential({})", of(1));
  if (law == "erlang") return fmt::format("erlang({}, k={})", of(1), between(2, 4));
  if (law == "gamma") return fmt::format("gamma({}, cv=0.5)", of(1));
  if (law == "hyperexponential") return fmt::format("hyperexponential({}, cv=3)", of(1));
  if (law == "lognormal") return fmt::format("lognormal({}, cv=1.5)", of(1));
  if (law == "median") return fmt::format("lognormal(median={}, p99={})", of(0.7), of(5));
  if (law == "weibull") return fmt::format("weibull({}, shape=0.7)", of(1));
  if (law == "pareto") return fmt::format("pareto(min={}, alpha=1.5, max={})", of(0.5), of(20));
  if (law == "uniform") return fmt::format("uniform(0ms, {})", of(2));
  if (law == "triangular") return fmt::format("triangular(0ms, {}, {})", of(0.5), of(2));
  if (law == "normal") return fmt::format("normal({}, sd={})", of(1), of(0.5));
  if (law == "quantiles")
    return fmt::format("quantiles(p0=0ms, p50={}, p99.9={}, p100={})", of(0.5), of(3), of(6));
  if (law == "mixture") return fmt::format("mixture(90% {}, 10% exponential({}))", of(0.5), of(5));
  if (law == "empirical") return "empirical(lengths.csv)";
  if (law == "$pace" && uses("parameters")) return law;
  return of(1);
}

std::string Luck::count() {
  std::string const law =
      word("count", {"constant", "geometric", "geometric from 0", "poisson", "uniform", "zipf"});
  if (law == "geometric") return "geometric(2)";
  if (law == "geometric from 0") return "geometric(1.5, from=0)";
  if (law == "poisson") return "poisson(1.5)";
  if (law == "uniform") return "uniform(0, 3)";
  if (law == "zipf") return "zipf(n=5, s=1.1)";
  return std::to_string(between(1, 3));
}

}  // namespace sojourn::support
