#pragma once

#include <string>
#include <vector>

#include <Eigen/Dense>

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// A station of a network; 0 servers: as many as it takes.
struct OpenStation {
  std::string name;
  double outside_rate = 0.0;  ///< Arrivals from outside the network, 1/s.
  TwoMoments service{1.0, 1.0};
  int servers = 1;
  double outside_scv = 1.0;  ///< Of the times between those arrivals.
};

struct OpenNetwork {
  std::vector<OpenStation> stations;
  Eigen::MatrixXd routing;  ///< (n, n): mean visits to j after one to i; row = from.
};

struct OpenSolution {
  std::vector<StationFigures> stations;
  std::vector<double> visits;  ///< To each station, of one who enters the network.
  double mean_in_network = 0.0;
  double mean_time_in_network = 0.0;  ///< s
};

/// The traffic equations, rate(j) = outside(j) + sum over i of rate(i) routing(i, j). Where what
/// goes round never comes to an end, the reason names the station at which most piles up.
/// Source: Jackson, "Networks of waiting lines", Operations Research 5 (1957).
Answer<std::vector<double>> traffic(OpenNetwork const& network);

/// Every station as M/M/c, which is exact for Poisson arrivals, exponential service, one line first
/// come first served, routing by chance. The same means hold for one server or unlimited ones that
/// share, whatever the law of the service.
/// Sources: Jackson (1957); Baskett, Chandy, Muntz and Palacios, "Open, closed, and mixed networks
/// of queues with different classes of customers", J. ACM 22 (1975).
Answer<OpenSolution> jackson(OpenNetwork const& network);

/// By two moments: how variable departures are, and so arrivals at the next station, is passed on
/// through linear equations; each station is then GI/G/c. Mostly within 10 %, worse where very
/// regular or very irregular streams meet a heavy load.
/// Source: Whitt, "The queueing network analyzer", Bell System Technical Journal 62 (1983).
Answer<OpenSolution> queueing_network_analyzer(OpenNetwork const& network);

/// How variable arrivals at each station are by the same equations: the scv of the times between
/// them. An overloaded station lets go as its servers work.
Answer<std::vector<double>> arrival_scvs(OpenNetwork const& network);
/// One station as the analyzer takes it: Allen and Cunneen's wait, less what regular arrivals
/// spare. Source: Kraemer and Langenbach-Belz (1976), as in Whitt (1983), equation (45).
Answer<StationFigures> two_moment_station(TwoMoments const& interarrival, TwoMoments const& service,
                                          int servers);

}  // namespace sojourn::theory
