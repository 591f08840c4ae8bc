#include "sim/discrete_choice.h"

#include "sim/ensure.h"

namespace sojourn {

DiscreteChoice::DiscreteChoice(std::vector<Alternative> const& alternatives,
                               std::uint32_t otherwise) {
  constexpr double rounding = 1e-9;
  constexpr double beyond = 2.0;
  double cumulative = 0.0;
  for (auto const& [probability, value] : alternatives) {
    ensure(probability >= 0.0, "a probability is not negative");
    cumulative += probability;
    entries_.push_back({cumulative, value});
  }
  if (!entries_.empty() && cumulative > 1.0 - rounding) {
    entries_.back().cumulative = beyond;
  } else {
    entries_.push_back({beyond, otherwise});
  }
  guide();
}

/// Each begins a little earlier than it has to, for numbers are rounded.
void DiscreteChoice::guide() {
  constexpr double rounding = 1e-9;
  auto const count = static_cast<double>(entries_.size());
  std::uint32_t place = 0;
  for (std::size_t near = 0; near < entries_.size(); ++near) {
    double const begin = static_cast<double>(near) / count - rounding;
    while (entries_[place].cumulative <= begin) ++place;
    entries_[near].guide = place;
  }
}

}  // namespace sojourn
