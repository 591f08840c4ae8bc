#include "models/report.h"

#include <utility>
#include <variant>

#include "models/cost_figures.h"
#include "models/in_flight.h"
#include "sim/ensure.h"

namespace sojourn {
namespace {

/// Goes through all parts of a world.
class Reporter : public CostFigures {
 public:
  Reporter(Wanted wanted, World const& world)
      : CostFigures(wanted, world), in_flight_(count_in_flight(world)) {}

  void run() {
    Program const& program = *world_.program;
    for (std::size_t i = 0; i < program.workloads.size(); ++i) workload(i);
    for (std::size_t i = 0; i < program.services.size(); ++i) service(i);
    for (std::size_t i = 0; i < program.hosts.size(); ++i) host(i);
    for (std::size_t i = 0; i < program.link_reports.size(); ++i) link(i);
    for (std::size_t i = 0; i < program.call_sites.size(); ++i) call(i);
    for (std::size_t i = 0; i < program.accounts.size(); ++i) account(i);
    for (std::size_t i = 0; i < program.fault_names.size(); ++i) fault(i);
    costs();
    layout.series_step = world_.measures.cell_seconds;
    result.fingerprint = world_.sim.fingerprint();
    result.events = world_.sim.events();
    result.simulated = seconds_;
    result.complete = now_ >= world_.measures.begun + program.duration;
    result.error = world_.failure;
  }

 private:
  // Parts

  void workload(std::size_t index) {
    FigureName const name(world_.program->workloads[index].spec.name);
    WorkloadMeasures const& measures = world_.measures.workloads[index];
    std::uint64_t failed = 0;
    for (std::uint64_t const count : measures.cohort_failed) failed += count;
    std::uint64_t const ended = measures.cohort_succeeded + failed;
    rate(name + ".arrivals", Better::neither, measures.sent);
    rate(name + ".throughput", Better::higher, measures.ended);
    rate(name + ".goodput", Better::higher, measures.succeeded);
    metric(name + ".availability", Unit::ratio, Better::higher,
           ratio(measures.cohort_succeeded, ended));
    for (std::size_t i = 0; i < failure_causes.size(); ++i) {
      metric(name + ".failures." + name_of(failure_causes[i]), Unit::ratio, Better::lower,
             ratio(measures.cohort_failed[i], ended));
    }
    durations(name + ".latency", measures.latency.of_cohort());
    durations(name + ".failure_latency", measures.failure_latency);
    metric(name + ".attempts", Unit::one, Better::lower, ratio(measures.attempts, measures.cohort));
    level(name + ".in_flight", Better::lower, measures.in_flight, true);

    auto const& lines = world_.measures.workload_series[index];
    series(name + ".goodput", Unit::per_second, lines.goodput.cells);
    series(name + ".failures", Unit::per_second, lines.failures.cells);
    series(name + ".latency.p99", Unit::second, lines.latency_p99.cells);
    backlog(name + ".in_flight", lines.in_flight.cells);
    account_requests(name, measures, in_flight_.requests[index]);
  }

  void account_requests(FigureName const& name, WorkloadMeasures const& measures,
                        std::uint64_t in_flight) {
    AccountDefinition definition{
        AccountDefinition::Of::requests, name.text(), "arrived", {"succeeded"}, {}};
    RunResult::Account account{
        measures.taken_over + measures.cohort, {measures.cohort_succeeded}, {}};
    for (std::size_t i = 0; i < failure_causes.size(); ++i) {
      definition.parts.emplace_back(name_of(failure_causes[i]));
      account.parts.push_back(measures.cohort_failed[i]);
    }
    definition.parts.emplace_back("in_flight");
    account.parts.push_back(in_flight);
    add_account(std::move(definition), std::move(account));
  }

