#include "analysis/selection.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "analysis/confidence_interval.h"
#include "analysis/executor.h"
#include "analysis/runs.h"
#include "sim/ensure.h"

namespace sojourn {

namespace {

using Selection = Study::Selection;

constexpr std::size_t least_first_stage = 10;

double variance_of_difference(std::vector<double> const& left, std::vector<double> const& right,
                              std::size_t count) {
  double mean = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    double const difference = left[i] - right[i];
    double const before = difference - mean;
    mean += before / static_cast<double>(i + 1);
    squares += before * (difference - mean);
  }
  return squares / static_cast<double>(count - 1);
}

class Procedure {
 public:
  Procedure(std::vector<Experiment> const& experiments, ReplicationOptions options,
            SelectionGoal const& goal)
      : experiments_(experiments),
        options_(std::move(options)),
        goal_(goal),
        first_stage_(
            std::min(std::max(options_.replications, least_first_stage), goal.most_replications)),
        table_(experiments.size()),
        values_(experiments.size()) {
    for (std::size_t i = 0; i < experiments.size(); ++i) find_contender(i);
    ensure(contenders_.size() >= 2, "something is selected from at least two");
  }

  Study run() {
    selection_.end = select();
    drop_what_came_too_late();
    ReplicationOptions options = options_;
    options.replications = after_;
    Study study = summarise(experiments_, table_, options);
    tell(study);
    study.selection = std::move(selection_);
    return study;
  }

 private:
  /// One that may be the best: where its metric stands, and whether less of it is better.
  struct Contender {
    std::size_t experiment = 0;
    std::size_t metric = 0;
    std::size_t ruled_out_after = 0;  // 0: it is not
  };

  void find_contender(std::size_t experiment) {
    auto const& metrics = experiments_[experiment].layout.metrics;
    auto const found = std::ranges::find(metrics, goal_.metric, &Metric::name);
    if (found == metrics.end()) return;
    sign_ = found->better == Better::lower ? 1.0 : -1.0;
    contenders_.push_back({experiment, static_cast<std::size_t>(found - metrics.begin()), 0});
  }

  Selection::End select() {
    if (!grow_to(2, nullptr) || !grow_to(first_stage_, goal_.is_out_of_time)) return failure_;
    after_ = first_stage_;
    if (!take_values(after_) || !set_up()) return Selection::End::undefined;
    for (;; ++after_) {
      rule_out();
      if (survivors() == 1) return Selection::End::selected;
      if (after_ == goal_.most_replications) return Selection::End::replications;
      if (done_ == after_ && !grow_to(std::min(after_ + 1 + after_ / 10, goal_.most_replications),
                                      goal_.is_out_of_time))
        return failure_;
      if (!take_values(after_ + 1)) return Selection::End::undefined;
    }
  }

  [[nodiscard]] std::size_t survivors() const {
    return static_cast<std::size_t>(
        std::ranges::count(contenders_, std::size_t{0}, &Contender::ruled_out_after));
  }

  [[nodiscard]] bool runs_on(std::size_t experiment) const {
    auto const found = std::ranges::find(contenders_, experiment, &Contender::experiment);
    return found == contenders_.end() ? done_ < first_stage_ : found->ruled_out_after == 0;
  }

  /// False if something came between; `failure_` says what.
  bool grow_to(std::size_t replications, std::function<bool()> const& is_out_of_time) {
    if (replications <= done_) return true;
    std::vector<Experiment> running;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < experiments_.size(); ++i) {
      if (!runs_on(i)) continue;
      running.push_back(experiments_[i]);
      positions.push_back(i);
    }
    ReplicationOptions more = options_;
    more.first += done_;
    more.replications = replications - done_;
    more.is_out_of_time = is_out_of_time;
    RunTable runs = run_all(running, more);
    bool whole = true;
    for (std::size_t i = 0; i < running.size(); ++i) {
      for (auto& run : runs[i]) {
        whole = whole && run && run->complete && run->error.empty();
        table_[positions[i]].push_back(std::move(run));
      }
    }
    if (whole) done_ = replications;
    bool const stopped = options_.stop != nullptr && *options_.stop;
    bool const late = !stopped && is_out_of_time && is_out_of_time();
    failure_ = late ? Selection::End::time : Selection::End::stopped;
    return whole;
  }

