#include "models/timeline.h"

#include <cmath>
#include <limits>
#include <optional>

namespace sojourn {

void Timeline::begin_call(Time now) {
  if (Cell* cell = at(now)) ++cell->calls;
}

void Timeline::begin_attempt(Time now) {
  if (Cell* cell = at(now)) ++cell->attempts;
}

void Timeline::change_backlog(Time now, double change) {
  close(now);
  backlog_ += change;
  if (Cell* cell = at(now)) cell->backlog_max = std::max(cell->backlog_max, backlog_);
}

void Timeline::close(Time now) {
  Time from = std::max(last_, Time{});
  while (from < now && !cells_.empty()) {
    Cell& cell = *at(from);
    auto const index = &cell - cells_.data();
    bool const last = static_cast<std::size_t>(index) + 1 == cells_.size();
    Time const to = last ? now : std::min(now, Time{} + step_ * (index + 1));
    cell.backlog_area += backlog_ * in_seconds(to - from);
    cell.backlog_max = std::max(cell.backlog_max, backlog_);
    from = to;
  }
  last_ = std::max(last_, now);
}

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t steady_cells = 5;
constexpr double tolerance = 1.1;

using Cells = std::vector<Timeline::Cell>;

double mean_latency(Timeline::Cell const& cell) {
  return cell.successes == 0 ? 0.0 : cell.latency_sum / static_cast<double>(cell.successes);
}

/// The range of the cells before a fault.
struct Range {
  double latency = 0.0, backlog = 0.0, failures = 0.0, goodput = 0.0;

  static Range of(Cells const& cells, std::size_t count) {
    Range range;
    for (std::size_t i = 0; i < count; ++i) {
      range.latency = std::max(range.latency, mean_latency(cells[i]));
      range.backlog = std::max(range.backlog, cells[i].backlog_area);
      range.failures = std::max(range.failures, static_cast<double>(cells[i].failures));
      range.goodput += static_cast<double>(cells[i].successes) / static_cast<double>(count);
    }
    return range;
  }

  [[nodiscard]] bool holds(Timeline::Cell const& cell) const {
    return mean_latency(cell) <= tolerance * latency && cell.backlog_area <= tolerance * backlog &&
           static_cast<double>(cell.failures) <= tolerance * failures;
  }
};

/// The first cell from `from` on that begins a steady stretch; a stretch may be cut by the end.
std::optional<std::size_t> recovered_at(Cells const& cells, std::size_t from, std::size_t end,
                                        Range const& range) {
  std::size_t steady = 0;
  for (std::size_t i = from; i < end; ++i) {
    steady = range.holds(cells[i]) ? steady + 1 : 0;
    if (steady == steady_cells) return i + 1 - steady_cells;
  }
  return steady > 0 ? std::optional(end - steady) : std::nullopt;
}

double mean_goodput(Cells const& cells, std::size_t from, std::size_t end) {
  double sum = 0.0;
  for (std::size_t i = from; i < end; ++i) sum += static_cast<double>(cells[i].successes);
  return sum / static_cast<double>(end - from);
}

}  // namespace

FaultEffect judge_fault(Timeline const& timeline, std::vector<FaultOccurrence> const& occurrences,
                        Time end) {
  Cells const& cells = timeline.cells();
  auto const cell_of = [&](Time time) {
    auto const index = std::max<std::int64_t>(0, (time - Time{}) / timeline.step());
    return std::min(cells.size(), static_cast<std::size_t>(index));
  };
  FaultEffect effect{not_a_number, not_a_number, 0.0, 1.0, 0.0};
  if (occurrences.empty() || cells.empty()) return effect;

  std::size_t const last = cell_of(end);
  std::size_t const before = cell_of(occurrences.front().begin);
  Range const range = Range::of(cells, before);
  double recovery_sum = 0.0;
  std::uint64_t ended = 0, failed = 0, calls = 0, attempts = 0;
  for (FaultOccurrence const& occurrence : occurrences) {
    ended += occurrence.ended;
    failed += occurrence.failed;
    bool const over = occurrence.end < end;
    // The cell in which the fault ends still holds some of it.
    std::size_t const after =
        over ? std::min(last, cell_of(occurrence.end - Duration(1)) + 1) : last;
    auto const recovered =
        over && before > 0 ? recovered_at(cells, after, last, range) : std::nullopt;
    std::size_t const until = recovered.value_or(last);
    for (std::size_t i = cell_of(occurrence.begin); i < std::max(until, after); ++i) {
      effect.peak_backlog = std::max(effect.peak_backlog, cells[i].backlog_max);
      calls += cells[i].calls;
      attempts += cells[i].attempts;
    }
    if (recovered) {
      Time const back = Time{} + timeline.step() * static_cast<std::int64_t>(*recovered);
      recovery_sum += std::max(0.0, in_seconds(back - occurrence.end));
    } else {
      recovery_sum = infinite;
      std::size_t const tail = last - (last - after) / 3;
      bool const down = over && last > tail && before > 0 &&
                        mean_goodput(cells, tail, last) < 0.8 * range.goodput;
      if (down) effect.metastable = 1.0;
    }
  }
  if (before > 0) effect.recovery = recovery_sum / static_cast<double>(occurrences.size());
  if (ended > 0) effect.failed = static_cast<double>(failed) / static_cast<double>(ended);
  if (calls > 0) effect.amplification = static_cast<double>(attempts) / static_cast<double>(calls);
  return effect;
}

}  // namespace sojourn