  void service(std::size_t index) {
    ServicePlan const& plan = world_.program->services[index];
    FigureName const name(plan.spec.name);
    ServiceMeasures const& measures = world_.measures.services[index];
    rate(name + ".arrivals", Better::neither, measures.arrivals);
    rate(name + ".throughput", Better::higher, measures.completed);
    rate(name + ".goodput", Better::higher, measures.wanted);
    double const replicas = replicas_of(plan, measures);
    if (plan.spec.concurrency != unlimited) {
      double const slots = static_cast<double>(plan.spec.concurrency) * replicas;
      metric(name + ".utilisation", Unit::ratio, Better::neither, mean(measures.busy) / slots);
    }
    if (plan.spec.cores) {
      double const cores = *plan.spec.cores * replicas;
      metric(name + ".cpu", Unit::ratio, Better::neither, mean(measures.cpu) / cores);
    }
    level(name + ".queue", Better::lower, measures.queue, false);
    metric(name + ".waited", Unit::ratio, Better::lower, ratio(measures.waited, measures.started));
    durations(name + ".wait", measures.wait);
    durations(name + ".latency", latency_of(plan));
    counted(name + ".rejected", Better::lower, measures.rejected);
    if (plan.spec.limit && std::holds_alternative<AdaptiveLimit>(plan.spec.limit->limit)) {
      metric(name + ".limit.mean", Unit::one, Better::neither,
             mean(measures.limit) / static_cast<double>(plan.spec.replicas));
    }
    level(name + ".in_flight", Better::lower, measures.in_flight, true);
    metric(name + ".replicas", Unit::one, Better::neither, mean(measures.up));
    if (plan.spec.autoscale)
      level(name + ".provisioned", Better::neither, measures.provisioned, true);
    metric(name + ".availability", Unit::ratio, Better::higher,
           ratio(measures.cohort_succeeded, measures.cohort_succeeded + measures.cohort_failed));
    metric(name + ".wasted", Unit::ratio, Better::lower,
           ratio(measures.wasted_work, measures.work));
    if (plan.spec.cost) cost(plan, measures);
    for (std::size_t i = 0; i < plan.spec.pools.size(); ++i) {
      Pool const& pool = plan.spec.pools[i];
      double const size = static_cast<double>(pool.size) * replicas;
      metric(name + "." + pool.name + ".utilisation", Unit::ratio, Better::neither,
             mean(measures.pool_used[i]) / size);
      level(name + "." + pool.name + ".queue", Better::lower, measures.pool_queue[i], false);
    }
    for (std::uint32_t i = 0; i < plan.operations; ++i) operation(name, plan.first_operation + i);

    auto const& lines = world_.measures.service_series[index];
    bool const bounded = plan.spec.concurrency != unlimited;
    series(name + (bounded ? ".utilisation" : ".in_flight"), bounded ? Unit::ratio : Unit::one,
           lines.utilisation.cells);
    backlog(name + ".queue", lines.queue.cells);
    if (plan.spec.autoscale) {
      series(name + ".provisioned", Unit::one, lines.provisioned.cells);
    }
  }

  [[nodiscard]] Histogram latency_of(ServicePlan const& plan) const {
    Histogram whole;
    for (std::uint32_t i = 0; i < plan.operations; ++i) {
      whole.merge(world_.measures.operations[plan.first_operation + i].latency);
    }
    return whole;
  }

  void operation(FigureName const& service, std::uint32_t index) {
    FigureName const name = service + "." + world_.program->operations[index].name;
    OperationMeasures const& measures = world_.measures.operations[index];
    rate(name + ".throughput", Better::higher, measures.completed);
    durations(name + ".latency", measures.latency);
    if (world_.program->operations[index].has_fallback) {
      metric(name + ".degraded", Unit::ratio, Better::lower,
             ratio(measures.degraded, measures.completed));
    }
    caches(index);
    sagas(index);
  }

  void caches(std::uint32_t operation) {
    Program const& program = *world_.program;
    for (std::size_t i = 0; i < program.caches.size(); ++i) {
      CachePlan const& plan = program.caches[i];
      if (plan.operation != operation) continue;
      CacheMeasures const& measures = world_.measures.caches[i];
      FigureName const name(plan.name);
      metric(name + ".hits", Unit::ratio, Better::higher, ratio(measures.hits, measures.asked()));
      rate(name + ".misses", Better::lower, measures.misses);
      auto const* const keys = std::get_if<KeyCacheOptions>(&plan.contents);
      if (keys && keys->coalesce) rate(name + ".coalesced", Better::neither, measures.coalesced);
      if (keys) rate(name + ".evictions", Better::lower, measures.evicted);
      if (keys && keys->ttl) rate(name + ".expirations", Better::neither, measures.expired);
      series(name + ".hits", Unit::ratio, world_.measures.cache_series[i].hits);
    }
  }

