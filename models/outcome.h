#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sojourn {

/// How a request, an attempt, a branch or a processing ended. A failure inside the model is a
/// value.
enum class Outcome : std::uint8_t {
  success,
  error,      ///< An error reply: a failing step, a failed call behind it, a crash.
  timeout,    ///< The caller stopped waiting.
  rejected,   ///< Turned away by a full queue, or where nobody listens any more.
  abandoned,  ///< Its patience ended while it waited in line.
  dropped,    ///< Pushed out of a full queue by a newer one.
  crashed     ///< Was there at the instant of a crash. Callers see an error.
};

/// In the order of the enumeration, as metrics call them.
constexpr std::array<std::string_view, 7> outcome_names{
    "success", "error", "timeout", "rejected", "abandoned", "dropped", "crashed"};
constexpr std::string_view name_of(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

/// The causes of failure that callers see, in the order in which they are reported.
constexpr std::array<Outcome, 5> failure_causes{Outcome::error, Outcome::timeout, Outcome::rejected,
                                                Outcome::abandoned, Outcome::dropped};

/// Position in `failure_causes`. Precondition: a failure as a caller sees it.
constexpr std::size_t cause_index(Outcome outcome) { return static_cast<std::size_t>(outcome) - 1; }

/// The outcome as the caller sees it: a crash is an error.
constexpr Outcome as_seen_by_caller(Outcome outcome) {
  return outcome == Outcome::crashed ? Outcome::error : outcome;
}

}  // namespace sojourn
