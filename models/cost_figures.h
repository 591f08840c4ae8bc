#pragma once

#include <optional>
#include <string>

#include "models/figures.h"
#include "models/world.h"

namespace sojourn {

/// What things cost, by the hour, and what of it was for nothing.
class CostFigures : public Figures {
 protected:
  CostFigures(Wanted wanted, World const& world)
      : Figures(wanted, world.measures.begun, world.now(), world.program->cells), world_(world) {}

  /// How many there are, on average.
  [[nodiscard]] double replicas_of(ServicePlan const& plan, ServiceMeasures const& measures) const {
    return plan.spec.autoscale ? mean(measures.provisioned)
                               : static_cast<double>(plan.spec.replicas);
  }

  void spend(FigureName const& owner, double per_hour) {
    money(owner + ".cost.per_hour", per_hour);
    cost_per_hour_ = cost_per_hour_.value_or(0.0) + per_hour;
  }
  void waste(FigureName const& owner, double per_hour) {
    money(owner + ".cost.wasted", per_hour);
    wasted_per_hour_ = wasted_per_hour_.value_or(0.0) + per_hour;
  }

  /// A replica costs as long as it exists, be it idle or down; what its work in vain costs is that
  /// share of the part of its capacity that is used.
  void cost(ServicePlan const& plan, ServiceMeasures const& measures) {
    double const replicas = replicas_of(plan, measures);
    double const per_hour = *plan.spec.cost * replicas;
    spend(FigureName(plan.spec.name), per_hour);
    if (!plan.spec.cores && plan.spec.concurrency == unlimited) return;
    double const used =
        plan.spec.cores
            ? mean(measures.cpu) / (*plan.spec.cores * replicas)
            : mean(measures.busy) / (static_cast<double>(plan.spec.concurrency) * replicas);
    double const share = measures.work > 0.0 ? measures.wasted_work / measures.work : 0.0;
    waste(FigureName(plan.spec.name), per_hour * used * share);
  }

  void cost(FigureName const& link, LinkMeasures const& measures) {
    spend(link, ratio(measures.cost * 3600.0, seconds_));
    waste(link, ratio(measures.wasted_cost * 3600.0, seconds_));
  }

  void cost(BrokerPlan const& broker) {
    std::uint64_t published = 0;
    for (std::uint32_t i = 0; i < broker.channels; ++i)
      published +=
          world_.measures.accounts[world_.program->channels[broker.first_channel + i].account]
              .published;
    double const per_hour =
        *broker.cost * 1e-6 * ratio(static_cast<double>(published) * 3600.0, seconds_);
    spend(FigureName(broker.name), per_hour);
  }

  /// Of all that have a cost together.
  void costs() {
    for (BrokerPlan const& broker : world_.program->brokers)
      if (broker.cost) cost(broker);
    if (!cost_per_hour_) return;
    std::uint64_t succeeded = 0;
    for (WorkloadMeasures const& workload : world_.measures.workloads)
      succeeded += workload.succeeded;
    money(FigureName("cost.per_hour"), *cost_per_hour_);
    money(FigureName("cost.per_success"),
          ratio(*cost_per_hour_ * seconds_ / 3600.0, static_cast<double>(succeeded)));
    if (wasted_per_hour_) money(FigureName("cost.wasted"), *wasted_per_hour_);
  }

  World const& world_;

 private:
  std::optional<double> cost_per_hour_, wasted_per_hour_;  // absent: nothing has a cost
};

}  // namespace sojourn