  void sagas(std::uint32_t operation) {
    Program const& program = *world_.program;
    for (std::size_t i = 0; i < program.sagas.size(); ++i) {
      if (program.sagas[i].operation == operation) saga(i);
    }
  }

  void saga(std::size_t index) {
    FigureName const name(world_.program->sagas[index].name);
    SagaMeasures const& measures = world_.measures.sagas[index];
    counted(name + ".started", Better::neither, measures.started);
    counted(name + ".completed", Better::higher, measures.completed);
    counted(name + ".compensated", Better::lower, measures.compensated);
    counted(name + ".inconsistent", Better::lower, measures.inconsistent);
    counted(name + ".abandoned", Better::lower, measures.abandoned);
    level(name + ".in_flight", Better::lower, measures.in_progress, true);
    add_account({AccountDefinition::Of::sagas,
                 name.text(),
                 "started",
                 {"completed", "compensated", "inconsistent", "abandoned", "in_flight"},
                 {}},
                {measures.taken_over + measures.started,
                 {measures.completed, measures.compensated, measures.inconsistent,
                  measures.abandoned, in_flight_.sagas[index]},
                 {}});
  }

  void host(std::size_t index) {
    Host const& spec = world_.program->hosts[index];
    FigureName const name(spec.name);
    HostMeasures const& measures = world_.measures.hosts[index];
    metric(name + ".cpu", Unit::ratio, Better::neither, mean(measures.busy) / spec.cores);
    if (spec.scheduling == Host::Scheduling::fifo) {
      level(name + ".queue", Better::lower, measures.queue, false);
    }
  }

  void link(std::size_t index) {
    LinkReportPlan const& plan = world_.program->link_reports[index];
    if (!plan.is_reported) return;
    LinkMeasures const& measures = world_.measures.links[index];
    FigureName const name = FigureName("network.") + plan.name;
    rate(name + ".messages", Better::neither, measures.messages);
    metric(name + ".lost", Unit::ratio, Better::lower, ratio(measures.lost, measures.messages));
    if (plan.has_cost) cost(name, measures);
    if (plan.pipes.empty()) return;
    double busy = 0.0;
    for (std::uint32_t const pipe : plan.pipes) busy += world_.network.transmitted(pipe, now_);
    metric(name + ".utilisation", Unit::ratio, Better::neither,
           ratio(busy, seconds_ * static_cast<double>(plan.pipes.size())));
  }

  void call(std::size_t index) {
    CallSite const& site = world_.program->call_sites[index];
    FigureName const name(site.name);
    CallMeasures const& measures = world_.measures.calls[index];
    if (site.breaker) {
      metric(name + ".breaker.open", Unit::ratio, Better::lower,
             mean(measures.open) / static_cast<double>(site.guards));
      rate(name + ".breaker.openings", Better::lower, measures.openings);
      counted(name + ".breaker.rejected", Better::lower, measures.stopped_by_breaker);
    }
    if (site.hedge) {
      metric(name + ".hedge.copies", Unit::one, Better::lower,
             ratio(measures.further_copies, measures.hedged));
      metric(name + ".hedge.won", Unit::ratio, Better::higher,
             ratio(measures.rescued, measures.hedged));
    }
    if (site.limit) {
      metric(name + ".limit.in_flight", Unit::one, Better::neither, mean(measures.in_flight));
      metric(name + ".limit.waiting", Unit::one, Better::lower, mean(measures.waiting));
      counted(name + ".limit.rejected", Better::lower, measures.stopped_by_limit);
    }
  }

