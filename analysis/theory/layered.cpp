#include "analysis/theory/layered.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sojourn::theory {
namespace {

/// One kind of customer of a queue: the threads of one task, or what comes from outside.
struct Chain {
  double customers = 0.0;  ///< Infinite: without a limit.
  double rate = 0.0;       ///< Visits, 1/s.
  double awaited = 0.0;    ///< Mean time of service that is waited for, s.
  double beyond = 0.0;     ///< Service after the reply, s.
  double wait = 0.0;       ///< s, as known so far.

  [[nodiscard]] double service() const { return awaited + beyond; }
};

/// How long one of chain `own` waits in a queue with `servers`, from what is there on average.
class QueueSeen {
 public:
  QueueSeen(std::vector<Chain> const& chains, double servers)
      : chains_(chains), servers_(servers) {}

  /// First come first served.
  [[nodiscard]] double wait(std::size_t own) const {
    if (nobody_waits()) return 0.0;
    double queued = 0.0, in_service = 0.0, busy = 0.0;
    for (std::size_t j = 0; j < chains_.size(); ++j) {
      Chain const& chain = chains_[j];
      double const others = share(j, own);
      queued += others * chain.rate * chain.wait * chain.service();
      in_service +=
          others * chain.rate * (chain.awaited * chain.service() + chain.beyond * chain.beyond);
      busy += others * chain.rate * chain.service();
    }
    double const own_tail = overtaking(chains_[own]);
    if (servers_ <= 1.0) return queued + in_service + own_tail;
    double const full = std::min(1.0, busy / servers_);
    double const all_busy = std::pow(full, std::sqrt(2.0 * (servers_ + 1.0)) - 1.0);
    double const residual = busy > 0.0 ? in_service / busy : 0.0;
    return (queued + all_busy * residual) / servers_;
  }

  /// All share: how much longer the own service takes.
  [[nodiscard]] double stretch(std::size_t own) const {
    if (nobody_waits()) return 0.0;
    double seen = 0.0;
    for (std::size_t j = 0; j < chains_.size(); ++j)
      seen += share(j, own) * chains_[j].rate * (chains_[j].service() + chains_[j].wait);
    double const slowed = servers_ <= 1.0 ? seen : std::max(0.0, seen + 1.0 - servers_) / servers_;
    return chains_[own].service() * slowed;
  }

 private:
  [[nodiscard]] bool nobody_waits() const {
    if (servers_ <= 0.0) return true;
    double customers = 0.0, after_reply = 0.0;
    for (Chain const& chain : chains_) {
      customers += chain.customers;
      after_reply += chain.beyond;
    }
    return customers <= servers_ && after_reply <= 0.0;
  }

  /// An arrival sees the others of its own kind, and all of other kinds.
  [[nodiscard]] double share(std::size_t j, std::size_t own) const {
    double const customers = chains_[j].customers;
    return j == own && std::isfinite(customers) ? (customers - 1.0) / customers : 1.0;
  }

  /// What is left to do for one's own last request, if one is back before it is done.
  [[nodiscard]] static double overtaking(Chain const& own) {
    if (own.beyond <= 0.0 || !std::isfinite(own.customers)) return 0.0;
    double const round = own.customers / own.rate;
    double const away = std::max(0.0, round - own.wait - own.awaited);
    return own.beyond / (own.beyond + away) * own.beyond;
  }

