#include "analysis/theory/qbd.h"

#include <algorithm>
#include <map>

#include "analysis/theory/markov_chain.h"

namespace sojourn::theory {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

namespace {

MatrixXd identity(Index size) { return MatrixXd::Identity(size, size); }

MatrixXd kronecker(MatrixXd const& a, MatrixXd const& b) {
  MatrixXd product(a.rows() * b.rows(), a.cols() * b.cols());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < a.cols(); ++j)
      product.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  return product;
}

/// Mean drift upwards over that downwards, in the steady state of the phases.
Answer<double> load_of(QbdBlocks const& blocks) {
  auto const phases = steady_state(blocks.up + blocks.local + blocks.down);
  if (!phases) return phases.failure();
  return (*phases * blocks.up).sum() / (*phases * blocks.down).sum();
}

/// In which phases of their service so many customers are.
class Occupancies {
 public:
  Occupancies(Index phases, int customers) {
    std::vector<int> occupancy(static_cast<std::size_t>(phases), 0);
    spread(occupancy, 0, customers);
  }

  [[nodiscard]] Index size() const { return static_cast<Index>(all_.size()); }
  [[nodiscard]] std::vector<int> const& at(Index index) const {
    return all_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] Index find(std::vector<int> const& occupancy) const { return index_.at(occupancy); }

 private:
  void spread(std::vector<int>& occupancy, std::size_t phase, int rest) {
    if (phase + 1 == occupancy.size()) {
      occupancy[phase] = rest;
      index_.emplace(occupancy, size());
      all_.push_back(occupancy);
      return;
    }
    for (int here = 0; here <= rest; ++here) {
      occupancy[phase] = here;
      spread(occupancy, phase + 1, rest - here);
    }
    occupancy[phase] = 0;
  }

  std::vector<std::vector<int>> all_;
  std::map<std::vector<int>, Index> index_;
};

/// The service of up to c customers at once: rates within k of them, to one less, and to one more.
class Crew {
 public:
  Crew(PhaseType const& service, int servers) : service_(service), exits_(service.exits()) {
    for (int k = 0; k <= servers; ++k) occupied_.emplace_back(service.size(), k);
  }

  [[nodiscard]] MatrixXd within(int k) const {
    auto const& states = occupied(k);
    MatrixXd rates = MatrixXd::Zero(states.size(), states.size());
    for (Index s = 0; s < states.size(); ++s)
      for (Index i = 0; i < service_.size(); ++i)
        for (Index j = 0; j < service_.size(); ++j) {
          auto to = states.at(s);
          int const here = to[static_cast<std::size_t>(i)];
          if (here == 0) continue;
          --to[static_cast<std::size_t>(i)];
          ++to[static_cast<std::size_t>(j)];
          rates(s, states.find(to)) += here * service_.phases(i, j);
        }
    return rates;
  }

  [[nodiscard]] MatrixXd completion(int k) const {
    auto const &from = occupied(k), &fewer = occupied(k - 1);
    MatrixXd rates = MatrixXd::Zero(from.size(), fewer.size());
    for (Index s = 0; s < from.size(); ++s)
      for (Index i = 0; i < service_.size(); ++i) {
        auto to = from.at(s);
        int const here = to[static_cast<std::size_t>(i)]--;
        if (here > 0) rates(s, fewer.find(to)) += here * exits_(i);
      }
    return rates;
  }

  [[nodiscard]] MatrixXd begin(int k) const {
    auto const &from = occupied(k), &more = occupied(k + 1);
    MatrixXd chances = MatrixXd::Zero(from.size(), more.size());
    for (Index s = 0; s < from.size(); ++s)
      for (Index i = 0; i < service_.size(); ++i) {
        auto to = from.at(s);
        ++to[static_cast<std::size_t>(i)];
        chances(s, more.find(to)) += service_.start(i);
      }
    return chances;
  }

 private:
  [[nodiscard]] Occupancies const& occupied(int k) const {
    return occupied_[static_cast<std::size_t>(k)];
  }

  PhaseType const& service_;
  VectorXd exits_;
  std::vector<Occupancies> occupied_;
};

}  // namespace

Answer<MatrixXd> rate_matrix(QbdBlocks const& blocks) {
  auto const load = load_of(blocks);
  if (!load) return load.failure();
  Requirements needs;
  if (needs.stable(*load).broken()) return needs.failure();

  Index const m = blocks.local.rows();
  auto const inverse = (-blocks.local).partialPivLu();
  MatrixXd high = inverse.solve(blocks.up), low = inverse.solve(blocks.down);
  MatrixXd first_passage = low, above = high;
  for (int round = 0; round < 64; ++round) {
    auto const once = (identity(m) - high * low - low * high).partialPivLu();
    high = once.solve(high * high).eval();
    low = once.solve(low * low).eval();
    first_passage += above * low;
    above = (above * high).eval();
    if ((VectorXd::Ones(m) - first_passage.rowwise().sum()).cwiseAbs().maxCoeff() < 1e-14) break;
  }
  MatrixXd const inner = -(blocks.local + blocks.up * first_passage);
  return MatrixXd(inner.transpose().partialPivLu().solve(blocks.up.transpose()).transpose());
}

