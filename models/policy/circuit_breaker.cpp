#include "models/policy/circuit_breaker.h"

#include <algorithm>

#include "sim/ensure.h"

namespace sojourn {
namespace {

std::variant<Duration, std::int64_t> window_of(Breaker const& spec) {
  auto const* rate = std::get_if<FailureRate>(&spec.trip);
  return rate ? rate->window : std::int64_t{1};
}

}  // namespace

OutcomeWindow::OutcomeWindow(std::variant<Duration, std::int64_t> const& window) {
  if (auto const* length = std::get_if<Duration>(&window)) {
    part_length_ = std::max(Duration(1), *length / static_cast<std::int64_t>(parts));
  } else {
    latest_.resize(static_cast<std::size_t>(std::get<std::int64_t>(window)));
  }
}

void OutcomeWindow::record(Time now, bool failed) {
  if (latest_.empty()) {
    slide(now);
    Part& part = part_counts_[static_cast<std::size_t>(part_) % parts];
    ++part.outcomes;
    part.failures += failed ? 1 : 0;
  } else {
    bool const is_full = outcomes_ == static_cast<std::int64_t>(latest_.size());
    if (is_full) {
      --outcomes_;
      failures_ -= latest_[next_] ? 1 : 0;
    }
    latest_[next_] = failed;
    next_ = (next_ + 1) % latest_.size();
  }
  ++outcomes_;
  failures_ += failed ? 1 : 0;
}

/// Forgets the parts that have left the window.
void OutcomeWindow::slide(Time now) {
  // Warm-up runs at negative times; a part is numbered from the earliest one possible.
  std::int64_t const part = (now - Time(-longest_duration)) / part_length_;
  std::int64_t const passed = std::min<std::int64_t>(part - part_, parts);
  for (std::int64_t i = 1; i <= passed; ++i) {
    Part& gone = part_counts_[static_cast<std::size_t>(part_ + i) % parts];
    outcomes_ -= gone.outcomes;
    failures_ -= gone.failures;
    gone = {};
  }
  if (passed == parts) part_counts_ = {};
  part_ = part;
}

void OutcomeWindow::clear() {
  part_counts_ = {};
  outcomes_ = failures_ = 0;
  next_ = 0;
}

CircuitBreaker::CircuitBreaker(Breaker const& spec) : spec_(spec), window_(window_of(spec)) {}

std::uint32_t CircuitBreaker::admit() {
  if (state_ == State::open) return 0;
  if (state_ == State::half_open) {
    if (in_a_row_ + on_trial_ >= spec_.probes) return 0;
    ++on_trial_;
  }
  return epoch_;
}

bool CircuitBreaker::record(Time now, std::uint32_t ticket, bool failed) {
  if (!is_current(ticket)) return false;
  if (state_ == State::half_open) {
    --on_trial_;
    if (failed) {
      enter(State::open);
    } else if (++in_a_row_ >= spec_.probes) {
      enter(State::closed);
    }
    return failed;
  }
  ensure(state_ == State::closed, "an open breaker lets nothing through");
  in_a_row_ = failed ? in_a_row_ + 1 : 0;
  window_.record(now, failed);
  if (!failed || !fails_too_often()) return false;
  enter(State::open);
  return true;
}

void CircuitBreaker::forget(std::uint32_t ticket) {
  if (is_current(ticket) && state_ == State::half_open) --on_trial_;
}

void CircuitBreaker::end_open() {
  ensure(state_ == State::open, "only an open breaker ends being open");
  enter(State::half_open);
}

bool CircuitBreaker::fails_too_often() const {
  if (auto const* row = std::get_if<FailuresInARow>(&spec_.trip)) {
    return in_a_row_ >= row->failures;
  }
  auto const& rate = std::get<FailureRate>(spec_.trip);
  auto const share =
      static_cast<double>(window_.failures()) / static_cast<double>(window_.outcomes());
  return window_.outcomes() >= rate.calls && share >= rate.failures;
}

void CircuitBreaker::enter(State state) {
  state_ = state;
  epoch_ = epoch_ % last_ticket + 1;
  in_a_row_ = on_trial_ = 0;
  window_.clear();
}

}  // namespace sojourn
