#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sojourn {

/// Which of several a uniform number falls to, each as likely as is said.
///
/// They are looked for from near where the number would lie if all were equally likely. Cost: O(1)
/// on average over all numbers, however many there are. Memory: 16 bytes each.
/// Source: Chen and Asau, "On generating random variates from an empirical distribution", AIIE
/// Transactions 6 (1974): the guide table.
class DiscreteChoice {
 public:
  struct Alternative {
    double probability = 0.0;
    std::uint32_t value = 0;
  };

  DiscreteChoice() = default;
  /// What the probabilities leave of 1 falls to `otherwise`; if that is less than 1e-9, which is
  /// taken for an error of rounding, to the last of them. Precondition: none is negative.
  DiscreteChoice(std::vector<Alternative> const& alternatives, std::uint32_t otherwise);

  /// To what `uniform` falls, which is in [0, 1): the first at which the sum of the probabilities
  /// exceeds it. Precondition: this is not a default one.
  [[nodiscard]] std::uint32_t of(double uniform) const {
    auto const near = static_cast<std::size_t>(uniform * static_cast<double>(entries_.size()));
    std::size_t place = entries_[near].guide;
    while (uniform >= entries_[place].cumulative) ++place;
    return entries_[place].value;
  }

  /// Where `of` begins to look.
  [[nodiscard]] void const* table() const { return entries_.data(); }

 private:
  struct Entry {
    double cumulative = 0.0;
    std::uint32_t value = 0;
    std::uint32_t guide = 0;  // the first whose sum exceeds place/n, or one before
  };

  void guide();

  std::vector<Entry> entries_;  // the last ends beyond 1
};

}  // namespace sojourn
