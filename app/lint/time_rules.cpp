#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "app/config/quantity.h"
#include "app/config/scalars.h"
#include "app/lint/response_times.h"
#include "app/lint/rules.h"

namespace sojourn {
namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

/// The longest that the wait before a retry becomes; the mean where it is drawn.
double longest_backoff(Backoff const& backoff, std::int64_t retry) {
  if (backoff.each) return backoff.each->mean();
  double const grown =
      in_seconds(backoff.first) * std::pow(backoff.factor, static_cast<double>(retry - 1));
  if (backoff.first == Duration::zero()) return 0.0;
  return std::min(in_seconds(backoff.max), grown);
}

/// All waits between that many attempts together.
double longest_backoffs(Backoff const& backoff, Limit attempts) {
  constexpr std::int64_t added_singly = 200;
  double sum = 0.0;
  std::int64_t retry = 1;
  for (; retry < std::min<Limit>(attempts, added_singly); ++retry)
    sum += longest_backoff(backoff, retry);
  return sum + static_cast<double>(attempts - retry) * longest_backoff(backoff, retry);
}

/// How long calls take when each attempt times out, and which makes it so.
struct Longest {
  double seconds = 0.0;  ///< Nothing where no timeout says.
  CallPoint const* site = nullptr;
};

Longest longest_of(CallPoint const& site, std::vector<Longest> const& of_operation) {
  Limit const tries = attempts(*site.options);
  Longest const& inner = of_operation[site.target];
  auto const& timeout = site.options->timeout;
  double const attempt = timeout ? timeout->mean() : inner.seconds;
  if (attempt <= 0.0) return {};
  CallPoint const* const cause = timeout || tries > 1 ? &site : inner.site;
  if (tries == unlimited) return {for_ever, cause};
  double const waits = tries > 1 ? longest_backoffs(site.options->retry->backoff, tries) : 0.0;
  return {static_cast<double>(tries) * attempt + waits, cause};
}

/// For each operation the longest of the calls that its caller waits for.
std::vector<Longest> longest_calls(Design const& design) {
  Edges edges(design.graph.operations());
  for (CallPoint const& site : design.calls)
    if (site.workload == nullptr) edges[site.operation].push_back(site.target);
  std::vector<Longest> longest(design.graph.operations());
  for (std::size_t const operation : post_order(edges))
    for (CallPoint const* site : design.calls_of(operation)) {
      if (!site->circumstances.waited_for) continue;
      Longest const call = longest_of(*site, longest);
      if (call.seconds > longest[operation].seconds) longest[operation] = call;
    }
  return longest;
}

bool is_below_mean(CallPoint const& site, Design const& design) {
  double const mean = design.traffic.means(site.target).response;
  return site.options->timeout && std::isfinite(mean) && site.options->timeout->mean() < mean;
}

}  // namespace

void find_timeouts_below_mean(Design const& design, Findings& findings) {
  for (CallPoint const& site : design.calls) {
    if (!is_below_mean(site, design)) continue;
    findings.add(
        site.place({"timeout"}),
        fmt::format("{} waits {} for {}, which takes {} on average even if nobody is in line",
                    site.caller, about_seconds(site.options->timeout->mean()),
                    design.graph.name(site.target),
                    about_seconds(design.traffic.means(site.target).response)));
  }
}

void find_timeouts_below_p99(Design const& design, Findings& findings) {
  auto const has_timeout = [](CallPoint const& site) { return site.options->timeout.has_value(); };
  if (std::none_of(design.calls.begin(), design.calls.end(), has_timeout)) return;
  ResponseTimes const times(design.scenario, design.graph, design.traffic.misses());
  for (CallPoint const& site : design.calls) {
    if (!has_timeout(site) || is_below_mean(site, design)) continue;
    auto const p99 = times.quantile(site.target, 0.99);
    if (!p99 || site.options->timeout->mean() >= *p99) continue;
    findings.add(
        site.place({"timeout"}),
        fmt::format("{} waits {} for {}, of which one request in a hundred takes more than "
                    "about {} even if nobody is in line",
                    site.caller, about_seconds(site.options->timeout->mean()),
                    design.graph.name(site.target), about_seconds(*p99)));
  }
}

void find_inner_timeouts(Design const& design, Findings& findings) {
  auto const longest = longest_calls(design);
  for (CallPoint const& site : design.calls) {
    bool const callee_learns =
        site.options->cancel || (site.workload != nullptr && site.workload->propagates_deadline);
    if (!site.options->timeout || callee_learns) continue;
    Longest const& inner = longest[site.target];
    double const timeout = site.options->timeout->mean();
    if (inner.site == nullptr || inner.seconds <= timeout) continue;
    findings.add(
        site.place({"timeout"}),
        fmt::format("{} leaves {} after {}, while {} may go on for {} with {}", site.caller,
                    design.graph.name(site.target), about_seconds(timeout), inner.site->caller,
                    std::isfinite(inner.seconds) ? about_seconds(inner.seconds) : "ever",
                    design.graph.name(inner.site->target)));
  }
}

void find_short_ack_timeouts(Design const& design, Findings& findings) {
  for (std::size_t vertex = design.graph.operations(); vertex < design.graph.size(); ++vertex) {
    Channel const& channel = design.graph.channel(vertex);
    if (channel.delivery != Channel::Delivery::at_least_once) continue;
    for (Subscriber const& subscriber : channel.subscribers) {
      std::size_t const operation = design.graph.vertex(subscriber.operation);
      Service const& service = design.scenario.services[design.graph.service(operation)];
      Limit const prefetch = subscriber.prefetch.value_or(service.concurrency);
      double rounds = 1.0;
      if (prefetch != unlimited && service.concurrency != unlimited)
        rounds =
            std::max(1.0, static_cast<double>(prefetch) / static_cast<double>(service.concurrency));
      double const needed = rounds * design.traffic.means(operation).held;
      if (!subscriber.ack_timeout || in_seconds(*subscriber.ack_timeout) >= needed) continue;
      findings.add(
          design.place(design.graph.broker(vertex), channel, subscriber, "ack_timeout"),
          fmt::format("{} of {} is delivered again after {}, but takes {} on average: most "
                      "messages are processed twice",
                      design.graph.name(operation), design.graph.name(vertex),
                      to_text(*subscriber.ack_timeout), about_seconds(needed)));
    }
  }
}

}  // namespace sojourn
