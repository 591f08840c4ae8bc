#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

namespace sojourn {

/// A line on a terminal that says how far a study is and how long it will take. It appears after a
/// second, is redrawn some ten times a second, and wipes itself out at the end.
class ProgressBar {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Clock = std::function<Instant()>;

  ProgressBar(std::ostream& out, std::string title, Clock clock = std::chrono::steady_clock::now);
  ~ProgressBar();
  ProgressBar(ProgressBar const&) = delete;
  ProgressBar& operator=(ProgressBar const&) = delete;

  /// The share that is done, in [0, 1].
  void update(double share);

 private:
  std::ostream& out_;
  std::string title_;
  Clock clock_;
  Instant start_;
  std::optional<Instant> drawn_;
};

}  // namespace sojourn
