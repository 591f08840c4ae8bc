#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/scenario.h"
#include "sim/time.h"

namespace sojourn {

/// Failures among the latest outcomes: those of a window of time, or so many.
///
/// A window of time slides by tenths: it covers the current tenth and the nine before it.
/// Cost: O(1) time; space O(1), or a bit for each outcome of a window that counts.
class OutcomeWindow {
 public:
  explicit OutcomeWindow(std::variant<Duration, std::int64_t> const& window);

  void record(Time now, bool failed);
  void clear();

  [[nodiscard]] std::int64_t outcomes() const { return outcomes_; }
  [[nodiscard]] std::int64_t failures() const { return failures_; }

 private:
  static constexpr std::size_t parts = 10;
  struct Part {
    std::int64_t outcomes = 0, failures = 0;
  };

  void slide(Time now);

  Duration part_length_{0};  // zero: the window counts
  std::int64_t part_ = 0;    // number of the current part, from the earliest time on
  std::array<Part, parts> part_counts_{};
  std::vector<bool> latest_;  // a ring of outcomes, true where one failed
  std::size_t next_ = 0;
  std::int64_t outcomes_ = 0, failures_ = 0;
};

/// One circuit breaker: closed, open, or half-open, when it lets some attempts through to try.
///
/// While half-open, so many attempts may be on their way as successes are still missing. An outcome
/// counts only in the state in which its attempt was let through: what was sent before the breaker
/// opened says nothing about whether to close it.
/// Source: Nygard, Release It!, 2nd ed. (2018), chapter 5.
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  static constexpr std::uint32_t last_ticket = (1U << 28) - 1;

  explicit CircuitBreaker(Breaker const& spec);

  /// Lets an attempt pass and returns its ticket, or returns 0.
  std::uint32_t admit();

  /// The attempt with this ticket has ended. Returns true if that has opened the breaker: then it
  /// must be told when it is over by `end_open`.
  bool record(Time now, std::uint32_t ticket, bool failed);

  /// The attempt with this ticket was given up by its caller, which says nothing about the callee.
  void forget(std::uint32_t ticket);

  /// It has been open for long enough.
  void end_open();

  /// Closed, and nothing remembered.
  void reset() { enter(State::closed); }

  /// Whether the state has not changed since that ticket was given.
  [[nodiscard]] bool is_current(std::uint32_t ticket) const { return ticket == epoch_; }

  [[nodiscard]] State state() const { return state_; }

 private:
  bool fails_too_often() const;
  void enter(State state);

  Breaker spec_;
  OutcomeWindow window_;
  State state_ = State::closed;
  std::uint32_t epoch_ = 1;    // changes with the state; the ticket of all let through meanwhile
  std::int64_t in_a_row_ = 0;  // failures while closed, successes while half-open
  std::int64_t on_trial_ = 0;  // attempts on their way while half-open
};

}  // namespace sojourn
