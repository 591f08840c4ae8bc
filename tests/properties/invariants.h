#pragma once

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "models/clients_waiting.h"
#include "models/world.h"

namespace sojourn::support {

/// What is measured agrees with what is there: slots, lines, pools, channels, requests.
inline void expect_levels_match(World const& world) {
  std::vector<int> present(world.measures.services.size()), busy(present), queued(present);
  std::vector<std::vector<int>> pools;
  for (ServiceMeasures const& measures : world.measures.services) {
    pools.emplace_back(measures.pool_used.size());
  }
  world.activities.for_each([&](Id, Activity const& activity) {
    std::uint32_t const service = world.replicas[activity.replica].service;
    present[service] += activity.uses_slot ? 1 : 0;
    busy[service] += activity.holds_slot ? 1 : 0;
    bool const in_line = activity.state == ActivityState::held_back ||
                         activity.state == ActivityState::queued ||
                         activity.state == ActivityState::interrupted;
    queued[service] += in_line ? 1 : 0;
    for (std::uint32_t frame = world.activities.frame_of(activity); frame != nowhere;
         frame = world.frames[frame].below) {
      std::uint32_t const pool = world.frames[frame].pool;
      if (pool != nowhere) ++pools[service][pool];
    }
    EXPECT_FALSE(activity.state == ActivityState::working && activity.uses_slot &&
                 !activity.holds_slot)
        << "work without a slot";
  });
  for (std::size_t i = 0; i < present.size(); ++i) {
    ServiceMeasures const& measures = world.measures.services[i];
    EXPECT_EQ(measures.in_flight.level(), present[i]);
    EXPECT_EQ(measures.busy.level(), busy[i]);
    EXPECT_EQ(measures.queue.level(), queued[i]);
    for (std::size_t pool = 0; pool < pools[i].size(); ++pool) {
      EXPECT_EQ(measures.pool_used[pool].level(), pools[i][pool]);
    }
  }
}

/// Attempts are where their guards think they are, and none waits for a place that is free.
inline void expect_guards_match(World const& world) {
  auto const& sites = world.program->call_sites;
  std::vector<int> in_flight(sites.size()), waiting(in_flight), open(in_flight);
  world.calls.for_each([&](Id, Call const& call) {
    in_flight[call.site] += call.in_bulkhead != 0 ? 1 : 0;
    waiting[call.site] += call.waits_outside != 0 ? 1 : 0;
    EXPECT_FALSE(call.in_bulkhead != 0 && call.waits_outside != 0);
    EXPECT_FALSE(call.in_bulkhead != 0 && call.in_attempt == 0) << "in flight, but nowhere";
  });
  for (std::uint32_t i = 0; i < sites.size(); ++i) {
    std::int64_t held = 0;
    for (std::uint32_t guard = 0; guard < sites[i].guards; ++guard) {
      CallGuard const& one = world.calls_in_progress.guards[sites[i].first_guard + guard];
      held += one.in_flight;
      open[i] += one.breaker && one.breaker->state() == CircuitBreaker::State::open ? 1 : 0;
      if (sites[i].limit) {
        EXPECT_LE(one.in_flight, sites[i].limit->calls);
      }
    }
    CallMeasures const& measures = world.measures.calls[i];
    EXPECT_EQ(held, in_flight[i]) << sites[i].name;
    EXPECT_EQ(measures.in_flight.level(), in_flight[i]) << sites[i].name;
    EXPECT_EQ(measures.waiting.level(), waiting[i]) << sites[i].name;
    EXPECT_EQ(measures.open.level(), open[i]) << sites[i].name;
    bool const one_caller = sites[i].guards == 1 && sites[i].first_caller == nowhere;
    if (one_caller && waiting[i] > 0) {
      EXPECT_EQ(held, sites[i].limit->calls) << "somebody waits for a place that is free";
    }
  }
}

/// No slot idles while somebody waits for one, and no channel holds back what could be delivered.
inline void expect_no_idling(World const& world) {
  for (std::uint32_t i = 0; i < world.program->replica_service.size(); ++i) {
    Replica const& replica = world.replicas[i];
    bool const idle = replica.up && replica.pauses == 0 && replica.busy < replica.slots;
    EXPECT_FALSE(idle && !replica.line.empty()) << "replica " << i;
    EXPECT_FALSE(idle && !replica.resuming.empty()) << "replica " << i;
    Limit const capacity = world.replicas[i].plan->spec.queue.capacity;
    bool const room = static_cast<Limit>(replica.line.size()) < capacity;
    EXPECT_FALSE(replica.up && room && !replica.entering.empty()) << "replica " << i;
  }
}

/// Nobody works in a slot that a more urgent request in line could take.
inline void expect_ranks_kept(World const& world) {
  world.activities.for_each([&](Id, Activity const& activity) {
    Replica const& replica = world.replicas[activity.replica];
    bool const may_give_way = activity.state == ActivityState::working && activity.holds_slot &&
                              world.activities.frame_of(activity) == nowhere;
    bool const by_priority = replica.plan->spec.queue.discipline == Discipline::preemptive_priority;
    if (!may_give_way || !by_priority || replica.pauses > 0 || replica.line.empty()) return;
    EXPECT_GE(world.activities.priority_of(activity),
              world.activities.priority_of(world.activities[replica.line.next()]));
  });
}

/// Everything that arrived is in exactly one place.
inline void expect_balanced(World const& world) {
  std::vector<std::uint64_t> in_flight(world.measures.workloads.size());
  for_each_client_waiting(world, [&](std::uint32_t workload, Time sent) {
    if (is_counted(sent)) ++in_flight[workload];
  });
  for (std::size_t i = 0; i < in_flight.size(); ++i) {
    WorkloadMeasures const& measures = world.measures.workloads[i];
    std::uint64_t ended = measures.cohort_succeeded;
    for (std::uint64_t const failed : measures.cohort_failed) ended += failed;
    EXPECT_EQ(measures.cohort, ended + in_flight[i]) << "workload " << i;
  }
  std::vector<std::uint64_t> counted(world.measures.accounts.size());
  std::vector<double> there(counted.size());
  world.messages.for_each([&](Id, Message const& message) {
    if (message.state == MessageState::settled) return;
    std::uint32_t const account = world.program->buffers[message.buffer].account;
    there[account] += 1.0;
    if (is_counted(message.content.published)) ++counted[account];
  });
  for (std::uint32_t i = 0; i < world.program->buffers.size(); ++i) {
    std::uint32_t const account = world.program->buffers[i].account;
    world.channels.ready(i).for_each_fresh([&](Waiting const& message) {
      there[account] += 1.0;
      if (is_counted(message.published)) ++counted[account];
    });
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    ChannelMeasures const& measures = world.measures.accounts[i];
    if (!world.program->accounts[i].holds_messages) continue;
    EXPECT_EQ(measures.published, measures.fates.total() + counted[i]) << "channel " << i;
    EXPECT_EQ(measures.depth.level(), there[i]) << "channel " << i;
  }
}

/// Every saga that was begun is in exactly one place.
inline void expect_sagas_balanced(World const& world) {
  std::vector<std::uint64_t> in_progress(world.measures.sagas.size());
  world.sagas.count_in_progress(world, in_progress);
  for (std::size_t i = 0; i < in_progress.size(); ++i) {
    SagaMeasures const& measures = world.measures.sagas[i];
    EXPECT_EQ(measures.started, measures.completed + measures.compensated + measures.inconsistent +
                                    measures.abandoned + in_progress[i])
        << world.program->sagas[i].name;
    EXPECT_GE(measures.in_progress.level(), static_cast<double>(in_progress[i]));
  }
}

/// Little's law on the sample path: the area below the number in flight is the sum of the times
/// that requests spent in flight, those still there included. Precondition: no warm-up.
/// Source: Stidham, "A last word on L = lambda W", Operations Research 22 (1974).
inline void expect_little(World const& world) {
  std::vector<double> spent(world.measures.workloads.size());
  for_each_client_waiting(world, [&](std::uint32_t workload, Time sent) {
    spent[workload] += in_seconds(world.now() - sent);
  });
  auto const sum = [](Histogram const& histogram) {
    return histogram.count() == 0 ? 0.0 : histogram.mean() * static_cast<double>(histogram.count());
  };
  for (std::size_t i = 0; i < spent.size(); ++i) {
    WorkloadMeasures const& measures = world.measures.workloads[i];
    double const area = measures.in_flight.mean(world.now()) * in_seconds(world.now());
    double const total =
        sum(measures.latency.of_cohort()) + sum(measures.failure_latency) + spent[i];
    EXPECT_NEAR(area, total, 1e-9 * (1.0 + total)) << "workload " << i;
  }
}

}  // namespace sojourn::support
