#pragma once

#include <vector>

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

/// One server (or as many as it takes), Poisson arrivals, service times of any law, no limit.
/// A variance may be infinite; then the mean wait has no bound, which is an error here.
namespace sojourn::theory {

/// M/G/1: W = lambda E[S^2] / (2 (1 - rho)).
/// Source: Kleinrock, Queueing Systems, vol. 1 (1975), section 5.6.
Answer<StationFigures> mg1(double arrival_rate, TwoMoments const& service);

/// All in progress share the server equally, or the newest interrupts: T = E[S] / (1 - rho), and
/// the number present is geometric, whatever the law of the service.
/// Source: Harchol-Balter, Performance Modeling and Design of Computer Systems (2013), ch. 30.
Answer<StationFigures> mg1_sharing(double arrival_rate, double mean_service);

/// M/G/infinity: the number present is Poisson with mean lambda E[S].
/// Source: Kleinrock, vol. 1 (1975), section 3.4.
Answer<StationFigures> mg_infinity(double arrival_rate, double mean_service);

struct PriorityClass {
  double arrival_rate = 0.0;
  TwoMoments service;
};
/// Classes, the most urgent first, each first come first served. Without interruption
///     W[k] = W0 / ((1 - s[k-1]) (1 - s[k])),  W0 = sum lambda E[S^2] / 2 over all classes;
/// with interruption and resumption
///     T[k] = E[S[k]] / (1 - s[k-1]) + W0(k) / ((1 - s[k-1]) (1 - s[k])), W0(k) over 1, ..., k,
/// where s[k] is the load of the classes 1, ..., k.
/// Sources: Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954);
/// Kleinrock, Queueing Systems, vol. 2 (1976), chapter 3.
Answer<std::vector<StationFigures>> mg1_priorities(std::vector<PriorityClass> const& classes,
                                                   bool interrupts);

/// When nobody is left the server goes away, again and again until it finds somebody:
///     W = W(M/G/1) + E[V^2] / (2 E[V])
/// Source: Levy and Yechiali, "Utilization of idle time in an M/G/1 queueing system", Management
/// Science 22 (1975).
Answer<StationFigures> mg1_vacations(double arrival_rate, TwoMoments const& service,
                                     TwoMoments const& vacation);

/// The server fails at `failure_rate` while it is up, busy or idle; who is being served goes on
/// where he stopped. With C the time from the begin of a service to its end, repairs included:
///     W = lambda E[C^2] / (2 (1 - lambda E[C])) + P(down) E[R^2] / (2 E[R])
/// Source: Avi-Itzhak and Naor, "Some queuing problems with the service station subject to
/// breakdown", Operations Research 11 (1963).
Answer<StationFigures> mg1_breakdowns(double arrival_rate, TwoMoments const& service,
                                      double failure_rate, TwoMoments const& repair);

/// Requests arrive in batches of X. `batch_rate` is the rate of batches.
///     W = lambda E[Y^2] / (2 (1 - rho)) + E[S] (E[X^2] / E[X] - 1) / 2, Y the work of a batch
/// Source: Gross et al., Fundamentals of Queueing Theory, 4th ed. (2008), sections 3.1 and 5.1.
Answer<StationFigures> mg1_batches(double batch_rate, TwoMoments const& batch_size,
                                   TwoMoments const& service);

}  // namespace sojourn::theory
