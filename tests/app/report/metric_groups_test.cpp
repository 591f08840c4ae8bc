#include "app/report/metric_groups.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "tests/app/report/sample_study.h"

namespace sojourn {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

std::string owner_and_figure(std::string_view name) {
  auto const [owner, figure] = split_metric_name(name);
  return std::string(owner) + " | " + std::string(figure);
}

std::vector<std::string> owners_of(std::vector<MetricGroup> const& groups) {
  std::vector<std::string> owners;
  for (auto const& group : groups) owners.push_back(group.owner);
  return owners;
}

std::vector<std::string> figures_of(std::vector<MetricGroup> const& groups,
                                    std::string const& owner) {
  std::vector<std::string> figures;
  for (auto const& group : groups) {
    if (group.owner != owner) continue;
    for (auto const& row : group.rows) figures.push_back(row.figure);
  }
  return figures;
}

TEST(MetricNameTest, IsSplitBeforeItsFigure) {
  EXPECT_EQ(owner_and_figure("shoppers.goodput"), "shoppers | goodput");
  EXPECT_EQ(owner_and_figure("shoppers.latency.p99"), "shoppers | latency.p99");
  EXPECT_EQ(owner_and_figure("shoppers.failures.timeout"), "shoppers | failures.timeout");
  EXPECT_EQ(owner_and_figure("web.checkout.latency.p99"), "web.checkout | latency.p99");
  EXPECT_EQ(owner_and_figure("web.db.queue.mean"), "web.db | queue.mean");
  EXPECT_EQ(owner_and_figure("rabbit.charges.dropped"), "rabbit.charges | dropped");
  EXPECT_EQ(owner_and_figure("rabbit.queue.dropped"), "rabbit.queue | dropped");
  EXPECT_EQ(owner_and_figure("shoppers.web.checkout.breaker.open"),
            "shoppers.web.checkout | breaker.open");
  EXPECT_EQ(owner_and_figure("web.pay.bank.charge.limit.waiting"),
            "web.pay.bank.charge | limit.waiting");
  EXPECT_EQ(owner_and_figure("web.cost.wasted"), "web | cost.wasted");
  EXPECT_EQ(owner_and_figure("cost.per_hour"), "cost | per_hour");
  EXPECT_EQ(owner_and_figure("queue.mean"), "queue | mean");
  EXPECT_EQ(owner_and_figure("mean"), " | mean");
}

TEST(MetricGroupsTest, OrdersOwnersByKind) {
  EXPECT_THAT(
      owners_of(metric_groups(sample_study(), true)),
      ElementsAre("shoppers", "web", "web.checkout", "web.db", "rabbit.charges", "bank-outage"));
}

TEST(MetricGroupsTest, CostsStandWithTheirOwnersAndTheirSumLast) {
  Study study = sample_study();
  for (auto& alternative : study.alternatives)
    for (char const* const name : {"cost.per_hour", "rabbit.cost.per_hour", "web.cost.per_hour"})
      alternative.metrics.push_back({{name, Unit::one, Better::lower}, {}});
  auto const groups = metric_groups(study, true);
  EXPECT_THAT(owners_of(groups), ElementsAre("shoppers", "web", "web.checkout", "web.db", "rabbit",
                                             "rabbit.charges", "bank-outage", "cost"));
  EXPECT_EQ(groups.back().kind, OwnerKind::costs);
  EXPECT_EQ(groups[4].kind, OwnerKind::broker);
  EXPECT_THAT(figures_of(groups, "web"), Contains("cost.per_hour"));
}

TEST(MetricGroupsTest, ACallIsAGroupOfItsOwnAlsoWhereAWorkloadMakesIt) {
  Study study = sample_study();
  for (auto& alternative : study.alternatives) {
    for (char const* const name :
         {"shoppers.web.checkout.breaker.open", "rabbit.limit.rejected", "web.limit.rejected"})
      alternative.metrics.push_back({{name, Unit::one, Better::lower}, {1.0, 0.0, 0.95, 2}});
  }
  auto const groups = metric_groups(study, false);
  EXPECT_THAT(figures_of(groups, "shoppers.web.checkout"), ElementsAre("breaker.open"));
  EXPECT_THAT(figures_of(groups, "shoppers"), Not(Contains("web.checkout.breaker.open")));
}

TEST(MetricGroupsTest, ACacheIsAGroupOfItsOwnBehindItsService) {
  Study study = sample_study();
  for (auto& alternative : study.alternatives) {
    for (char const* const name : {"web.checkout.cache.hits", "web.checkout.cache.misses",
                                   "web.checkout.cache.evictions", "web.checkout.cache-2.hits"})
      alternative.metrics.push_back({{name, Unit::one, Better::higher}, {0.0, 0.0, 0.95, 2}});
  }
  auto const groups = metric_groups(study, false);
  EXPECT_THAT(figures_of(groups, "web.checkout.cache"), ElementsAre("hits", "misses"))
      << "nothing had to go";
  EXPECT_THAT(figures_of(groups, "web.checkout.cache-2"), ElementsAre("hits"));
  auto const cache = std::find_if(groups.begin(), groups.end(), [](MetricGroup const& group) {
    return group.owner == "web.checkout.cache";
  });
  EXPECT_EQ(cache->kind, OwnerKind::cache);
}

TEST(MetricGroupsTest, ASagaIsAGroupOfItsOwnBehindItsService) {
  Study study = sample_study();
  for (auto& alternative : study.alternatives) {
    alternative.accounts.push_back(
        {{AccountDefinition::Of::sagas, "web.checkout.saga", "started", {}, {}}, {}});
    for (char const* const name : {"web.checkout.saga.started", "web.checkout.saga.abandoned",
                                   "web.checkout.saga.in_flight.end"})
      alternative.metrics.push_back({{name, Unit::one, Better::lower}, {0.0, 0.0, 0.95, 2}});
  }
  auto const groups = metric_groups(study, false);
  EXPECT_THAT(figures_of(groups, "web.checkout.saga"), ElementsAre("started"));
  auto const saga = std::find_if(groups.begin(), groups.end(), [](MetricGroup const& group) {
    return group.owner == "web.checkout.saga";
  });
  EXPECT_EQ(saga->kind, OwnerKind::saga);
  EXPECT_EQ((saga + 1)->kind, OwnerKind::channel);
}

TEST(MetricGroupsTest, KnowsAnOwnerByItsAccountWhateverItIsCalled) {
  Study study = sample_study();
  for (auto& alternative : study.alternatives) {
    for (auto& account : alternative.accounts) {
      if (account.definition.owner == "rabbit.charges")
        account.definition.owner = "rabbit.failures";
    }
    alternative.metrics.push_back(
        {{"rabbit.failures.dropped", Unit::one, Better::lower}, {1.0, 0.0, 0.95, 10}});
  }
  EXPECT_THAT(figures_of(metric_groups(study, false), "rabbit.failures"), ElementsAre("dropped"));
}

TEST(MetricGroupsTest, ShowsTroubleOnlyWhereThereIsSome) {
  auto const figures = figures_of(metric_groups(sample_study(), false), "shoppers");
  EXPECT_THAT(figures, Contains("failures.timeout"));
  EXPECT_THAT(figures, Contains("failures.rejected"));
  EXPECT_THAT(figures, Not(Contains("failures.error")));
  EXPECT_THAT(figures, Not(Contains("attempts")));
}

TEST(MetricGroupsTest, LeavesOutReplicasThatNeverChange) {
  Study study = sample_study();
  EXPECT_THAT(figures_of(metric_groups(study, false), "web"), Not(Contains("replicas")));
  for (auto& entry : study.alternatives[0].metrics) {
    if (entry.metric.name == "web.replicas") entry.estimate.mean = 1.9;
  }
  EXPECT_THAT(figures_of(metric_groups(study, false), "web"), Contains("replicas"));
}

TEST(MetricGroupsTest, HasEveryMetricOnDemand) {
  Study const study = sample_study();
  std::size_t rows = 0;
  for (auto const& group : metric_groups(study, true)) rows += group.rows.size();
  EXPECT_EQ(rows, study.alternatives[1].metrics.size());  // it has all that the other one has
}

}  // namespace
}  // namespace sojourn