  std::vector<Chain> const& chains_;
  double servers_;
};

double calls_of(LayeredEntry::Phase const& phase) {
  double sum = 0.0;
  for (auto const& call : phase.calls) sum += call.times;
  return sum;
}

/// Pieces of work on the processor.
double slices_of(LayeredEntry::Phase const& phase) {
  return phase.demand > 0.0 ? 1.0 + calls_of(phase) : 0.0;
}

Requirements requirements_of(LayeredNetwork const& network) {
  Requirements needs;
  needs.that(!network.tasks.empty(), "there is no task");
  for (auto const& task : network.tasks)
    needs.that(task.processor < network.processors.size(), task.name + " runs on no processor")
        .that(!task.reference || task.threads > 0, task.name + " has no users")
        .not_negative("the think time of " + task.name, task.think_time);
  for (auto const& entry : network.entries) {
    needs.that(entry.task < network.tasks.size(), entry.name + " is of no task")
        .that(!entry.phases.empty(), entry.name + " does nothing")
        .not_negative("arrivals at " + entry.name, entry.open_rate);
    for (auto const& phase : entry.phases) {
      needs.not_negative("a demand of " + entry.name, phase.demand)
          .not_negative("a delay of " + entry.name, phase.delay);
      for (auto const& call : phase.calls)
        needs.not_negative("the calls of " + entry.name, call.times)
            .that(call.entry < network.entries.size(), entry.name + " calls nobody");
    }
  }
  return needs;
}

class Layers {
 public:
  explicit Layers(LayeredNetwork const& network)
      : network_(network),
        rate_(network.entries.size(), 0.0),
        response_(network.entries.size(), 0.0),
        holding_(network.entries.size(), 0.0),
        waits_(tasks() + 1, std::vector<double>(tasks(), 0.0)),
        slice_wait_(tasks(), 0.0) {
    set_customers();
  }

  Answer<LayeredSolution> solve() {
    constexpr int most_rounds = 50'000;
    for (int round = 0; round < most_rounds; ++round) {
      if (!set_times()) return Unsolvable{"calls go round in a circle that holds its own threads"};
      set_rates();
      double const change = std::max(wait_for_processors(), wait_for_threads());
      if (!std::isfinite(change)) break;
      if (round > 10 && change < 1e-9) return solution();
    }
    return Unsolvable{"its waits grow without end"};
  }

 private:
  [[nodiscard]] std::size_t tasks() const { return network_.tasks.size(); }
  [[nodiscard]] std::size_t outside() const { return tasks(); }
  [[nodiscard]] LayeredTask const& task_of(std::size_t entry) const {
    return network_.tasks[network_.entries[entry].task];
  }

  /// How long phases take, from those called upwards. False where calls go in a circle.
  bool set_times() {
    std::vector<int> state(network_.entries.size(), 0);
    for (std::size_t e = 0; e < network_.entries.size(); ++e)
      if (!set_time(e, state)) return false;
    return true;
  }

  bool set_time(std::size_t e, std::vector<int>& state) {
    if (state[e] != 0) return state[e] == 2;
    state[e] = 1;
    LayeredEntry const& entry = network_.entries[e];
    holding_[e] = 0.0;
    for (std::size_t p = 0; p < entry.phases.size(); ++p) {
      auto const& phase = entry.phases[p];
      holding_[e] += phase.demand + phase.delay + slices_of(phase) * slice_wait_[entry.task];
      for (auto const& call : phase.calls) {
        if (!set_time(call.entry, state)) return false;
        holding_[e] += call.times * (waits_[entry.task][network_.entries[call.entry].task] +
                                     response_[call.entry]);
      }
      if (p == 0) response_[e] = holding_[e];
    }
    state[e] = 2;
    return true;
  }

  void set_rates() {
    std::vector<double> incoming(rate_.size(), 0.0);
    std::vector<bool> begun(tasks(), false);
    for (std::size_t e = 0; e < rate_.size(); ++e) {
      LayeredTask const& task = task_of(e);
      incoming[e] = network_.entries[e].open_rate;
      if (!task.reference || begun[network_.entries[e].task]) continue;
      begun[network_.entries[e].task] = true;
      double const round = task.think_time + holding_[e];
      incoming[e] = static_cast<double>(task.threads) / std::max(round, 1e-12);
    }
    rate_ = incoming;
    // Calls have no circle: so many rounds reach the lowest layer.
    for (std::size_t round = 0; round < tasks(); ++round) {
      auto next = incoming;
      for (std::size_t e = 0; e < rate_.size(); ++e)
        for (auto const& phase : network_.entries[e].phases)
          for (auto const& call : phase.calls) next[call.entry] += rate_[e] * call.times;
      if (next == rate_) break;
      rate_ = std::move(next);
    }
  }

