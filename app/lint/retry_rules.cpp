#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "app/config/quantity.h"
#include "app/lint/arrival_rate.h"
#include "app/lint/rules.h"

namespace sojourn {
namespace {

constexpr double no_bound = std::numeric_limits<double>::infinity();

/// Attempts for each call in the long run, when all of them fail.
double most_attempts(CallOptions const& options) {
  if (options.retry && options.retry->budget) return 1.0 + *options.retry->budget;
  Limit const tries = attempts(options);
  return tries == unlimited ? no_bound : static_cast<double>(tries);
}

bool retries(CallOptions const& options) { return attempts(options) > 1; }

bool retries_unbounded(CallOptions const& options) {
  return retries(options) && !options.retry->budget && !options.breaker;
}

Edges call_edges(Design const& design) {
  Edges edges(design.graph.operations());
  for (CallPoint const& site : design.calls)
    if (site.workload == nullptr) edges[site.operation].push_back(site.target);
  return edges;
}

/// The chain of calls below an operation for which something is greatest.
struct Chain {
  double amount = 0.0;
  CallPoint const* first = nullptr;  ///< The first of its calls that counts.
};

/// For each operation the best of the chains that begin with one of its calls. `extend(site,
/// below)` is what a call makes of the amount below it.
template <class Extend>
std::vector<Chain> best_chains(Design const& design, double amount_at_end, Extend const& extend) {
  std::vector<Chain> chains(design.graph.operations(), {amount_at_end, nullptr});
  for (std::size_t const operation : post_order(call_edges(design)))
    for (CallPoint const* site : design.calls_of(operation)) {
      double const below = chains[site->target].amount;
      double const amount = extend(*site, below);
      if (amount <= chains[operation].amount) continue;
      chains[operation] = {amount, amount > below ? site : chains[site->target].first};
    }
  return chains;
}

/// "api.get of db.read (4 attempts)" for each call of the chain that retries.
std::string in_words(CallPoint const& outermost, std::vector<Chain> const& chains,
                     Design const& design) {
  constexpr int most_named = 10;
  std::string text;
  CallPoint const* site = &outermost;
  for (int named = 0; site != nullptr && named < most_named; ++named) {
    Limit const tries = attempts(*site->options);
    text += fmt::format("{}{} asks {} {} times", text.empty() ? "" : ", ", site->caller,
                        design.graph.name(site->target),
                        tries == unlimited ? "unlimited" : std::to_string(tries));
    site = chains[site->target].first;
  }
  return text;
}

/// Those that no other of the candidates leads to: what is said of the outermost holds below it.
std::vector<CallPoint const*> outermost(std::vector<CallPoint const*> const& candidates,
                                        Design const& design) {
  Edges const edges = call_edges(design);
  std::vector<bool> below(design.graph.operations(), false);
  std::vector<std::size_t> open;
  for (CallPoint const* site : candidates) open.push_back(site->target);
  while (!open.empty()) {
    std::size_t const vertex = open.back();
    open.pop_back();
    if (below[vertex]) continue;
    below[vertex] = true;
    open.insert(open.end(), edges[vertex].begin(), edges[vertex].end());
  }
  std::vector<CallPoint const*> result;
  for (CallPoint const* site : candidates)
    if (site->workload != nullptr || !below[site->operation]) result.push_back(site);
  return result;
}

bool waits_before_retries(Backoff const& backoff) {
  return backoff.each ? backoff.each->mean() > 0.0 : backoff.first > Duration::zero();
}

bool spreads_retries(Backoff const& backoff) {
  return backoff.each ? !backoff.each->is_constant() : backoff.jitter != Backoff::Jitter::none;
}

/// By how much surges and retries may at most multiply what is sent anywhere.
double most_amplification(Design const& design) {
  auto const chains = best_chains(design, 1.0, [](CallPoint const& site, double below) {
    return below * most_attempts(*site.options);
  });
  double factor = 1.0;
  for (CallPoint const& site : design.calls)
    factor = std::max(factor, most_attempts(*site.options) * chains[site.target].amount);
  for (Fault const& fault : design.scenario.faults)
    if (auto const* surge = std::get_if<SurgeFault>(&fault.effect))
      factor *= std::max(1.0, surge->factor);
  return factor;
}

/// (operations) Whether messages lead to it. Then it may work off a backlog, and what it does may
/// be delivered again: how often it runs in the busiest time nobody can tell.
std::vector<bool> led_to_by_messages(Design const& design) {
  StepGraph const& graph = design.graph;
  std::vector<bool> result(graph.size(), false);
  std::vector<std::size_t> found;
  auto const reach = [&](std::size_t vertex) {
    if (!result[vertex]) found.push_back(vertex);
    result[vertex] = true;
  };
  for (std::size_t vertex = graph.operations(); vertex < graph.size(); ++vertex)
    for (Subscriber const& subscriber : graph.channel(vertex).subscribers)
      reach(graph.vertex(subscriber.operation));
  while (!found.empty()) {
    std::size_t const vertex = found.back();
    found.pop_back();
    for_each_step(graph.operation(vertex).steps, true, [&](Step const& step) {
      if (auto const* call = std::get_if<CallStep>(&step.action)) reach(graph.vertex(call->target));
      if (auto const* forward = std::get_if<ForwardStep>(&step.action))
        reach(graph.vertex(forward->target));
    });
  }
  return result;
}

/// First attempts a second that pass one breaker, in the busiest time.
double rate_at_breaker(CallPoint const& site, Design const& design, Traffic const& peak) {
  if (site.workload != nullptr) {
    double share = 0.0;
    for (auto const& target : site.workload->mix)
      if (design.graph.vertex(target.operation) == site.target) share += target.share;
    return peak_rate(*site.workload) * share;
  }
  double times = 0.0;
  for (auto const& visit : peak.means(site.operation).visits)
    if (visit.step == site.step) times = visit.times;
  auto const& caller = design.scenario.services[design.graph.service(site.operation)];
  return times * peak.rate(site.operation) / static_cast<double>(caller.replicas);
}

}  // namespace

void find_nested_retries(Design const& design, Findings& findings) {
  constexpr double most_in_all = 10.0;
  auto const chains = best_chains(design, 1.0, [](CallPoint const& site, double below) {
    return below * most_attempts(*site.options);
  });
  std::vector<CallPoint const*> candidates;
  for (CallPoint const& site : design.calls) {
    double const below = chains[site.target].amount;
    bool const nested = retries(*site.options) && below > 1.0;
    if (nested && below * most_attempts(*site.options) > most_in_all) candidates.push_back(&site);
  }
  for (CallPoint const* site : outermost(candidates, design)) {
    double const product = most_attempts(*site->options) * chains[site->target].amount;
    findings.add(site->place({"retry", "attempts"}),
                 fmt::format("{}: {} attempts for one request when all fail",
                             in_words(*site, chains, design),
                             std::isfinite(product) ? about(product) : "unlimited"));
  }
}

void find_retries_without_backoff(Design const& design, Findings& findings) {
  for (CallPoint const& site : design.calls)
    if (retries(*site.options) && !waits_before_retries(site.options->retry->backoff))
      findings.add(
          site.place({"retry", "backoff"}),
          fmt::format("{} asks {} again at once", site.caller, design.graph.name(site.target)));
}

void find_retries_without_jitter(Design const& design, Findings& findings) {
  for (CallPoint const& site : design.calls) {
    if (!retries(*site.options)) continue;
    Backoff const& backoff = site.options->retry->backoff;
    if (!waits_before_retries(backoff) || spreads_retries(backoff)) continue;
    findings.add(site.place({"retry", "backoff", "jitter"}),
                 fmt::format("those of {} who fail together ask {} again together", site.caller,
                             design.graph.name(site.target)));
  }
}

void find_unprotected_retries(Design const& design, Findings& findings) {
  auto const levels = best_chains(design, 0.0, [](CallPoint const& site, double below) {
    return below + (retries_unbounded(*site.options) ? 1.0 : 0.0);
  });
  std::vector<CallPoint const*> candidates;
  for (CallPoint const& site : design.calls)
    if (retries_unbounded(*site.options) && levels[site.target].amount >= 1.0)
      candidates.push_back(&site);
  for (CallPoint const* site : outermost(candidates, design))
    findings.add(site->place({"retry"}),
                 fmt::format("{}, without a budget or a breaker", in_words(*site, levels, design)));
}

void find_idle_breakers(Design const& design, Findings& findings) {
  if (!design.traffic.settled()) return;
  auto const by_messages = led_to_by_messages(design);
  double const amplification = most_amplification(design);
  Traffic const peak(design.scenario, design.graph, Traffic::Demand::peak);
  for (CallPoint const& site : design.calls) {
    auto const& breaker = site.options->breaker;
    auto const* const trip = breaker ? std::get_if<FailureRate>(&breaker->trip) : nullptr;
    auto const* const window = trip ? std::get_if<Duration>(&trip->window) : nullptr;
    if (window == nullptr) continue;
    if (site.workload == nullptr && by_messages[site.operation]) continue;
    double const expected =
        rate_at_breaker(site, design, peak) * amplification * in_seconds(*window);
    double const most = expected + 4.0 * std::sqrt(expected);  // Chance brings no more.
    if (!(static_cast<double>(trip->calls) > most + 1.0)) continue;
    findings.add(site.place({"breaker"}),
                 fmt::format("it takes {} outcomes within {} to open, and {} asks {} {} times in "
                             "that time at the most",
                             trip->calls, to_text(*window), site.caller,
                             design.graph.name(site.target), about(std::max(1.0, expected))));
  }
}

}  // namespace sojourn
