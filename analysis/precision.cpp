#include "analysis/precision.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/confidence_interval.h"
#include "analysis/growing_table.h"
#include "analysis/runs.h"

namespace sojourn {

namespace {

constexpr std::size_t least_first_stage = 10;

using Figure = Study::Precision::Figure;

Figure::State state_of(Estimate const& estimate, double wanted) {
  if (!std::isfinite(estimate.mean)) return Figure::State::without_value;
  if (estimate.mean == 0.0 && estimate.half_width == 0.0) return Figure::State::always_zero;
  return estimate.half_width <= wanted * std::abs(estimate.mean) ? Figure::State::reached
                                                                 : Figure::State::wide;
}

double relative(Estimate const& estimate) {
  if (estimate.mean == 0.0) return std::numeric_limits<double>::infinity();
  return estimate.half_width / std::abs(estimate.mean);
}

class Search {
 public:
  Search(std::vector<Experiment> const& experiments, ReplicationOptions const& options,
         PrecisionGoal const& goal)
      : options_(options), goal_(goal), table_(experiments, options) {}

  Study run() {
    std::size_t const first_stage = std::max(options_.replications, least_first_stage);
    grow_to(2, nullptr);  // of less there is no interval
    grow_to(first_stage, goal_.is_out_of_time);
    while (table_.is_whole()) {
      judge();
      std::size_t const next = next_size();
      if (next <= table_.replications()) break;
      grow_to(next, goal_.is_out_of_time);
    }
    judge();
    Study study = table_.study();
    precision_.wanted = goal_.relative;
    precision_.end = end();
    study.precision = std::move(precision_);
    return study;
  }

 private:
  void grow_to(std::size_t replications, std::function<bool()> const& is_out_of_time) {
    table_.grow_to(std::min(replications, goal_.most_replications), is_out_of_time);
  }

  void judge() {
    precision_.figures.clear();
    for (auto const& alternative : table_.study().alternatives) {
      for (auto const& metric : goal_.metrics) {
        auto const* const found = alternative.find(metric);
        if (found == nullptr) continue;
        precision_.figures.push_back({alternative.name, metric, relative(found->estimate),
                                      state_of(found->estimate, goal_.relative)});
      }
    }
  }

  /// Half-widths shrink with the root of the number. At least a tenth more, at most twice as many.
  [[nodiscard]] std::size_t next_size() const {
    auto const now = static_cast<double>(table_.replications());
    double next = 0.0;
    for (Figure const& figure : precision_.figures) {
      if (figure.state != Figure::State::wide) continue;
      double const ratio = figure.relative_half_width / goal_.relative;
      next = std::max(next,
                      std::clamp(std::ceil(now * ratio * ratio), std::ceil(1.1 * now), 2.0 * now));
    }
    return std::min(static_cast<std::size_t>(next), goal_.most_replications);
  }

  [[nodiscard]] Study::Precision::End end() const {
    auto const is = [](Figure::State state) {
      return [state](Figure const& figure) { return figure.state == state; };
    };
    auto const& figures = precision_.figures;
    if (std::ranges::any_of(figures, is(Figure::State::wide))) {
      if (!table_.is_whole() && !table_.is_out_of_time()) return Study::Precision::End::stopped;
      return table_.is_out_of_time() ? Study::Precision::End::time
                                     : Study::Precision::End::replications;
    }
    return std::ranges::all_of(figures, is(Figure::State::reached))
               ? Study::Precision::End::reached
               : Study::Precision::End::undefined;
  }

  ReplicationOptions options_;
  PrecisionGoal const& goal_;
  GrowingTable table_;
  Study::Precision precision_;
};

}  // namespace

Study replicate_to_precision(std::vector<Experiment> const& experiments, ReplicationOptions options,
                             PrecisionGoal const& goal) {
  return Search(experiments, options, goal).run();
}

}  // namespace sojourn
