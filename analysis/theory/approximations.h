#pragma once

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

/// What is close where nothing is exact.
namespace sojourn::theory {

/// GI/G/c after Allen and Cunneen:
///     W = (scv of arrivals + scv of service) / 2 * W(M/M/c)
/// Exact for M/M/c and M/G/1. Elsewhere mostly within 10 % at loads above 0.7 and scv below 2;
/// with few arrivals or an scv of several it may be off by a third.
/// Source: Allen, Probability, Statistics and Queueing Theory, 2nd ed. (1990), section 5.4.
Answer<StationFigures> allen_cunneen(TwoMoments const& interarrival, TwoMoments const& service,
                                     int servers);

/// An upper bound of the mean wait in GI/G/1.
///     W <= lambda (variance of interarrival + variance of service) / (2 (1 - rho))
/// Source: Kingman, "Some inequalities for the queue GI/G/1", Biometrika 49 (1962).
Answer<double> kingman_bound(TwoMoments const& interarrival, TwoMoments const& service);

}  // namespace sojourn::theory
