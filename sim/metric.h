#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn {

/// The unit of a figure. Machine output is in SI units: s, 1/s, ratio; counts are plain numbers.
enum class Unit : std::uint8_t { one, second, per_second, ratio };

/// Which direction is good, for the verdict of a comparison.
enum class Better : std::uint8_t { neither, lower, higher };

/// One figure that every run of an experiment yields, declared once.
struct Metric {
  std::string name;  ///< As users write it: "shoppers.latency.p99".
  Unit unit = Unit::one;
  Better better = Better::neither;
  double percentile = 0.0;  ///< In (0, 1): that quantile of observations. 0: something else.
  std::size_t sample = 0;   ///< Of a percentile: where `observations` has their number.
};

/// One figure over time: cell i covers [start + i*step, start + (i+1)*step), in seconds of the
/// simulated clock.
struct SeriesDefinition {
  std::string name;
  Unit unit = Unit::one;
  bool is_backlog = false;  ///< How much waits: it has no bound where more comes than can leave.
};

/// One line of an account: where the requests, messages or sagas of one kind are, or the messages
/// that were there during a fault. `parts` are disjoint and sum to `total`.
struct AccountDefinition {
  enum class Of : std::uint8_t { requests, messages, sagas, faults };
  Of of = Of::requests;
  std::string owner;                ///< "shoppers", "rabbit.charges", "web.checkout.saga"
  std::string total;                ///< "arrived", "published"
  std::vector<std::string> parts;   ///< "succeeded", "timeout", ..., "in_flight"
  std::vector<std::string> beside;  ///< Counted apart, in no sum: "duplicates", "redelivered"
};

/// What the runs of one experiment yield: the meaning of the positions in a `RunResult`.
struct ResultLayout {
  std::vector<Metric> metrics;
  std::vector<SeriesDefinition> series;
  double series_start = 0.0;  ///< s
  double series_step = 1.0;   ///< s
  std::vector<AccountDefinition> accounts;
  std::vector<std::string> controls;  ///< Names; none where they are not asked for.
};

/// What one run yielded, by position in the `ResultLayout`. A figure that does not exist in this
/// run (the percentile of nothing) is NaN; one without bound (a recovery that never came) is
/// infinite.
struct RunResult {
  struct Account {
    std::uint64_t total = 0;
    std::vector<std::uint64_t> parts;
    std::vector<std::uint64_t> beside;
  };
  std::vector<double> values;               ///< (metrics)
  std::vector<std::vector<double>> series;  ///< (series, cells)
  std::vector<Account> accounts;            ///< (accounts)
  std::vector<std::uint64_t> observations;  ///< By `Metric::sample`: how many there were.
  std::vector<double> controls;             ///< (controls): luck whose mean is known to be zero.
  std::uint64_t fingerprint = 0;            ///< Hash of all events in order.
  std::uint64_t events = 0;
  double simulated = 0.0;  ///< Measured time reached, in seconds.
  bool complete = true;    ///< False if stopped before its end.
  std::string error;       ///< Not empty if the run had to be given up, and why.
};

}  // namespace sojourn
