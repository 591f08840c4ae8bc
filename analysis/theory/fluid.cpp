#include "analysis/theory/fluid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sojourn::theory {

using Eigen::Index;
using Eigen::VectorXd;

namespace {

constexpr double tiny = 1e-9;  // Of a request: less does not wait.

Requirements requirements_of(FluidNetwork const& network, double end) {
  auto const n = static_cast<Index>(network.stations.size());
  Requirements needs;
  needs.positive("the length of time", end)
      .that(n > 0, "there is no station")
      .that(network.routing.rows() == n && network.routing.cols() == n,
            "the routing is not of as many stations");
  for (auto const& station : network.stations)
    needs.not_negative("the inflow of " + station.name, station.inflow)
        .not_negative("the capacity of " + station.name, station.capacity)
        .not_negative("the backlog of " + station.name, station.backlog)
        .not_negative("the buffer of " + station.name, station.buffer.value_or(0.0));
  for (auto const& change : network.changes)
    needs.that(change.station < network.stations.size(), "a change is of no station")
        .not_negative("an inflow", change.inflow.value_or(0.0))
        .not_negative("a capacity", change.capacity.value_or(0.0))
        .not_negative("the time of a change", change.time);
  for (auto const& each : network.retries)
    needs.that(each.station < network.stations.size(), "retries go to no station")
        .not_negative("the share that tries again", each.share)
        .not_negative("a timeout", each.timeout)
        .not_negative(
            "the wait before a retry",
            each.pauses.empty() ? 0.0 : *std::min_element(each.pauses.begin(), each.pauses.end()));
  return needs;
}

class Flow {
 public:
  explicit Flow(FluidNetwork const& network)
      : network_(network),
        stations_(network.stations),
        n_(static_cast<Index>(stations_.size())),
        backlog_(n_),
        again_(VectorXd::Zero(n_)) {
    for (Index i = 0; i < n_; ++i) backlog_(i) = station(i).backlog;
  }

  void apply(FluidChange const& change) {
    auto& station = stations_[change.station];
    if (change.inflow) station.inflow = *change.inflow;
    if (change.capacity) station.capacity = *change.capacity;
    if (change.closed) station.closed = *change.closed;
    if (change.failing) station.failing = *change.failing;
    if (!change.buffer) return;
    station.buffer.reset();
    if (std::isfinite(*change.buffer)) station.buffer = change.buffer;
    auto const i = static_cast<Index>(change.station);
    backlog_(i) = std::min(backlog_(i), *change.buffer);
  }

  /// The rates that hold now. Less and less is added from round to round.
  [[nodiscard]] FluidPath::Piece piece(double time) const {
    FluidPath::Piece now{time, backlog_, VectorXd::Zero(n_), VectorXd::Zero(n_),
                         VectorXd::Zero(n_)};
    VectorXd inflow = VectorXd::Zero(n_);
    for (int round = 0; round < 10'000; ++round) {
      VectorXd next = network_.routing.transpose() * now.outflow;
      for (Index i = 0; i < n_; ++i) {
        next(i) += station(i).inflow + again_(i);
        double const let_in = station(i).closed ? 0.0 : next(i);
        now.outflow(i) =
            backlog_(i) > tiny ? station(i).capacity : std::min(let_in, station(i).capacity);
      }
      double const change = (next - inflow).cwiseAbs().maxCoeff();
      inflow = next;
      if (round > 0 && change <= 1e-13 * (1.0 + inflow.maxCoeff())) break;
    }
    for (Index i = 0; i < n_; ++i) {
      if (station(i).closed) std::swap(now.lost(i), inflow(i));
      now.growth(i) = inflow(i) - now.outflow(i);
      bool const full = station(i).buffer && backlog_(i) >= *station(i).buffer - tiny;
      if (full && now.growth(i) > 0.0) {
        now.lost(i) += now.growth(i);
        now.growth(i) = 0.0;
      }
    }
    return now;
  }

  /// How long the rates hold if nothing changes from outside.
  [[nodiscard]] double lasts(FluidPath::Piece const& now) const {
    double least = std::numeric_limits<double>::infinity();
    for (Index i = 0; i < n_; ++i) {
      if (now.growth(i) < 0.0 && backlog_(i) > tiny)
        least = std::min(least, backlog_(i) / -now.growth(i));
      if (now.growth(i) > 0.0 && station(i).buffer)
        least = std::min(least, (*station(i).buffer - backlog_(i)) / now.growth(i));
    }
    return least;
  }

