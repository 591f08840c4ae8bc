#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/metric.h"

/// A study: what the replications of all alternatives say. All that is printed comes from it.
namespace sojourn {

/// A mean over independent replications with its confidence interval, mean +- half_width.
///
/// NaN mean: the figure existed in no replication. Infinite mean: it was without bound in at least
/// one (a recovery that never came). half_width is NaN with fewer than two values.
struct Estimate {
  double mean = 0.0;
  double half_width = 0.0;
  double confidence = 0.95;
  std::size_t replications = 0;                    ///< How many yielded the figure.
  std::optional<std::uint64_t> observations = {};  ///< Of a percentile, in all replications.
  /// Of antithetic pairs or with controls: the variance of the mean against that of plain
  /// replications. Below 1 it has become more precise.
  std::optional<double> variance_ratio = {};
  bool is_dependent = false;  ///< Of batches that depend on each other: too narrow.
  bool is_thin = false;       ///< A percentile of which so few observations say nothing.
};

struct MetricEstimate {
  Metric metric;
  Estimate estimate;
};

struct SeriesEstimate {
  SeriesDefinition definition;
  std::vector<double> values;  ///< Mean over replications per cell; NaN where none had a value.
};

/// What theory says of a series, on the same grid.
struct KnownSeries {
  SeriesEstimate series;
  std::string model;
};

/// Sums over all replications.
struct AccountTotal {
  AccountDefinition definition;
  RunResult::Account totals;
};

/// A goal stated for an alternative.
struct Goal {
  enum class Comparison : std::uint8_t { less, at_most, at_least, more };
  std::string text;
  std::string metric;
  Comparison comparison = Comparison::at_most;
  double value = 0.0;
};

/// Whether a goal was met. `met` is judged on the mean; `sure` says that the whole confidence
/// interval lies on one side. `applies` is false where the alternative has no such metric.
struct Verdict {
  Goal goal;
  bool applies = true;
  bool met = false;
  bool sure = false;
  Estimate value;
  Unit unit = Unit::one;
};

/// What theory says of a figure, to stand beside what was simulated.
struct KnownValue {
  std::string metric;
  double value = 0.0;  ///< Finite, in the metric's unit.
  bool exact = false;
  std::string model;   ///< "M/M/1/11"
  bool agrees = true;  ///< See analysis/agreement.h.
};

struct AlternativeResult {
  std::string name;
  std::uint64_t fingerprint = 0;  ///< Of all its replications, in order.
  std::uint64_t events = 0;
  std::size_t replications = 0;       ///< Complete ones, unless `partial`.
  bool partial = false;               ///< Stopped before its end.
  std::vector<std::string> controls;  ///< That the estimates are corrected by.
  double simulated = 0.0;             ///< s, measured time of the shortest replication in it.
  std::vector<MetricEstimate> metrics;
  std::vector<SeriesEstimate> series;
  double series_start = 0.0, series_step = 1.0;  ///< s
  std::vector<AccountTotal> accounts;
  std::vector<Verdict> objectives;
  std::vector<KnownValue> theory;          ///< Empty unless asked for.
  std::vector<KnownSeries> theory_series;  ///< Likewise, of some of `series`.

  /// The estimate of that name, or nothing. Cost: linear in the number of metrics.
  [[nodiscard]] MetricEstimate const* find(std::string const& metric) const;
};

/// The paired difference `to` - `from` of one metric, over the replications that both have.
struct Comparison {
  enum class Verdict : std::uint8_t { better, worse, different, no_difference };
  std::string metric;
  Unit unit = Unit::one;
  std::string from, to;
  Estimate difference;
  Verdict verdict = Verdict::no_difference;  ///< `different`: neither direction is good.
};

/// What speaks against trusting the figures of an alternative.
struct Warning {
  enum class Kind : std::uint8_t { short_warm_up, growth, dependent_batches };
  Kind kind = Kind::short_warm_up;
  std::string alternative;
  std::string series;           ///< dependent_batches: the first figure that has such.
  Unit unit = Unit::one;        ///< Of the series.
  double seconds = 0.0;         ///< short_warm_up: for so long it is not yet as it is later.
  double from = 0.0, to = 0.0;  ///< growth: its mean over the first and the last tenth.
  std::size_t count = 0;        ///< dependent_batches: how many figures have such.
};

/// How `warmup: auto` was decided: by MSER-5 on pilots without faults and profiles.
struct WarmUpChoice {
  std::string alternative, series;  ///< What settles last; empty: all is steady from the start.
  std::size_t replications = 0;     ///< Of each pilot.
  double pilot = 0.0;               ///< s, the length of a pilot.
  bool settled = true;              ///< False: something had not settled by the end of the pilots.
};

struct Study {
  /// How `--precision` came out.
  struct Precision {
    struct Figure {
      enum class State : std::uint8_t { reached, wide, always_zero, without_value };
      std::string alternative, metric;
      double relative_half_width = 0.0;
      State state = State::wide;
    };
    /// What ended it. `undefined`: what is not reached has no relative precision.
    enum class End : std::uint8_t { reached, replications, time, undefined, stopped };
    double wanted = 0.0;
    End end = End::reached;
    std::vector<Figure> figures;
  };

  /// How `--best` came out.
  struct Selection {
    /// What ended it. `undefined`: a value is missing or without bound, or the best is zero.
    enum class End : std::uint8_t { selected, replications, time, undefined, stopped };
    struct Contender {
      std::string alternative;
      Estimate estimate;
      std::size_t ruled_out_after = 0;  ///< Replications; 0: it has not been ruled out.
    };
    std::string metric;
    Unit unit = Unit::one;
    double probability = 0.95;
    double indifference = 0.0;  ///< As a share of the best.
    double margin = 0.0;        ///< The same in the metric's unit.
    End end = End::selected;
    std::vector<Contender> contenders;  ///< Those that are left first; the best before the worse.
  };

  std::string name;
  std::string file;
  std::string description;
  std::uint64_t seed = 1;
  std::size_t replications = 0;         ///< Asked for.
  double duration = 0.0, warmup = 0.0;  ///< s
  bool partial = false;                 ///< Interrupted; what follows is what was done by then.
  std::vector<AlternativeResult> alternatives;
  std::vector<Comparison> comparisons;  ///< Of every pair, in their order; see `most_compared`.
  std::vector<Warning> warnings;
  std::optional<WarmUpChoice> warm_up_choice;  ///< Absent: the scenario says how long.
  bool antithetic = false;                     ///< Replications are pairs of mirrored luck.
  std::optional<std::size_t> batches;          ///< Of one long run, instead of replications.
  std::optional<Precision> precision;          ///< Absent: none was asked for.
  std::optional<Selection> selection;          ///< Absent: none was asked for.
  std::vector<std::string> errors;             ///< Why runs were given up, with their alternative.

  /// Times of faults to mark in charts, per alternative.
  struct Mark {
    std::string alternative, fault;
    double from = 0.0, to = 0.0;  ///< s; `to` may be infinite
  };
  std::vector<Mark> marks;
};

}  // namespace sojourn