  void account(std::size_t index) {
    AccountPlan const& plan = world_.program->accounts[index];
    FigureName const name(plan.name);
    ChannelMeasures const& measures = world_.measures.accounts[index];
    counted(name + ".published", Better::neither, measures.published);
    counted(name + ".rejected", Better::lower, measures.rejected);
    if (!plan.holds_messages) {
      counted(name + ".unroutable", Better::lower, measures.unroutable);
      return;
    }
    counted(name + ".delivered", Better::neither, measures.delivered);
    counted(name + ".processed", Better::higher, measures.fates[Fate::processed]);
    counted(name + ".redelivered", Better::lower, measures.redelivered);
    by_cause(name + ".duplicates", measures.duplicates);
    by_cause(name + ".reordered", measures.reordered);
    if (plan.spills) counted(name + ".spilled", Better::neither, measures.spilled);
    if (plan.is_log) counted(name + ".rebalances", Better::lower, measures.rebalances);
    for (Fate const fate : {Fate::dead_lettered, Fate::expired, Fate::dropped, Fate::lost})
      counted(name + "." + name_of(fate), Better::lower, measures.fates[fate]);
    level(name + ".depth", Better::lower, measures.depth, true);
    metric(name + ".age.mean", Unit::second, Better::lower, measures.age.mean());
    metric(name + ".age.max", Unit::second, Better::lower, measures.age.max());
    durations(name + ".latency", measures.latency);
    backlog(name + ".depth", world_.measures.account_series[index].cells);

    account_messages({AccountDefinition::Of::messages,
                      name.text(),
                      "published",
                      {},
                      {"delivered", "redelivered", "duplicates", "reordered", "rejected"}},
                     {measures.taken_over + measures.published,
                      {},
                      {measures.delivered, measures.redelivered, measures.duplicates.total(),
                       measures.reordered.total(), measures.rejected}},
                     measures.fates, in_flight_.messages[index]);
  }

  void account_messages(AccountDefinition definition, RunResult::Account account,
                        Fates const& fates, std::uint64_t in_channel) {
    definition.parts.assign(fate_names.begin(), fate_names.end());
    definition.parts.emplace_back("in_channel");
    account.parts.assign(fates.counts.begin(), fates.counts.end());
    account.parts.push_back(in_channel);
    add_account(std::move(definition), std::move(account));
  }

  /// A count and, of what has occurred, how often for each cause.
  void by_cause(FigureName const& name, Setbacks const& counts) {
    counted(name, Better::lower, counts.total());
    for (std::size_t i = 0; i < setback_names.size(); ++i) {
      counted(name + "." + setback_names[i], Better::lower, counts.counts[i]);
    }
  }

  void fault(std::size_t index) {
    FigureName const name(world_.program->fault_names[index]);
    FaultEffect const effect =
        judge_fault(world_.measures.timeline, world_.measures.faults[index], now_);
    metric(name + ".recovery", Unit::second, Better::lower, effect.recovery);
    metric(name + ".failed", Unit::ratio, Better::lower, effect.failed);
    metric(name + ".peak_backlog", Unit::one, Better::lower, effect.peak_backlog);
    metric(name + ".amplification", Unit::one, Better::lower, effect.amplification);
    metric(name + ".metastable", Unit::ratio, Better::lower, effect.metastable);
    if (world_.program->accounts.empty()) return;
    FaultMessages const& messages = world_.measures.fault_messages[index];
    account_messages(
        {AccountDefinition::Of::faults, name.text(), "there", {}, {"duplicates", "reordered"}},
        {messages.there, {}, {messages.duplicates, messages.reordered}}, messages.fates,
        in_flight_.fault_messages[index]);
  }

  // Accounts

  void add_account(AccountDefinition definition, RunResult::Account account) {
    std::uint64_t sum = 0;
    for (std::uint64_t const part : account.parts) sum += part;
    ensure(sum == account.total, "everything that arrived is in exactly one place");
    if (wants_layout()) layout.accounts.push_back(std::move(definition));
    result.accounts.push_back(std::move(account));
  }

  InFlight in_flight_;
};

}  // namespace

ResultLayout make_layout(Program const& program) {
  World const world(program, Streams(0, 0));
  Reporter reporter(Reporter::Wanted::layout, world);
  reporter.run();
  return std::move(reporter.layout);
}

RunResult make_result(World const& world) {
  Reporter reporter(Reporter::Wanted::result, world);
  reporter.run();
  return std::move(reporter.result);
}

}  // namespace sojourn
