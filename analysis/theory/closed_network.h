#pragma once

#include <string>
#include <vector>

#include <Eigen/Dense>

#include "analysis/theory/answer.h"

namespace sojourn::theory {

/// A station of a closed network; 0 servers: nobody waits there.
struct ClosedStation {
  std::string name;
  int servers = 1;
};

/// Users who think, go round the stations, and think again.
struct ClosedClass {
  int users = 1;
  double think_time = 0.0;      ///< s
  std::vector<double> demands;  ///< (stations): visits in a round x mean service time, s.
};

struct ClosedNetwork {
  std::vector<ClosedStation> stations;
  std::vector<ClosedClass> classes;
};

struct ClosedSolution {
  std::vector<double> throughput;   ///< (classes): rounds per second.
  std::vector<double> response;     ///< (classes): of a round, thinking left out, s.
  Eigen::MatrixXd residence;        ///< (classes, stations): time spent there in a round, s.
  Eigen::MatrixXd present;          ///< (classes, stations): how many are there.
  std::vector<double> utilisation;  ///< (stations): busy servers / servers; users where 0 servers.
};

/// Exact mean value analysis, for any number of classes. A station with several servers must serve
/// all classes alike; one with a single server may share or serve in order.
///     R(k) = D(k) (1 + Q(k) without one of the own class), single server
/// Cost: O(stations x servers x product of (users + 1)), refused beyond 5e7.
/// Sources: Reiser and Lavenberg, "Mean-value analysis of closed multichain queuing networks",
/// J. ACM 27 (1980); Bolch et al., Queueing Networks and Markov Chains (1998), section 8.2.
Answer<ClosedSolution> mean_value_analysis(ClosedNetwork const& network);

/// The same approximately, for any number of users: what an arrival sees is estimated from what
/// there is. Mostly within 5 %.
/// Sources: Schweitzer (1979); Bard (1979); Seidmann, Schweitzer and Shalev-Oren, "Computerized
/// closed queueing network models", Large Scale Systems 12 (1987), for several servers.
Answer<ClosedSolution> approximate_mean_value_analysis(ClosedNetwork const& network);

/// The same for one class by its normalising constants, exactly.
/// Source: Buzen, "Computational algorithms for closed queueing networks with exponential servers",
/// CACM 16 (1973).
Answer<ClosedSolution> convolution(ClosedNetwork const& network);

/// Between what the throughput of one class with single servers must lie.
struct Bounds {
  double lower = 0.0, upper = 0.0;  ///< 1/s
};
/// Asymptotic: N / (N D + Z) <= X <= min(1 / D max, N / (D + Z)).
/// Source: Denning and Buzen, "The operational analysis of queueing network models", Computing
/// Surveys 10 (1978).
Answer<Bounds> asymptotic_bounds(std::vector<double> const& demands, double think_time, int users);
/// Balanced job bounds, which are closer.
/// Source: Zahorjan, Sevcik, Eager and Galler, "Balanced job bound analysis of queueing networks",
/// CACM 25 (1982); Lazowska et al., Quantitative System Performance (1984), section 5.4.
Answer<Bounds> balanced_job_bounds(std::vector<double> const& demands, double think_time,
                                   int users);

}  // namespace sojourn::theory
