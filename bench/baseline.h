#pragma once

#include <array>
#include <cstdint>

namespace sojourn::by_hand {

/// What a hand-written loop measured.
struct Figures {
  std::uint64_t requests = 0;      ///< That left.
  double mean_sojourn_time = 0.0;  ///< s
  double p99 = 0.0;                ///< s, of the sojourn time; within 1/128
};

/// Three questions, each answered as one would by hand for this question alone, as fast as we know
/// how to write it: a heap of 16-byte events, the quickest random numbers, a mean and a histogram
/// of the time from arrival to departure. What a general simulator costs is measured against them.
///
/// Units: s and 1/s. All times are exponential, all lines first come first served and unbounded.

/// One server. An arrival and a departure: 2 events a request.
Figures single_server(double arrival_rate, double mean_work, double length, std::uint64_t seed);

/// Ten servers in a row. An arrival and ten ends of work: 11 events a request.
Figures ten_in_a_row(double arrival_rate, double mean_work, double length, std::uint64_t seed);

/// Three tiers, each of which works, then asks the next and keeps its thread until the reply is
/// there. An arrival and three ends of work: 4 events a request.
Figures three_tiers(std::array<std::uint32_t, 3> const& threads, double arrival_rate,
                    double mean_work, double length, std::uint64_t seed);

}  // namespace sojourn::by_hand
