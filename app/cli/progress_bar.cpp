#include "app/cli/progress_bar.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/report/text_width.h"

namespace sojourn {

namespace {

constexpr auto patience = std::chrono::seconds(1);
constexpr auto pause_between = std::chrono::milliseconds(100);
constexpr std::size_t cells = 30;

std::string bar(double share) {
  auto const full = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string text;
  for (std::size_t i = 0; i < cells; ++i) text += i < full ? "━" : "╌";
  return text;
}

/// "about 12 s left"; hours and minutes where it is long.
std::string remaining(std::chrono::duration<double> elapsed, double share) {
  if (share <= 0.0) return "";
  double const seconds = std::ceil(elapsed.count() * (1.0 - share) / share);
  if (seconds < 120.0) return fmt::format("about {:.0f} s left", seconds);
  if (seconds < 7200.0) return fmt::format("about {:.0f} min left", std::ceil(seconds / 60.0));
  return fmt::format("about {:.1f} h left", std::min(seconds / 3600.0, 1e6));
}

}  // namespace

ProgressBar::ProgressBar(std::ostream& out, std::string title, Clock clock)
    : out_(out),
      title_(shortened(without_controls(title), 24)),
      clock_(std::move(clock)),
      start_(clock_()) {}

ProgressBar::~ProgressBar() {
  if (drawn_) out_ << "\r\x1b[K" << std::flush;
}

void ProgressBar::update(double share) {
  Instant const now = clock_();
  if (now - start_ < patience || (drawn_ && now - *drawn_ < pause_between)) return;
  double const done = std::clamp(share, 0.0, 1.0);
  out_ << fmt::format("\r{}  {} {:3.0f} %  {}\x1b[K", title_, bar(done), std::floor(100.0 * done),
                      remaining(now - start_, done))
       << std::flush;
  drawn_ = now;
}

}  // namespace sojourn
