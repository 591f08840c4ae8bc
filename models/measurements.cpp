#include "models/measurements.h"

#include <utility>

namespace sojourn {
namespace {

/// Appends the mean of a level over the cell that ends now.
void append_level(SeriesMeasures& series, CountAverage const& level, Duration measured, Time now,
                  double scale, double cell_seconds) {
  double const area = level.mean(now) * in_seconds(measured);
  series.cells.push_back((area - series.last) / cell_seconds * scale);
  series.last = area;
}

/// Appends the rate of a count over the cell that ends now.
void append_rate(SeriesMeasures& series, std::uint64_t count, double cell_seconds) {
  auto const total = static_cast<double>(count);
  series.cells.push_back((total - series.last) / cell_seconds);
  series.last = total;
}

}  // namespace

double Latencies::end_cell() {
  of_cohort_before_.merge(of_cohort_in_cell_);
  of_cohort_in_cell_.merge(of_others_in_cell_);
  double const quantile = of_cohort_in_cell_.quantile(0.99);
  of_cohort_in_cell_.reset();
  of_others_in_cell_.reset();
  return quantile;
}

void Latencies::make_room_for(Histogram const& in_cell) {
  of_cohort_in_cell_.make_room_for(in_cell);
  of_cohort_before_.make_room_for(of_cohort_in_cell_);
}

Histogram Latencies::of_cohort() const {
  Histogram all = of_cohort_before_;
  all.merge(of_cohort_in_cell_);
  return all;
}

Measurements::Measurements(Program const& program)
    : workloads(program.workloads.size()),
      services(program.services.size()),
      hosts(program.hosts.size()),
      links(program.link_reports.size()),
      operations(program.operations.size()),
      caches(program.caches.size()),
      sagas(program.sagas.size()),
      calls(program.call_sites.size()),
      accounts(program.accounts.size()),
      faults(program.fault_names.size()),
      fault_messages(program.fault_names.size()),
      timeline(Time(program.duration), timeline_cells),
      watches_faults(!program.faults.empty()),
      cell_seconds(in_seconds(program.duration) / static_cast<double>(program.cells)),
      workload_series(program.workloads.size()),
      service_series(program.services.size()),
      account_series(program.accounts.size()),
      cache_series(program.caches.size()),
      capacities(program.services.size()) {
  Time const start = Time(-program.warmup);
  for (WorkloadMeasures& workload : workloads) workload.in_flight = CountAverage(start);
  for (std::size_t i = 0; i < services.size(); ++i) {
    Service const& spec = program.services[i].spec;
    ServiceMeasures& service = services[i];
    service.busy = service.queue = service.in_flight = CountAverage(start);
    service.up = service.provisioned = CountAverage(start, spec.replicas);
    service.cpu = service.limit = TimeAverage(start);
    if (spec.limit) {
      if (auto const* adaptive = std::get_if<AdaptiveLimit>(&spec.limit->limit)) {
        auto const all = static_cast<double>(adaptive->initial * spec.replicas);
        service.limit = TimeAverage(start, all);
      }
    }
    service.pool_used.assign(spec.pools.size(), CountAverage(start));
    service.pool_queue.assign(spec.pools.size(), CountAverage(start));
    if (spec.concurrency != unlimited) {
      capacities[i].slots = static_cast<double>(spec.concurrency);
    }
    if (!spec.autoscale) capacities[i].replicas = static_cast<double>(spec.replicas);
  }
  for (HostMeasures& host : hosts) host.busy = host.queue = TimeAverage(start);
  for (SagaMeasures& saga : sagas) saga.in_progress = CountAverage(start);
  for (CallMeasures& call : calls) call.open = call.in_flight = call.waiting = CountAverage(start);
  for (ChannelMeasures& account : accounts) account.depth = CountAverage(start);
}

void Measurements::begin(Time now) {
  for (WorkloadMeasures& workload : workloads) {
    workload.sent = workload.ended = workload.succeeded = 0;
    workload.in_flight.restart(now);
  }
  for (ServiceMeasures& service : services) {
    service.arrivals = service.completed = service.wanted = 0;
    service.rejected = service.started = service.waited = 0;
    service.work = service.wasted_work = 0.0;
    for (CountAverage* level :
         {&service.busy, &service.queue, &service.in_flight, &service.up, &service.provisioned}) {
      level->restart(now);
    }
    service.cpu.restart(now);
    service.limit.restart(now);
    for (CountAverage& level : service.pool_used) level.restart(now);
    for (CountAverage& level : service.pool_queue) level.restart(now);
  }
  for (LinkMeasures& link : links) link = {};
  for (HostMeasures& host : hosts) {
    host.busy.restart(now);
    host.queue.restart(now);
  }
  for (OperationMeasures& operation : operations) operation.completed = operation.degraded = 0;
  for (CacheMeasures& cache : caches) cache = {};
  for (SagaMeasures& saga : sagas) saga.in_progress.restart(now);
  for (CallMeasures& call : calls) {
    call.openings = call.stopped_by_breaker = call.stopped_by_limit = 0;
    call.hedged = call.further_copies = call.rescued = 0;
    for (CountAverage* level : {&call.open, &call.in_flight, &call.waiting}) level->restart(now);
  }
  for (ChannelMeasures& account : accounts) {
    account.rebalances = 0;
    account.depth.restart(now);
  }
}

void Measurements::begin_stretch(Time now, InFlight const& in_flight) {
  begun = now;
  begin(now);
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    CountAverage const level = workloads[i].in_flight;
    workloads[i] = WorkloadMeasures();
    workloads[i].in_flight = level;
    workloads[i].taken_over = in_flight.requests[i];
    workload_series[i] = {};
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    services[i].cohort_succeeded = services[i].cohort_failed = 0;
    services[i].wait.reset();
    service_series[i] = {};
  }
  for (OperationMeasures& operation : operations) operation = {};
  for (std::size_t i = 0; i < sagas.size(); ++i) {
    CountAverage const level = sagas[i].in_progress;
    sagas[i] = SagaMeasures();
    sagas[i].in_progress = level;
    sagas[i].taken_over = in_flight.sagas[i];
  }
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    CountAverage const level = accounts[i].depth;
    accounts[i] = ChannelMeasures();
    accounts[i].depth = level;
    accounts[i].taken_over = in_flight.messages[i];
    account_series[i] = {};
  }
  for (CacheSeries& series : cache_series) series = {};
}