  void advance(FluidPath::Piece const& now, double time) {
    backlog_ += time * now.growth;
    for (Index i = 0; i < n_; ++i) {
      if (backlog_(i) <= tiny) backlog_(i) = 0.0;
      if (station(i).buffer) backlog_(i) = std::min(backlog_(i), *station(i).buffer);
    }
  }

  /// What comes again to each, 1/s.
  void set_again(VectorXd rates) { again_ = std::move(rates); }

  [[nodiscard]] FluidStation const& station(Index i) const {
    return stations_[static_cast<std::size_t>(i)];
  }

 private:
  FluidNetwork const& network_;
  std::vector<FluidStation> stations_;
  Index n_;
  VectorXd backlog_, again_;
};

/// What is to come again, by retry and by short times in each of which its rate is constant.
class Again {
 public:
  Again(FluidNetwork const& network, double end) : network_(network), length_(end / cells) {
    for (auto const& each : network.retries)
      due_.emplace_back(each.pauses.size(), std::vector<double>(cells + 1, 0.0));
  }

  [[nodiscard]] double until(double time, double end) const {
    return network_.retries.empty() ? end : std::min(end, length_ * (cell_at(time) + 1.0));
  }

  [[nodiscard]] VectorXd rates(Flow const& flow, double time) const {
    VectorXd sum = VectorXd::Zero(static_cast<Index>(network_.stations.size()));
    for (std::size_t r = 0; r < due_.size(); ++r) {
      double all = 0.0;
      for (std::size_t n = 0; n < due_[r].size(); ++n) all += rate(r, n, time);
      sum(station_of(r)) += std::min(all, most(r, flow));
    }
    return sum;
  }

  /// Who fails in a piece comes again.
  void note(Flow const& flow, FluidPath::Piece const& piece, double length) {
    for (std::size_t r = 0; r < due_.size(); ++r) {
      double again = 0.0;
      for (std::size_t n = 0; n < due_[r].size(); ++n) again += rate(r, n, piece.time);
      double const granted = again > 0.0 ? std::min(1.0, most(r, flow) / again) : 1.0;
      FluidRetries const& retries = network_.retries[r];
      double coming = retries.share * flow.station(station_of(r)).inflow;
      for (std::size_t n = 0; n < due_[r].size(); ++n) {
        note_failures(flow, piece, r, n, coming * length);
        coming = granted * rate(r, n, piece.time);
      }
    }
  }

 private:
  static constexpr int cells = 2000;

  [[nodiscard]] double cell_at(double time) const {
    return std::clamp(std::floor(time / length_ + 1e-9), 0.0, static_cast<double>(cells));
  }
  [[nodiscard]] Index station_of(std::size_t r) const {
    return static_cast<Index>(network_.retries[r].station);
  }
  [[nodiscard]] double rate(std::size_t r, std::size_t n, double time) const {
    return due_[r][n][static_cast<std::size_t>(cell_at(time))] / length_;
  }
  [[nodiscard]] double most(std::size_t r, Flow const& flow) const {
    auto const& retries = network_.retries[r];
    if (!retries.budget) return std::numeric_limits<double>::infinity();
    return *retries.budget * retries.share * flow.station(station_of(r)).inflow;
  }

  void note_failures(Flow const& flow, FluidPath::Piece const& piece, std::size_t r, std::size_t n,
                     double amount) {
    FluidRetries const& retries = network_.retries[r];
    auto const& station = flow.station(station_of(r));
    Index const i = station_of(r);
    double const inflow = piece.outflow(i) + piece.growth(i) + piece.lost(i);
    double const refused = inflow > 0.0 ? piece.lost(i) / inflow : 0.0;
    double const left = retries.timeout - retries.response;  // To wait in line.
    bool const late = retries.timeout > 0.0 && piece.backlog(i) > left * station.capacity;
    double const let_in = amount * (1.0 - refused);
    if (retries.on_rejected) add(r, n, piece.time, 0.0, amount * refused);
    if (late && retries.on_timeout) add(r, n, piece.time, retries.timeout, let_in);
    if (!late && retries.on_error) add(r, n, piece.time, 0.0, let_in * station.failing);
  }

