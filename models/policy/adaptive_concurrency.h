#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "models/scenario.h"
#include "sim/time.h"

namespace sojourn {

/// How many may be inside at once, found out by how long they take: the gradient rule.
///
/// Replies are taken in windows of max(50, 2 limit). At the end of each, with `average` the mean
/// time inside and `base` the least average since the last probe:
///     dropped in it:                  limit <- 0.9 limit
///     else, if limit / 2 were inside: limit <- limit * gradient + sqrt(limit)
///         with gradient = min(1, max(1/2, 1.5 base / average))
/// and always min <= limit <= max. So it grows while the time inside is less than half above the
/// base, and settles where sqrt(limit) of them wait.
///
/// Under a lasting overload no window is free of waiting. Therefore, after each 200 windows, a
/// probe: for two windows the limit is sqrt(limit). The first lets those inside leave, the second
/// gives a new base. Then the limit goes on from where it was.
/// Source: GradientLimit of Netflix's concurrency-limits (2018), and the probe of Envoy's adaptive
/// concurrency filter, which returns to its limit.
class AdaptiveConcurrency {
 public:
  static constexpr std::int64_t shortest_window = 50;
  static constexpr int windows_between_probes = 200;

  explicit AdaptiveConcurrency(AdaptiveLimit const& spec)
      : spec_(spec), limit_(static_cast<double>(spec.initial)) {}

  [[nodiscard]] std::int64_t limit() const { return static_cast<std::int64_t>(limit_); }

  /// One has left with a reply after so long inside, where so many were, itself included.
  void record(Duration inside_for, std::int64_t inside) {
    total_ += in_seconds(inside_for);
    most_inside_ = std::max(most_inside_, inside);
    if (++replies_ < std::max(shortest_window, 2 * limit())) return;
    end_window(total_ / static_cast<double>(replies_));
    total_ = 0.0;
    replies_ = most_inside_ = 0;
    has_dropped_ = false;
  }

  /// One was dropped inside, or not served in time.
  void record_drop() { has_dropped_ = true; }

 private:
  enum class Phase : std::uint8_t { measuring, following, draining };

  void end_window(double average) {
    switch (phase_) {
      case Phase::draining:
        phase_ = Phase::measuring;
        return;
      case Phase::measuring:
        base_ = average;
        if (windows_ > 0) limit_ = limit_before_probe_;
        windows_ = 0;
        phase_ = Phase::following;
        return;
      case Phase::following:
        base_ = std::min(base_, average);
        limit_ = within(next_limit(average));
        if (++windows_ == windows_between_probes) probe();
    }
  }

  [[nodiscard]] double next_limit(double average) const {
    if (has_dropped_) return 0.9 * limit_;
    if (2.0 * static_cast<double>(most_inside_) < limit_) return limit_;
    double const gradient = average > 0.0 ? std::clamp(1.5 * base_ / average, 0.5, 1.0) : 1.0;
    return limit_ * gradient + std::sqrt(limit_);
  }

  void probe() {
    limit_before_probe_ = limit_;
    limit_ = within(std::sqrt(limit_));
    phase_ = Phase::draining;
  }

  [[nodiscard]] double within(double limit) const {
    return std::clamp(limit, static_cast<double>(spec_.least), static_cast<double>(spec_.most));
  }

  AdaptiveLimit spec_;
  Phase phase_ = Phase::measuring;
  double limit_;
  double limit_before_probe_ = 0.0;
  double base_ = 0.0;  // s
  int windows_ = 0;    // since the last probe

  // The window.
  double total_ = 0.0;  // s
  std::int64_t replies_ = 0, most_inside_ = 0;
  bool has_dropped_ = false;
};

}  // namespace sojourn