  /// At most so many of a task's threads are in use: as many as there are, and as many as there are
  /// customers who call it.
  void set_customers() {
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < tasks(); ++t) {
      auto const threads = network_.tasks[t].threads;
      customers_.push_back(threads > 0 ? static_cast<double>(threads) : no_limit);
    }
    for (std::size_t round = 0; round < tasks(); ++round)
      for (std::size_t t = 0; t < tasks(); ++t)
        if (!network_.tasks[t].reference) customers_[t] = std::min(customers_[t], callers(t));
  }

  [[nodiscard]] double callers(std::size_t server) const {
    std::vector<bool> calls(tasks(), false);
    for (auto const& entry : network_.entries) {
      if (entry.task == server && entry.open_rate > 0.0)
        return std::numeric_limits<double>::infinity();
      for (auto const& phase : entry.phases)
        for (auto const& call : phase.calls)
          if (network_.entries[call.entry].task == server) calls[entry.task] = true;
    }
    double sum = 0.0;
    for (std::size_t t = 0; t < tasks(); ++t)
      if (calls[t]) sum += customers_[t];
    return sum;
  }

  /// The share of the work of `callee`, before its replies, that it does for `caller`.
  [[nodiscard]] double work_for(std::size_t caller, std::size_t callee) const {
    double all = 0.0, own = 0.0;
    for (std::size_t e = 0; e < rate_.size(); ++e) {
      if (network_.entries[e].task == callee)
        for (auto const& phase : network_.entries[e].phases) all += rate_[e] * phase.demand;
      if (network_.entries[e].task != caller) continue;
      for (auto const& phase : network_.entries[e].phases)
        for (auto const& call : phase.calls)
          if (network_.entries[call.entry].task == callee)
            own += rate_[e] * call.times * network_.entries[call.entry].phases.front().demand;
    }
    return all > 0.0 ? std::min(1.0, own / all) : 0.0;
  }

  /// How much of `other` one sees on the processor that both run on: not what it does for one
  /// thread that is here, nor the thread that waits for one.
  [[nodiscard]] double met(std::size_t own, std::size_t other) const {
    return (1.0 - work_for(own, other) / customers_[own]) *
           (1.0 - work_for(other, own) / customers_[other]);
  }

  /// Moves `value` half of the way, and says how far it had to go.
  static double approach(double& value, double target) {
    double const change = std::abs(target - value) / (1e-12 + std::abs(target) + std::abs(value));
    value += 0.3 * (target - value);
    return change;
  }

  double wait_for_processors() {
    double change = 0.0;
    for (std::size_t p = 0; p < network_.processors.size(); ++p) {
      std::vector<Chain> chains;
      std::vector<std::size_t> owners;
      for (std::size_t t = 0; t < tasks(); ++t) {
        if (network_.tasks[t].processor != p) continue;
        Chain chain{customers_[t], 0.0, 0.0, 0.0, slice_wait_[t]};
        double work = 0.0;
        for (std::size_t e = 0; e < rate_.size(); ++e) {
          if (network_.entries[e].task != t) continue;
          for (auto const& phase : network_.entries[e].phases) {
            chain.rate += rate_[e] * slices_of(phase);
            work += rate_[e] * phase.demand;
          }
        }
        if (chain.rate > 0.0) chain.awaited = work / chain.rate;
        chains.push_back(chain);
        owners.push_back(t);
      }
      auto const& processor = network_.processors[p];
      for (std::size_t i = 0; i < chains.size(); ++i) {
        if (chains[i].rate <= 0.0) continue;
        auto others = chains;
        for (std::size_t j = 0; j < chains.size(); ++j)
          if (j != i) others[j].rate *= met(owners[i], owners[j]);
        QueueSeen const seen(others, static_cast<double>(processor.cores));
        change = std::max(change, approach(slice_wait_[owners[i]],
                                           processor.sharing ? seen.stretch(i) : seen.wait(i)));
      }
    }
    return change;
  }

