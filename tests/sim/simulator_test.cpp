#include "sim/simulator.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"
#include "sim/sorted_event_list.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

constexpr auto unlimited_budget = std::numeric_limits<std::uint64_t>::max();

/// Notes what runs and when.
struct Recorder {
  Simulator simulator;
  std::vector<std::uint64_t> tokens;
  std::vector<Time> times;

  void handle(Event const& event) {
    tokens.push_back(event.token);
    times.push_back(simulator.now());
  }
  bool run(Time end, std::uint64_t budget = unlimited_budget) {
    return simulator.run(*this, end, budget);
  }
};

TEST(SimulatorTest, RunsWhatIsDueAndStopsTheClockAtTheEnd) {
  Recorder model;
  model.simulator.schedule_after(2s, {.token = 2});
  model.simulator.schedule_after(1s, {.token = 1});
  model.simulator.schedule_after(3s, {.token = 3});
  EXPECT_TRUE(model.run(Time(2500ms)));
  EXPECT_EQ(model.tokens, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(model.times, (std::vector<Time>{Time(1s), Time(2s)}));
  EXPECT_EQ(model.simulator.now(), Time(2500ms));
  EXPECT_EQ(model.simulator.events(), 2U);
  EXPECT_EQ(model.simulator.pending(), 1U);
}

TEST(SimulatorTest, AnEventAtTheEndStillRuns) {
  Recorder model;
  model.simulator.schedule_at(Time(2s), {.token = 2});
  EXPECT_TRUE(model.run(Time(2s)));
  EXPECT_EQ(model.tokens.size(), 1U);
}

/// Hears of events before they are due.
struct Seer : Recorder {
  std::set<std::uint64_t> foreseen;
  std::size_t surprises = 0;

  void foresee(std::span<DueEvent const> events) {
    for (DueEvent const& due : events) foreseen.insert(due.event.token);
  }
  void handle(Event const& event) {
    if (!foreseen.contains(event.token)) ++surprises;
    Recorder::handle(event);
  }
};

TEST(SimulatorTest, WhatIsDueIsForeseenWhereManyArePending) {
  Seer model;
  constexpr std::uint64_t events = 20'000;
  for (std::uint64_t i = 0; i < events; ++i) model.simulator.schedule_after(i * 1ms, {.token = i});
  EXPECT_TRUE(model.simulator.run(model, Time(1h), unlimited_budget));
  EXPECT_EQ(model.tokens.size(), events);
  EXPECT_LT(model.surprises, EventList::fewest_foreseen + 100);
}

/// Keeps the names of its own events.
template <class Model>
struct Owner : Model {
  struct Timers {
    std::vector<EventId> names;

    [[nodiscard]] EventId timer_of(std::uint32_t place) const { return names[place]; }
    static Event event_of(std::uint32_t place) { return {.token = place}; }
    static void prefetch(std::uint32_t) {}
  };
  Timers timers;

  [[nodiscard]] Timers const& event_owners() const { return timers; }
  void handle(Event const& event) {
    timers.names[event.token] = {};
    Model::handle(event);
  }
};

template <class Model>
void expect_that_what_is_kept_runs_unless_it_is_cancelled(Owner<Model> model) {
  constexpr std::uint32_t events = 20'000;
  for (std::uint32_t i = 0; i < events; ++i)
    model.timers.names.push_back(model.simulator.schedule_kept(i, i * 1ms));
  for (std::uint32_t i = 0; i < events; i += 2)
    model.simulator.cancel(std::exchange(model.timers.names[i], {}), model.timers);
  EXPECT_EQ(model.simulator.pending(), events / 2);
  EXPECT_TRUE(model.simulator.run(model, Time(1h), unlimited_budget));
  ASSERT_EQ(model.tokens.size(), events / 2);
  for (std::size_t i = 0; i < events / 2; ++i) ASSERT_EQ(model.tokens[i], 2 * i + 1);
}

TEST(SimulatorTest, WhatOwnersKeepRunsUnlessItIsCancelled) {
  expect_that_what_is_kept_runs_unless_it_is_cancelled(Owner<Recorder>());
  expect_that_what_is_kept_runs_unless_it_is_cancelled(Owner<Seer>());
}

TEST(SimulatorTest, ABudgetInterruptsAndTheRunGoesOnFromThere) {
  Recorder interrupted;
  for (std::uint64_t i = 0; i < 10; ++i) interrupted.simulator.schedule_after(i * 1s, {.token = i});
  Recorder whole = interrupted;
  EXPECT_FALSE(interrupted.run(Time(20s), 4));
  EXPECT_EQ(interrupted.simulator.now(), Time(3s));
  EXPECT_TRUE(interrupted.run(Time(20s)));
  EXPECT_TRUE(whole.run(Time(20s)));
  EXPECT_EQ(interrupted.tokens, whole.tokens);
  EXPECT_EQ(interrupted.simulator.fingerprint(), whole.simulator.fingerprint());
}

TEST(SimulatorTest, TimeMayBeginBelowZero) {
  Recorder model{.simulator = Simulator(Time(-60s)), .tokens = {}, .times = {}};
  model.simulator.schedule_after(10s, {});
  EXPECT_TRUE(model.run(Time{}));
  EXPECT_EQ(model.times, (std::vector<Time>{Time(-50s)}));
}

TEST(SimulatorTest, ACancelledEventDoesNotRun) {
  Recorder model;
  EventId const timeout = model.simulator.schedule_after(1s, {});
  EXPECT_TRUE(model.simulator.cancel(timeout));
  EXPECT_FALSE(model.simulator.cancel(timeout));
  EXPECT_TRUE(model.run(Time(2s)));
  EXPECT_EQ(model.simulator.events(), 0U);
}

TEST(SimulatorTest, ThePastAndEndlessDelaysAreDefects) {
  Simulator simulator(Time(1s));
  EXPECT_EXIT(simulator.schedule_at(Time(1s) - 1ns, {}), testing::ExitedWithCode(3), "past");
  EXPECT_EXIT(simulator.schedule_after(-1ns, {}), testing::ExitedWithCode(3), "out of range");
  EXPECT_EXIT(simulator.schedule_after(longest_duration + 1ns, {}), testing::ExitedWithCode(3),
              "out of range");
}

/// One server with an unlimited queue, written for the kernel alone.
template <class List>
struct SingleServer {
  enum Kind : std::uint16_t { arrival, departure };

  BasicSimulator<List> simulator;
  RandomStream interarrival_time;
  RandomStream work;
  std::size_t present = 0;
  std::vector<Time> departures;

  explicit SingleServer(Streams const& streams)
      : interarrival_time(streams.open("clients/interarrival_time")),
        work(streams.open("server/work")) {
    simulator.schedule_after(next(interarrival_time, 10ms), {.kind = arrival});
  }

  static Duration next(RandomStream& random, Duration mean) {
    return from_seconds(in_seconds(mean) * random.exponential());
  }

  void handle(Event const& event) {
    if (event.kind == arrival) {
      simulator.schedule_after(next(interarrival_time, 10ms), {.kind = arrival});
      if (present++ == 0) start();
    } else {
      departures.push_back(simulator.now());
      if (--present > 0) start();
    }
  }

  void start() { simulator.schedule_after(next(work, 8ms), {.kind = departure}); }
};

/// With one server, departures obey Lindley's recursion draw for draw, so equality is exact.
/// Source: Lindley, "The theory of queues with a single server", Proc. Camb. Phil. Soc. 48 (1952).
TEST(SimulatorTest, OneServerFollowsLindley) {
  Streams const streams(7, 0);
  SingleServer<EventList> server(streams);
  EXPECT_TRUE(server.simulator.run(server, Time(10min), unlimited_budget));
  ASSERT_GT(server.departures.size(), 50'000U);

  auto interarrival_time = streams.open("clients/interarrival_time");
  auto work = streams.open("server/work");
  Time arrived, departed;
  for (Time const observed : server.departures) {
    arrived += from_seconds(0.010 * interarrival_time.exponential());
    departed = std::max(arrived, departed) + from_seconds(0.008 * work.exponential());
    ASSERT_EQ(observed, departed);
  }
}

TEST(SimulatorTest, BothEventListsGiveOneFingerprint) {
  SingleServer<EventList> list(Streams(7, 0));
  SingleServer<SortedEventList> sorted(Streams(7, 0));
  list.simulator.run(list, Time(1min), unlimited_budget);
  sorted.simulator.run(sorted, Time(1min), unlimited_budget);
  EXPECT_EQ(list.simulator.events(), sorted.simulator.events());
  EXPECT_EQ(list.simulator.fingerprint(), sorted.simulator.fingerprint());
}

/// Who moves this on purpose says so under Numbers in the changelog.
TEST(SimulatorTest, TheFingerprintOfARunIsTheSameEverywhere) {
  SingleServer<EventList> server(Streams(7, 0)), other(Streams(7, 1));
  server.simulator.run(server, Time(1min), unlimited_budget);
  other.simulator.run(other, Time(1min), unlimited_budget);
  EXPECT_NE(server.simulator.fingerprint(), other.simulator.fingerprint());
  EXPECT_EQ(server.simulator.fingerprint(), 5215191155769988487U);
}

TEST(SimulatorTest, AForkedRunDoesWhatTheWholeOneDoes) {
  SingleServer<EventList> whole(Streams(7, 0));
  whole.simulator.run(whole, Time(1s), unlimited_budget);
  SingleServer<EventList> fork = whole;
  whole.simulator.run(whole, Time(20s), unlimited_budget);
  fork.simulator.run(fork, Time(20s), unlimited_budget);
  EXPECT_EQ(fork.departures, whole.departures);
  EXPECT_EQ(fork.simulator.fingerprint(), whole.simulator.fingerprint());
}

TEST(FingerprintTest, EveryPartOfEveryEventAndTheirOrderMatter) {
  auto const of = [](std::vector<DueEvent> const& events) {
    Fingerprint fingerprint;
    for (DueEvent const& due : events) fingerprint.add(due.time, due.event);
    return fingerprint.value();
  };
  DueEvent const a{Time(1s), {1, 2, 3}}, b{Time(2s), {1, 2, 3}};
  std::set<std::uint64_t> const all = {
      of({}),
      of({a}),
      of({b}),
      of({a, b}),
      of({b, a}),
      of({a, a}),
      of({{Time(1s), {2, 2, 3}}}),
      of({{Time(1s), {1, 3, 3}}}),
      of({{Time(1s), {1, 2, 4}}}),
  };
  EXPECT_EQ(all.size(), 9U);
}

TEST(FingerprintTest, AMillionSimilarEventsNeverMeet) {
  std::set<std::uint64_t> all;
  for (std::uint64_t i = 0; i < 1'000'000; ++i) {
    Fingerprint fingerprint;
    Event const event{.kind = static_cast<std::uint16_t>(i % 10),
                      .target = static_cast<std::uint32_t>(i / 10 % 10),
                      .token = i / 100 % 100};
    fingerprint.add(Time(Duration(i / 10'000)), event);
    all.insert(fingerprint.value());
  }
  EXPECT_EQ(all.size(), 1'000'000U);
}

TEST(FingerprintTest, CombiningDependsOnTheOrder) {
  EXPECT_NE(combine_fingerprints(1, 2), combine_fingerprints(2, 1));
  EXPECT_NE(combine_fingerprints(0, 1), combine_fingerprints(1, 0));
  EXPECT_EQ(combine_fingerprints(1, 2), combine_fingerprints(1, 2));
}

}  // namespace
}  // namespace sojourn