MarkovArrivals MarkovArrivals::poisson(double rate) {
  return {MatrixXd::Constant(1, 1, -rate), MatrixXd::Constant(1, 1, rate)};
}

MarkovArrivals MarkovArrivals::renewal(PhaseType const& interarrival) {
  return {interarrival.phases, interarrival.exits() * interarrival.start};
}

MarkovArrivals MarkovArrivals::two_rates(double first_rate, double first_stay, double second_rate,
                                         double second_stay) {
  MarkovArrivals stream{MatrixXd(2, 2), MatrixXd::Zero(2, 2)};
  stream.marked(0, 0) = first_rate;
  stream.marked(1, 1) = second_rate;
  stream.quiet << -first_rate - 1.0 / first_stay, 1.0 / first_stay, 1.0 / second_stay,
      -second_rate - 1.0 / second_stay;
  return stream;
}

Answer<double> MarkovArrivals::rate() const {
  auto const phases = steady_state(quiet + marked);
  if (!phases) return phases.failure();
  return (*phases * marked).sum();
}

Answer<StationFigures> map_ph_c(MarkovArrivals const& arrivals, PhaseType const& service,
                                int servers) {
  Requirements needs;
  needs.at_least("the number of servers", servers, 1);
  auto const rate = arrivals.rate();
  if (!rate) return rate.failure();
  needs.positive("the arrival rate", *rate).positive("the mean service time", service.mean());
  if (needs.broken()) return needs.failure();
  double const ways = [&] {
    double product = 1.0;
    for (Index i = 1; i < service.size(); ++i)
      product *= static_cast<double>(servers + i) / static_cast<double>(i);
    return product * static_cast<double>(arrivals.quiet.rows());
  }();
  if (ways > 600.0) return Unsolvable{"it has too many phases to solve"};
  Crew const crew(service, servers);
  MatrixXd const& quiet = arrivals.quiet;
  MatrixXd const same = identity(quiet.rows());
  auto const up = [&](int n) { return kronecker(arrivals.marked, crew.begin(n)); };
  auto const down = [&](int n) { return kronecker(same, crew.completion(n)); };
  auto const local = [&](int n) {
    MatrixXd const within = crew.within(n);
    return MatrixXd(kronecker(quiet, identity(within.rows())) + kronecker(same, within));
  };
  MatrixXd const full = local(servers);
  Index const spread = full.rows() / quiet.rows();
  QbdBlocks const blocks{kronecker(arrivals.marked, identity(spread)), full,
                         kronecker(same, crew.completion(servers) * crew.begin(servers - 1))};
  auto const repeating = rate_matrix(blocks);
  if (!repeating) return repeating.failure();

  // x[n] = x[n-1] R[n] for every level; R[n] by reduction from above.
  std::vector<MatrixXd> ratios(static_cast<std::size_t>(servers) + 1);
  MatrixXd above = *repeating * blocks.down;
  for (int n = servers; n >= 1; --n) {
    MatrixXd const inner = -(local(n) + above);
    MatrixXd const ratio =
        inner.transpose().partialPivLu().solve(up(n - 1).transpose()).transpose();
    above = ratio * down(n);
    ratios[static_cast<std::size_t>(n)] = ratio;
  }
  auto const first = steady_state(local(0) + above);
  if (!first) return first.failure();
  RowVectorXd level = *first;
  double total = 0.0, present = 0.0, busy = 0.0;
  for (int n = 0; n < servers; ++n) {
    if (n > 0) level = (level * ratios[static_cast<std::size_t>(n)]).eval();
    total += level.sum();
    present += n * level.sum();
    busy += n * level.sum();
  }
  level = (level * ratios.back()).eval();
  MatrixXd const rest = (identity(level.size()) - *repeating).inverse();
  RowVectorXd const beyond = level * rest;  // All levels from c on.
  double const queue = (beyond * *repeating * rest).sum();
  total += beyond.sum();
  busy += servers * beyond.sum();
  present += servers * beyond.sum() + queue;
  StationFigures figures;
  figures.throughput = *rate;
  figures.utilisation = busy / total / servers;
  figures.mean_in_system = present / total;
  figures.mean_queue = queue / total;
  figures.mean_wait = figures.mean_queue / *rate;
  figures.mean_sojourn = figures.mean_in_system / *rate;
  VectorXd const marks = arrivals.marked.rowwise().sum();
  for (Index a = 0; a < marks.size(); ++a)
    figures.probability_wait += beyond.segment(a * spread, spread).sum() * marks(a);
  figures.probability_wait /= total * *rate;
  return figures;
}

}  // namespace sojourn::theory
