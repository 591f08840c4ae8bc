#include <fmt/format.h>

#include "analysis/theory/breakdowns.h"
#include "analysis/theory/mg1.h"
#include "app/theory/one_queue.h"

namespace sojourn {
namespace {

using theory::Answer;

/// What the model that is taken asks for beyond what all models do.
struct Assumptions {
  bool any_service = false;  ///< Else an exponential one.
  bool any_length = false;   ///< Of the breakdown; else a law of phases.
  bool any_order = false;    ///< That does not look at work; else first come first served.
};

std::vector<std::string> reasons_of(Station const& station, OneQueue const& queue,
                                    Assumptions const& model) {
  Breakdown const& breakdown = *station.breakdown;
  std::vector<std::string> found;
  if (!queue.stream.poisson() && station.stream.why.empty())
    found.emplace_back("arrivals are not Poisson");
  if (!model.any_service && !station.hold.exponential())
    found.emplace_back("the time in a slot is not exponential");
  if (!breakdown.between.exponential())
    found.push_back("the time between two of " + breakdown.fault + " is not exponential");
  if (!model.any_length && !breakdown.length.phases)
    found.push_back("the length of " + breakdown.fault + " is known by two moments only");
  bool const ordered =
      model.any_order ? is_plain(station.discipline) : station.discipline == Discipline::fifo;
  if (!ordered) found.emplace_back("the line is not in the order of arrival");
  if (station.patience) found.emplace_back("patience is left out");
  return found;
}

StationSolution judged(Station const& station, OneQueue const& queue, StationSolution solution,
                       Assumptions const& model) {
  solution.differences = reasons_of(station, queue, model);
  for (auto& why : differences_of(station, queue)) solution.differences.push_back(std::move(why));
  solution.exact = solution.differences.empty();
  if (!solution.exact) solution.error = "as far as these assumptions matter";
  return solution;
}

theory::PhaseType phases_of(TimeLaw const& law) {
  return law.phases ? *law.phases : theory::PhaseType::with_moments(law.moments());
}

std::string letters(OneQueue const& queue, char service) {
  std::string name = fmt::format("M/{}/{}", service, queue.servers);
  if (queue.room) name += "/" + std::to_string(*queue.room);
  return name;
}

Answer<StationSolution> solve_crashes(Station const& station, OneQueue const& queue) {
  Breakdown const& breakdown = *station.breakdown;
  auto const answer =
      theory::mmc_disasters(queue.rate, 1.0 / station.hold.mean, queue.servers,
                            {1.0 / breakdown.between.mean, breakdown.length.mean}, queue.room);
  if (!answer) return answer.failure();
  auto solution = solution_of(queue, letters(queue, 'M') + " with crashes", answer->station);
  solution.failed = answer->down + answer->struck;
  return judged(station, queue, solution, {.any_length = true});
}

/// A single server that stops: the times of service, and of what stops it, are of any law.
Answer<StationSolution> solve_stops_of_one(Station const& station, OneQueue const& queue) {
  Breakdown const& breakdown = *station.breakdown;
  double const rate = 1.0 / breakdown.between.mean;
  auto figures =
      theory::mg1_breakdowns(queue.rate, station.hold.moments(), rate, breakdown.length.moments());
  if (!figures) return figures.failure();
  theory::StationFigures held = *figures;
  held.utilisation *= 1.0 + rate * breakdown.length.mean;  // A slot is held through a stop.
  auto solution = solution_of(
      queue, letters(queue, station.hold.exponential() ? 'M' : 'G') + " with breakdowns", held);
  return judged(station, queue, solution,
                {.any_service = true, .any_length = true, .any_order = true});
}

Answer<StationSolution> solve_interruptions(Station const& station, OneQueue const& queue) {
  Breakdown const& breakdown = *station.breakdown;
  double const speed = breakdown.kind == Breakdown::Kind::slows ? 1.0 / breakdown.factor : 0.0;
  bool const room_counts = speed > 0.0;
  if (queue.servers > 1000) return theory::Unsolvable{"it has too many slots to solve"};
  auto const figures =
      theory::mmc_interrupted(queue.rate, 1.0 / station.hold.mean, static_cast<int>(queue.servers),
                              {1.0 / breakdown.between.mean, phases_of(breakdown.length), speed},
                              room_counts ? queue.room : std::nullopt);
  if (!figures) return figures.failure();
  OneQueue solved = queue;
  if (!room_counts) solved.room.reset();
  auto solution = judged(
      station, queue,
      solution_of(queue,
                  letters(solved, 'M') + (speed > 0.0 ? " that slows down" : " with breakdowns"),
                  *figures),
      {.any_order = true});
  if (queue.room && !room_counts) {
    solution.exact = false;
    solution.differences.emplace_back("its line is limited");
    solution.error = "as if its line were not";
  }
  return solution;
}

}  // namespace

Answer<StationSolution> solve_unlimited_crashes(Station const& station) {
  Breakdown const& breakdown = *station.breakdown;
  theory::Disaster const disaster{1.0 / breakdown.between.mean, breakdown.length.mean};
  auto const answer =
      station.hold.constant
          ? theory::md_infinity_disasters(station.rate, station.hold.mean, disaster)
          : theory::mg_infinity_disasters(station.rate, phases_of(station.hold), disaster);
  if (!answer) return answer.failure();
  StationSolution solution;
  solution.model = "M/G/inf with crashes";
  solution.figures = answer->station;
  solution.latency = answer->station.mean_sojourn;
  solution.failed = answer->down + answer->struck;
  if (!station.stream.as_poisson())
    solution.differences.push_back(station.stream.why.empty() ? "arrivals are not Poisson"
                                                              : station.stream.why);
  if (!station.hold.constant && !station.hold.phases)
    solution.differences.emplace_back("the time in a slot is known by two moments only");
  if (!station.hold.exact)
    solution.differences.emplace_back("how long a request stays is itself an estimate");
  if (!breakdown.between.exponential())
    solution.differences.push_back("the time between two of " + breakdown.fault +
                                   " is not exponential");
  solution.exact = solution.differences.empty();
  if (!solution.exact) solution.error = "as far as these assumptions matter";
  return solution;
}

Answer<StationSolution> solve_breaking(Station const& station, OneQueue const& queue) {
  if (station.breakdown->kind == Breakdown::Kind::crashes) return solve_crashes(station, queue);
  bool const one = queue.servers == 1 && !queue.room;
  if (station.breakdown->kind == Breakdown::Kind::stops && one)
    return solve_stops_of_one(station, queue);
  return solve_interruptions(station, queue);
}

}  // namespace sojourn