void Measurements::end_cell(Time now) {
  Duration const measured = now - begun;
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    WorkloadSeries& series = workload_series[i];
    append_rate(series.goodput, workloads[i].succeeded, cell_seconds);
    append_rate(series.failures, workloads[i].ended - workloads[i].succeeded, cell_seconds);
    append_level(series.in_flight, workloads[i].in_flight, measured, now, 1.0, cell_seconds);
    series.latency_p99.cells.push_back(workloads[i].latency.end_cell());
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    ServiceSeries& series = service_series[i];
    double replicas = capacities[i].replicas;
    if (replicas == 0.0) {
      append_level(series.provisioned, services[i].provisioned, measured, now, 1.0, cell_seconds);
      replicas = series.provisioned.cells.back();
    }
    double const slots = capacities[i].slots * replicas;
    double const scale = slots > 0.0 ? 1.0 / slots : 1.0;
    append_level(series.utilisation, services[i].busy, measured, now, scale, cell_seconds);
    append_level(series.queue, services[i].queue, measured, now, 1.0, cell_seconds);
  }
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    append_level(account_series[i], accounts[i].depth, measured, now, 1.0, cell_seconds);
  }
  for (std::size_t i = 0; i < caches.size(); ++i) {
    CacheMeasures const last = std::exchange(cache_series[i].last, caches[i]);
    auto const hits = static_cast<double>(caches[i].hits - last.hits);
    cache_series[i].hits.push_back(hits / static_cast<double>(caches[i].asked() - last.asked()));
  }
}

}  // namespace sojourn
