#include "analysis/theory/layered.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "analysis/theory/closed_network.h"
#include "tests/theory/near.h"

namespace sojourn::theory {
namespace {

/// What differs between the ten networks: demands of e3 to e7 and calls of e2, and the exact
/// throughput of e1 and e2.
struct Rendezvous {
  char const* name;
  std::array<std::array<double, 2>, 5> demands;
  std::array<double, 3> calls_of_e2;  ///< To e5 in phase 2, to e6 in 2 and in 3.
  bool open = false;                  ///< e2 is called from outside, at 0.01/s.
  double first = 0.0, second = 0.0;
};

/// Two users over three servers that call one another; the user of e2 and the lowest server share
/// a processor.
LayeredNetwork network_of(Rendezvous const& one) {
  auto const& d = one.demands;
  LayeredNetwork network;
  network.processors = {{"p1", 1, false}, {"p2", 1, false}, {"p3", 1, false}, {"p4", 1, false}};
  network.tasks = {{"t1", 0, 1, true, 0.0},
                   {"t2", 1, 1, !one.open, 0.0},
                   {"t3", 2, 1, false, 0.0},
                   {"t4", 3, 1, false, 0.0},
                   {"t5", 1, 1, false, 0.0}};
  auto const entry = [&](char const* name, std::size_t task, std::array<double, 2> const& demand) {
    return LayeredEntry{name, task, {{demand[0], 0.0, {}}, {demand[1], 0.0, {}}}, 0.0};
  };
  network.entries = {
      {"e1",
       0,
       {{0.0, 0.0, {}}, {1.5, 0.0, {{2, 1.0}, {3, 0.5}, {4, 2.0}}}, {0.5, 0.0, {{4, 1.1}}}},
       0.0},
      {"e2",
       1,
       {{0.0, 0.0, {}},
        {0.1, 0.0, {{4, one.calls_of_e2[0]}, {5, one.calls_of_e2[1]}}},
        {0.2, 0.0, {{4, 1.1}, {5, one.calls_of_e2[2]}, {6, 1.0}}}},
       one.open ? 0.01 : 0.0},
      entry("e3", 2, d[0]),
      entry("e4", 2, d[1]),
      entry("e5", 3, d[2]),
      entry("e6", 4, d[3]),
      entry("e7", 4, d[4])};
  network.entries[4].phases[0].calls = {{5, 0.5}};
  network.entries[4].phases[1].calls = {{5, 1.7}};
  return network;
}

std::array<Rendezvous, 10> const rendezvous = {{
    {"A01",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 0.1}, {1.0, 2.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     false,
     0.025413,
     0.014851},
    {"A02",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 1.0}, {2.0, 1.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     false,
     0.022913,
     0.015363},
    {"A03",
     {{{0.1, 2.0}, {0.3, 0.5}, {1.0, 1.0}, {1.0, 2.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     false,
     0.022548,
     0.015088},
    {"A04",
     {{{0.5, 2.0}, {0.6, 0.5}, {0.3, 0.1}, {1.0, 2.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     false,
     0.025132,
     0.015028},
    {"A05",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 0.1}, {1.0, 2.0}, {0.1, 0.7}}},
     {1.0, 1.0, 1.5},
     false,
     0.025866,
     0.020797},
    {"A06",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 0.1}, {0.5, 1.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     false,
     0.04615,
     0.031006},
    {"A07",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 0.1}, {1.0, 2.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     true,
     0.0323041,
     0.0100288},
    {"A08",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 0.1}, {0.5, 1.0}, {0.1, 0.7}}},
     {2.0, 1.0, 2.5},
     true,
     0.0723067,
     0.00999891},
    {"A09",
     {{{1.0, 2.0}, {1.0, 1.0}, {0.3, 0.1}, {0.3, 0.5}, {0.3, 0.7}}},
     {2.0, 1.0, 2.5},
     false,
     0.066935,
     0.062218},
    {"A10",
     {{{0.1, 2.0}, {0.3, 0.5}, {0.3, 0.1}, {0.5, 0.25}, {0.5, 0.25}}},
     {2.0, 1.0, 2.5},
     false,
     0.07395,
     0.063767},
}};

/// The errors are in the properties of the test: mostly 5 to 15 % too slow.
TEST(LayeredTest, UsersOfRendezvousNetworksAreNearTheExactOnes) {
  for (auto const& one : rendezvous) {
    auto const solution = layered_mean_value_analysis(network_of(one));
    ASSERT_TRUE(solution) << one.name << solution.reason();
    double const first = solution->throughput[0] / one.first - 1.0;
    double const second = solution->throughput[1] / one.second - 1.0;
    RecordProperty(std::string(one.name) + "_e1", std::to_string(first));
    RecordProperty(std::string(one.name) + "_e2", std::to_string(second));
    EXPECT_LT(std::abs(first), 0.2) << one.name;
    EXPECT_LT(std::abs(second), 0.2) << one.name;
  }
}

LayeredNetwork web_and_database(std::int64_t clients, std::int64_t threads) {
  LayeredNetwork network;
  network.processors = {{"client", 0, false}, {"web", 1, true}, {"db", 0, false}};
  network.tasks = {{"clients", 0, clients, true, 0.2},
                   {"web", 1, threads, false, 0.0},
                   {"db", 2, 4, false, 0.0}};
  network.entries = {{"ask", 0, {{0.0, 0.0, {{1, 1.0}}}}, 0.0},
                     {"page", 1, {{0.03, 0.0, {{2, 1.0}}}}, 0.0},
                     {"query", 2, {{0.12, 0.0, {}}}, 0.0}};
  return network;
}

/// Threads that are held while the database works, against the exact chain.
TEST(LayeredTest, HeldThreadsLimitTheWeb) {
  for (auto const& [clients, exact] : {std::pair{12, 18.30367599}, std::pair{5, 13.37496569}}) {
    auto const solution = solved(layered_mean_value_analysis(web_and_database(clients, 3)));

    expect_near(solution.throughput[0], exact, 0.07);
  }
}

/// With a thread for everyone nothing is held that another one wants.
TEST(LayeredTest, EnoughThreadsAreAProductFormNetwork) {
  auto const solution = solved(layered_mean_value_analysis(web_and_database(12, 0)));
  expect_near(solution.throughput[0], 26.67866875, 0.05);
}

TEST(LayeredTest, CallsInACircleAreRefused) {
  auto network = web_and_database(5, 3);
  network.entries[2].phases[0].calls = {{1, 1.0}};
  auto const circle = layered_mean_value_analysis(network);
  ASSERT_FALSE(circle);
  EXPECT_NE(circle.reason().find("circle"), std::string::npos);
}

}  // namespace
}  // namespace sojourn::theory
