#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/theory/station.h"

/// What the ways to solve a station share.
namespace sojourn {

/// One of the station's queues: of a replica, or the one that all replicas share.
struct OneQueue {
  double rate = 0.0;
  std::int64_t servers = 1;
  std::optional<std::int64_t> room;  ///< Waiting and in service.
  Stream stream;
  double parts = 1.0;
  bool split_exactly = true;
};

OneQueue queue_of(Station const& station);

/// "M/PH/2/10"
std::string name_of(OneQueue const& queue, TimeLaw const& hold, std::string const& arrivals);
std::string service_letter(TimeLaw const& law);

StationSolution solution_of(OneQueue const& queue, std::string model,
                            theory::StationFigures const& figures);

/// Who is next does not hang on how much there is to do.
bool is_plain(Discipline discipline);

/// What of the scenario around it keeps the station from being any model exactly.
std::vector<std::string> differences_of(Station const& station, OneQueue const& queue);

/// Without a limit of slots.
theory::Answer<StationSolution> solve_unlimited_crashes(Station const& station);
/// Servers that stop, slow down or crash again and again. Precondition: they do.
theory::Answer<StationSolution> solve_breaking(Station const& station, OneQueue const& queue);

}  // namespace sojourn