  /// Who calls `server`: one chain for each task, and at the end what comes from outside.
  [[nodiscard]] std::vector<Chain> callers_of(std::size_t server) const {
    std::vector<Chain> chains(tasks() + 1);
    auto const add = [&](std::size_t from, std::size_t entry, double rate) {
      if (network_.entries[entry].task != server || rate <= 0.0) return;
      chains[from].rate += rate;
      chains[from].awaited += rate * response_[entry];
      chains[from].beyond += rate * (holding_[entry] - response_[entry]);
    };
    for (std::size_t e = 0; e < rate_.size(); ++e) {
      add(outside(), e, network_.entries[e].open_rate);
      for (auto const& phase : network_.entries[e].phases)
        for (auto const& call : phase.calls)
          add(network_.entries[e].task, call.entry, rate_[e] * call.times);
    }
    for (std::size_t c = 0; c < chains.size(); ++c) {
      Chain& chain = chains[c];
      if (chain.rate > 0.0) {
        chain.awaited /= chain.rate;
        chain.beyond /= chain.rate;
      }
      chain.customers = c < tasks() ? customers_[c] : std::numeric_limits<double>::infinity();
      chain.wait = waits_[c][server];
    }
    return chains;
  }

  double wait_for_threads() {
    double change = 0.0;
    for (std::size_t server = 0; server < tasks(); ++server) {
      LayeredTask const& task = network_.tasks[server];
      if (task.reference || task.threads == 0) continue;
      auto all = callers_of(server);
      std::vector<Chain> chains;
      std::vector<std::size_t> from;
      for (std::size_t c = 0; c < all.size(); ++c) {
        if (all[c].rate <= 0.0) continue;
        chains.push_back(all[c]);
        from.push_back(c);
      }
      QueueSeen const seen(chains, static_cast<double>(task.threads));
      for (std::size_t i = 0; i < chains.size(); ++i)
        change = std::max(change, approach(waits_[from[i]][server], seen.wait(i)));
    }
    return change;
  }

  [[nodiscard]] LayeredSolution solution() const {
    LayeredSolution result;
    result.throughput = rate_;
    result.response = response_;
    result.holding = holding_;
    result.processor_utilisation.assign(network_.processors.size(), 0.0);
    for (std::size_t t = 0; t < tasks(); ++t) {
      double busy = 0.0, work = 0.0, waited = 0.0, calls = 0.0;
      for (std::size_t e = 0; e < rate_.size(); ++e) {
        if (network_.entries[e].task != t) continue;
        busy += rate_[e] * holding_[e];
        for (auto const& phase : network_.entries[e].phases) work += rate_[e] * phase.demand;
      }
      for (auto const& chain : callers_of(t)) {
        waited += chain.rate * chain.wait;
        calls += chain.rate;
      }
      result.wait.push_back(calls > 0.0 ? waited / calls : 0.0);
      result.thread_utilisation.push_back(
          busy / static_cast<double>(std::max<std::int64_t>(1, network_.tasks[t].threads)));
      auto const p = network_.tasks[t].processor;
      result.processor_utilisation[p] +=
          work / static_cast<double>(std::max<std::int64_t>(1, network_.processors[p].cores));
    }
    return result;
  }

  LayeredNetwork const& network_;
  std::vector<double> rate_, response_, holding_;  // (entries)
  std::vector<std::vector<double>> waits_;         // (callers and outside, tasks)
  std::vector<double> slice_wait_;                 // (tasks)
  std::vector<double> customers_;                  // (tasks)
};

}  // namespace

Answer<LayeredSolution> layered_mean_value_analysis(LayeredNetwork const& network) {
  auto const needs = requirements_of(network);
  if (needs.broken()) return needs.failure();
  return Layers(network).solve();
}

}  // namespace sojourn::theory
