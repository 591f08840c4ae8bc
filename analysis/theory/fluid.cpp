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
  return needs;
}

class Flow {
 public:
  explicit Flow(FluidNetwork const& network)
      : network_(network),
        stations_(network.stations),
        n_(static_cast<Index>(stations_.size())),
        backlog_(n_) {
    for (Index i = 0; i < n_; ++i) backlog_(i) = station(i).backlog;
  }

  void apply(FluidChange const& change) {
    auto& station = stations_[change.station];
    if (change.inflow) station.inflow = *change.inflow;
    if (change.capacity) station.capacity = *change.capacity;
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
      for (Index i = 0; i < n_; ++i) next(i) += station(i).inflow;
      for (Index i = 0; i < n_; ++i)
        now.outflow(i) =
            backlog_(i) > tiny ? station(i).capacity : std::min(next(i), station(i).capacity);
      double const change = (next - inflow).cwiseAbs().maxCoeff();
      inflow = next;
      if (round > 0 && change <= 1e-13 * (1.0 + inflow.maxCoeff())) break;
    }
    for (Index i = 0; i < n_; ++i) {
      now.growth(i) = inflow(i) - now.outflow(i);
      bool const full = station(i).buffer && backlog_(i) >= *station(i).buffer - tiny;
      if (full && now.growth(i) > 0.0) std::swap(now.lost(i), now.growth(i));
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

 private:
  [[nodiscard]] FluidStation const& station(Index i) const {
    return stations_[static_cast<std::size_t>(i)];
  }

  FluidNetwork const& network_;
  std::vector<FluidStation> stations_;
  Index n_;
  VectorXd backlog_;
};

}  // namespace

Answer<FluidPath> fluid_path(FluidNetwork const& network, double end) {
  auto const needs = requirements_of(network, end);
  if (needs.broken()) return needs.failure();
  auto changes = network.changes;
  std::stable_sort(changes.begin(), changes.end(),
                   [](auto const& a, auto const& b) { return a.time < b.time; });
  Flow flow(network);
  std::vector<FluidPath::Piece> pieces;
  auto next = changes.begin();
  constexpr std::size_t most_pieces = 100'000;
  for (double time = 0.0; time < end;) {
    for (; next != changes.end() && next->time <= time; ++next) flow.apply(*next);
    pieces.push_back(flow.piece(time));
    if (pieces.size() > most_pieces) return Unsolvable{"the rates change too often to be followed"};
    double until = next == changes.end() ? end : std::min(end, next->time);
    until = std::min(until, time + std::max(flow.lasts(pieces.back()), 1e-12 * end));
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

double FluidPath::outflow(std::size_t station, double time) const {
  return piece_at(time).outflow(static_cast<Index>(station));
}

FluidPath::Peak FluidPath::peak(std::size_t station, double from) const {
  Peak highest{from, backlog(station, from)};
  auto const consider = [&](double time) {
    double const here = backlog(station, time);
    if (time >= from && here > highest.backlog + tiny) highest = {time, here};
  };
  for (auto const& piece : pieces_) consider(piece.time);
  consider(end_);
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
  }
  return sum;
}

}  // namespace sojourn::theory
