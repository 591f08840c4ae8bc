#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include "analysis/theory/answer.h"

namespace sojourn::theory {

/// Work as a fluid: what comes and what can be done are rates, and what is left over waits.
///     d backlog / dt = inflow - min(capacity, inflow if nothing waits)
/// As long as rates are constant, backlogs are straight lines, so that the path is exact: it is
/// taken from each change to the next, and to each moment at which a backlog ends or a buffer is
/// full. Right in the limit of many small requests; what chance does around that is left out.
/// Source: Newell, Applications of Queueing Theory, 2nd ed. (1982), chapter 2.
struct FluidStation {
  std::string name;
  double inflow = 0.0;           ///< From outside, 1/s.
  double capacity = 0.0;         ///< 1/s
  std::optional<double> buffer;  ///< Most that can wait; what comes beyond is lost.
  double backlog = 0.0;          ///< At the beginning.
  bool closed = false;           ///< Lets nobody in, but keeps what waits.
  double failing = 0.0;          ///< Share of what it lets go that has failed there.
};

/// From `time` on a station has that inflow from outside, that capacity, that buffer (infinite: no
/// limit); what is beyond it is lost at once.
struct FluidChange {
  double time = 0.0;
  std::size_t station = 0;
  std::optional<double> inflow = std::nullopt, capacity = std::nullopt, buffer = std::nullopt;
  std::optional<bool> closed = std::nullopt;
  std::optional<double> failing = std::nullopt;
};

/// Those who come from outside to a station and try again: of that share of its inflow, each time
/// the part that fails comes again, `pauses[n-1]` seconds later the n-th time. It fails if the
/// station does not let it in, or as it is let go (`failing`), or after `timeout` where its wait
/// and its `response` would take longer; then it stays in line for nobody.
struct FluidRetries {
  std::size_t station = 0;
  double share = 1.0;
  std::vector<double> pauses;                   ///< As many as there are retries.
  double response = 0.0;                        ///< Once its turn has come, s.
  double timeout = 0.0;                         ///< 0: none.
  std::optional<double> budget = std::nullopt;  ///< Most retries for each first attempt.
  bool on_rejected = true, on_timeout = true, on_error = true;
};

struct FluidNetwork {
  std::vector<FluidStation> stations;
  Eigen::MatrixXd routing;  ///< (n, n): what goes to j of what leaves i; row = from.
  std::vector<FluidChange> changes;
  std::vector<FluidRetries> retries = {};
};

/// Straight pieces, each from its time to the next one's.
class FluidPath {
 public:
  struct Piece {
    double time = 0.0;
    Eigen::VectorXd backlog;  ///< (n), at `time`.
    Eigen::VectorXd growth;   ///< (n), 1/s
    Eigen::VectorXd outflow;  ///< (n), 1/s
    Eigen::VectorXd lost;     ///< (n), 1/s
  };

  FluidPath(std::vector<Piece> pieces, double end) : pieces_(std::move(pieces)), end_(end) {}

  [[nodiscard]] std::vector<Piece> const& pieces() const { return pieces_; }
  [[nodiscard]] double backlog(std::size_t station, double time) const;
  [[nodiscard]] double outflow(std::size_t station, double time) const;
  struct Peak {
    double time = 0.0, backlog = 0.0;
  };
  /// The first of the highest, from `from` on.
  [[nodiscard]] Peak peak(std::size_t station, double from = 0.0) const;
  /// When first nothing waits from `from` on; nothing if that is not before the end.
  [[nodiscard]] std::optional<double> empty_from(std::size_t station, double from) const;
  /// All that is lost or thrown away between the two times.
  [[nodiscard]] double lost(std::size_t station, double from, double to) const;

 private:
  /// The backlog at the end of a piece, before anything changes.
  [[nodiscard]] double left_at(std::size_t piece, std::size_t station) const;
  [[nodiscard]] Piece const& piece_at(double time) const;
  [[nodiscard]] double end_of(std::size_t piece) const {
    return piece + 1 < pieces_.size() ? pieces_[piece + 1].time : end_;
  }

  std::vector<Piece> pieces_;
  double end_;
};

/// From time 0 to `end`. Rates of retries are means over a 2000th of that.
Answer<FluidPath> fluid_path(FluidNetwork const& network, double end);

}  // namespace sojourn::theory