  /// False if a value is missing or infinite.
  bool take_values(std::size_t count) {
    for (Contender const& contender : contenders_) {
      if (contender.ruled_out_after > 0) continue;
      auto& values = values_[contender.experiment];
      while (values.size() < count) {
        auto const& run = table_[contender.experiment][values.size()];
        double const value = run->values.at(contender.metric);
        if (!std::isfinite(value)) return false;
        values.push_back(sign_ * value);
      }
    }
    return true;
  }

  [[nodiscard]] double mean_of(Contender const& contender) const {
    auto const& values = values_[contender.experiment];
    double sum = 0.0;
    for (std::size_t i = 0; i < after_; ++i) sum += values[i];
    return sum / static_cast<double>(after_);
  }

  /// False where the best is zero, of which nothing is a share.
  bool set_up() {
    double best = mean_of(contenders_.front());
    for (Contender const& contender : contenders_) best = std::min(best, mean_of(contender));
    selection_.margin = goal_.indifference * std::abs(best);
    double const others = static_cast<double>(contenders_.size()) - 1.0;
    double const freedom = static_cast<double>(first_stage_) - 1.0;
    double const share = 2.0 * (1.0 - goal_.probability) / others;
    h_squared_ = freedom * (std::pow(share, -2.0 / freedom) - 1.0);
    return selection_.margin > 0.0;
  }

  [[nodiscard]] bool is_beaten(Contender const& loser, Contender const& winner) const {
    double const variance =
        variance_of_difference(values_[loser.experiment], values_[winner.experiment], first_stage_);
    auto const r = static_cast<double>(after_);
    double const margin = selection_.margin;
    double const allowance =
        std::max(0.0, (h_squared_ * variance / margin - margin * r) / (2.0 * r));
    return mean_of(loser) > mean_of(winner) + allowance;
  }

  /// All are judged by those that were left before.
  void rule_out() {
    std::vector<Contender> const before = contenders_;
    for (Contender& contender : contenders_) {
      if (contender.ruled_out_after > 0) continue;
      for (Contender const& other : before) {
        if (other.ruled_out_after == 0 && is_beaten(contender, other))
          contender.ruled_out_after = after_;
      }
    }
  }

  /// What ran ahead of a decision depends on how much was run at a time.
  void drop_what_came_too_late() {
    bool const stopped = selection_.end == Selection::End::stopped;
    if (stopped) after_ = done_;
    if (after_ == 0) after_ = done_;
    for (Contender const& contender : contenders_) {
      std::size_t const keep = contender.ruled_out_after > 0 ? contender.ruled_out_after : after_;
      auto& row = table_[contender.experiment];
      if (!stopped && row.size() > keep) row.resize(keep);
    }
  }

  void tell(Study const& study) {
    selection_.metric = goal_.metric;
    selection_.probability = goal_.probability;
    selection_.indifference = goal_.indifference;
    for (Contender const& contender : contenders_) {
      auto const& metric = experiments_[contender.experiment].layout.metrics[contender.metric];
      selection_.unit = metric.unit;
      Estimate const estimate =
          study.alternatives[contender.experiment].find(goal_.metric)->estimate;
      selection_.contenders.push_back(
          {experiments_[contender.experiment].name, estimate, contender.ruled_out_after});
    }
    std::ranges::stable_sort(selection_.contenders, [&](auto const& left, auto const& right) {
      return rank(left) < rank(right);
    });
  }

  /// Those that are left first, the best before the worse.
  [[nodiscard]] std::pair<bool, double> rank(Selection::Contender const& contender) const {
    double const mean = sign_ * contender.estimate.mean;
    return {contender.ruled_out_after > 0,
            std::isnan(mean) ? std::numeric_limits<double>::infinity() : mean};
  }

  std::vector<Experiment> const& experiments_;
  ReplicationOptions options_;
  SelectionGoal const& goal_;
  std::size_t first_stage_;
  RunTable table_;
  std::vector<std::vector<double>> values_;  // (experiments, replications), less is better
  std::vector<Contender> contenders_;
  double sign_ = 1.0;
  double h_squared_ = 0.0;
  std::size_t done_ = 0;   // replications that those that are left have
  std::size_t after_ = 0;  // replications that have been looked at
  Selection::End failure_ = Selection::End::stopped;
  Selection selection_;
};

}  // namespace

Study select_best(std::vector<Experiment> const& experiments, ReplicationOptions options,
                  SelectionGoal const& goal) {
  return Procedure(experiments, std::move(options), goal).run();
}

}  // namespace sojourn