  /// Not before the next cell, since the rate in this one is known.
  void add(std::size_t r, std::size_t n, double time, double later, double amount) {
    double const due = time + later + network_.retries[r].pauses[n];
    double const cell = std::max(cell_at(time) + 1.0, std::floor(due / length_));
    if (cell < cells) due_[r][n][static_cast<std::size_t>(cell)] += amount;
  }

  FluidNetwork const& network_;
  double length_;                                      // s, of a cell
  std::vector<std::vector<std::vector<double>>> due_;  // (retries, number of the retry, cells)
};

}  // namespace

Answer<FluidPath> fluid_path(FluidNetwork const& network, double end) {
  auto const needs = requirements_of(network, end);
  if (needs.broken()) return needs.failure();
  auto changes = network.changes;
  std::stable_sort(changes.begin(), changes.end(),
                   [](auto const& a, auto const& b) { return a.time < b.time; });
  Flow flow(network);
  Again again(network, end);
  std::vector<FluidPath::Piece> pieces;
  auto next = changes.begin();
  constexpr std::size_t most_pieces = 100'000;
  for (double time = 0.0; time < end;) {
    for (; next != changes.end() && next->time <= time; ++next) flow.apply(*next);
    if (!network.retries.empty()) flow.set_again(again.rates(flow, time));
    pieces.push_back(flow.piece(time));
    if (pieces.size() > most_pieces) return Unsolvable{"the rates change too often to be followed"};
    double until = next == changes.end() ? end : std::min(end, next->time);
    until = std::min(until, again.until(time, end));
    until = std::min(until, time + std::max(flow.lasts(pieces.back()), 1e-12 * end));
    again.note(flow, pieces.back(), until - time);
    flow.advance(pieces.back(), until - time);
    time = until;
  }
  return FluidPath(std::move(pieces), end);
}

FluidPath::Piece const& FluidPath::piece_at(double time) const {
  auto const after = std::upper_bound(pieces_.begin(), pieces_.end(), time,
                                      [](double t, Piece const& piece) { return t < piece.time; });
  return after == pieces_.begin() ? pieces_.front() : *(after - 1);
}

double FluidPath::backlog(std::size_t station, double time) const {
  Piece const& piece = piece_at(time);
  auto const i = static_cast<Index>(station);
  return std::max(0.0, piece.backlog(i) + (time - piece.time) * piece.growth(i));
}

double FluidPath::left_at(std::size_t piece, std::size_t station) const {
  Piece const& last = pieces_[piece];
  auto const i = static_cast<Index>(station);
  return std::max(0.0, last.backlog(i) + (end_of(piece) - last.time) * last.growth(i));
}

double FluidPath::outflow(std::size_t station, double time) const {
  return piece_at(time).outflow(static_cast<Index>(station));
}

FluidPath::Peak FluidPath::peak(std::size_t station, double from) const {
  Peak highest{from, backlog(station, from)};
  auto const consider = [&](double time) {
    double const here = backlog(station, time);
    if (time >= from && here > highest.backlog + tiny) highest = {time, here};
  };
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    consider(pieces_[i].time);
    // What is thrown away at the end of a piece was there just before.
    if (double const left = left_at(i, station); end_of(i) >= from && left > highest.backlog + tiny)
      highest = {end_of(i), left};
  }
  return highest;
}

std::optional<double> FluidPath::empty_from(std::size_t station, double from) const {
  if (backlog(station, from) <= tiny) return from;
  for (auto const& piece : pieces_)
    if (piece.time >= from && piece.backlog(static_cast<Index>(station)) <= tiny) return piece.time;
  if (backlog(station, end_) <= 1e-6) return end_;
  return std::nullopt;
}

double FluidPath::lost(std::size_t station, double from, double to) const {
  double sum = 0.0;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    double const begin = std::max(from, pieces_[i].time), stop = std::min(to, end_of(i));
    if (stop > begin) sum += pieces_[i].lost(static_cast<Index>(station)) * (stop - begin);
    if (i + 1 == pieces_.size() || end_of(i) <= from || end_of(i) > to) continue;
    double const thrown = left_at(i, station) - pieces_[i + 1].backlog(static_cast<Index>(station));
    if (thrown > 1e-6) sum += thrown;
  }
  return sum;
}

}  // namespace sojourn::theory
