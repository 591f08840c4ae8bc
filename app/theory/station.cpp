#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "analysis/theory/approximations.h"
#include "analysis/theory/erlang.h"
#include "analysis/theory/gi_m_1.h"
#include "analysis/theory/markov_station.h"
#include "analysis/theory/md1.h"
#include "analysis/theory/mmc.h"
#include "analysis/theory/open_network.h"
#include "app/theory/one_queue.h"

namespace sojourn {
namespace {

using theory::Answer;
using theory::StationFigures;

/// No limit on slots: nobody waits.
Answer<StationSolution> solve_unlimited(Station const& station) {
  auto const figures = theory::mg_infinity(station.rate, station.hold.mean);
  if (!figures) return figures.failure();
  StationSolution solution;
  // How they arrive is of no weight where nobody waits.
  solution.model = station.stream.as_poisson() ? "M/G/inf" : "G/G/inf";
  solution.figures = *figures;
  solution.latency = station.hold.mean;
  solution.exact = station.hold.exact;
  if (!station.hold.exact)
    solution.differences.emplace_back("how long a request stays is itself an estimate");
  solution.wait_above = [](double) { return 0.0; };
  if (station.hold.phases)
    solution.sojourn_above = [law = *station.hold.phases](double t) { return law.above(t); };
  return solution;
}

/// Exponential, one line, perhaps a limit, perhaps impatience.
Answer<StationSolution> solve_markov(Station const& station, OneQueue const& queue) {
  double const patience = station.patience ? station.patience->mean() : 0.0;
  auto const solved =
      theory::MarkovStation::solve({.arrival_rate = queue.rate,
                                    .service_rate = 1.0 / station.hold.mean,
                                    .servers = queue.servers,
                                    .capacity = queue.room,
                                    .sources = std::nullopt,
                                    .patience_rate = patience > 0.0 ? 1.0 / patience : 0.0});
  if (!solved) return solved.failure();
  std::string model = name_of(queue, TimeLaw::of(Distribution::exponential(1.0)), "M");
  if (station.patience) model += " with impatience (Erlang A)";
  auto solution = solution_of(queue, model, solved->figures());
  solution.latency = solved->mean_sojourn_of_served();
  auto const shared = std::make_shared<theory::MarkovStation const>(*solved);
  if (station.discipline == Discipline::fifo && solved->distribution_is_known()) {
    solution.wait_above = [shared](double t) { return shared->wait_above(t); };
    solution.sojourn_above = [shared](double t) { return shared->sojourn_above(t); };
  }
  return solution;
}

Answer<StationSolution> solve_mmc(Station const& station, OneQueue const& queue) {
  auto const solved =
      theory::Mmc::solve(queue.rate, 1.0 / station.hold.mean, static_cast<int>(queue.servers));
  if (!solved) return solved.failure();
  auto solution = solution_of(queue, name_of(queue, station.hold, "M"), solved->figures());
  if (station.discipline == Discipline::fifo) {
    solution.wait_above = [law = *solved](double t) { return law.wait_above(t); };
    solution.sojourn_above = [law = *solved](double t) { return law.sojourn_above(t); };
  }
  return solution;
}

/// One server, Poisson arrivals, any service.
Answer<StationSolution> solve_mg1(Station const& station, OneQueue const& queue) {
  auto const figures = theory::mg1(queue.rate, station.hold.moments());
  if (!figures) return figures.failure();
  auto solution = solution_of(queue, name_of(queue, station.hold, "M"), *figures);
  if (station.discipline != Discipline::fifo) return solution;
  if (station.hold.constant) {
    auto const solved = theory::Md1::solve(queue.rate, station.hold.mean);
    if (!solved) return solved.failure();
    auto const law = std::make_shared<theory::Md1 const>(*solved);
    solution.wait_above = [law](double t) { return law->wait_above(t); };
    solution.sojourn_above = [law, s = station.hold.mean](double t) {
      return t < s ? 1.0 : law->wait_above(t - s);
    };
  } else if (station.hold.phases) {
    auto const wait = theory::wait_in_mph1(queue.rate, *station.hold.phases);
    if (!wait) return wait.failure();
    solution.wait_above = [law = *wait](double t) { return law.above(t); };
    solution.sojourn_above = [law = wait->followed_by(*station.hold.phases)](double t) {
      return law.above(t);
    };
  }
  return solution;
}

Answer<StationSolution> solve_priorities(Station const& station, OneQueue const& queue) {
  auto const classes = theory::mg1_priorities(station.classes, interrupts(station.discipline));
  if (!classes) return classes.failure();
  StationFigures all;
  for (auto const& each : *classes) {
    all.throughput += each.throughput;
    all.utilisation += each.utilisation;
    all.mean_in_system += each.mean_in_system;
    all.mean_queue += each.mean_queue;
    all.mean_wait += each.throughput * each.mean_wait;
    all.probability_wait += each.throughput * each.probability_wait;
  }
  all.mean_wait /= all.throughput;
  all.probability_wait /= all.throughput;
  all.mean_sojourn = all.mean_in_system / all.throughput;
  auto solution = solution_of(queue, name_of(queue, station.hold, "M") + " with priorities", all);
  solution.classes = *classes;
  return solution;
}

/// Not Poisson, but a stream that has a model of its own.
std::optional<Answer<StationSolution>> solve_stream(Station const& station, OneQueue const& queue) {
  Stream const& stream = queue.stream;
  TimeLaw const& hold = station.hold;
  auto const servers = static_cast<int>(std::min<std::int64_t>(queue.servers, 1000));
  if (stream.kind == Stream::Kind::renewal && stream.interarrival.constant && hold.exponential() &&
      servers == 1) {
    auto const solved = theory::GiM1::constant_arrivals(1.0 / queue.rate, 1.0 / hold.mean);
    if (!solved) return solved.failure();
    auto solution = solution_of(queue, "D/M/1", solved->figures());
    double const left = 1.0 / solved->figures().mean_sojourn;
    solution.wait_above = [left, p = solved->figures().probability_wait](double t) {
      return p * std::exp(-left * t);
    };
    solution.sojourn_above = [left](double t) { return std::exp(-left * t); };
    return solution;
  }
  if (stream.kind == Stream::Kind::batches && servers == 1) {
    auto const figures =
        theory::mg1_batches(queue.rate / stream.batch.mean, stream.batch, hold.moments());
    if (!figures) return figures.failure();
    return solution_of(queue, "M[X]/" + service_letter(hold) + "/1", *figures);
  }
  if (!hold.phases) return std::nullopt;
  std::optional<theory::MarkovArrivals> arrivals;
  std::string letter = "MMPP";
  if (stream.kind == Stream::Kind::markov && stream.chain) arrivals = stream.chain;
  if (stream.kind == Stream::Kind::renewal && stream.interarrival.phases) {
    arrivals = theory::MarkovArrivals::renewal(*stream.interarrival.phases);
    letter = "PH";
  }
  if (!arrivals) return std::nullopt;
  auto const figures = theory::map_ph_c(*arrivals, *hold.phases, servers);
  if (!figures) return std::nullopt;
  return solution_of(queue, name_of(queue, hold, letter), *figures);
}

/// Something near.
Answer<StationSolution> solve_nearly(Station const& station, OneQueue const& queue) {
  if (queue.room || station.patience) {
    auto solution = solve_markov(station, queue);
    if (!solution) return solution;
    StationSolution near = *solution;
    near.wait_above = near.sojourn_above = nullptr;
    near.error = "as if times were exponential";
    return near;
  }
  bool const network = queue.stream.scv_from_network;
  auto const solve = network ? theory::two_moment_station : theory::allen_cunneen;
  auto const figures = solve({1.0 / queue.rate, queue.stream.scv}, station.hold.moments(),
                             static_cast<int>(queue.servers));
  if (!figures) return figures.failure();
  auto solution = solution_of(queue, network ? "QNA" : "Allen-Cunneen", *figures);
  solution.error = network ? "by two moments: mostly within 10 %, worse where very regular or very "
                             "irregular streams meet a heavy load"
                           : "mostly within 10 % at loads above 70 %, at low ones up to a third";
  return solution;
}

/// What of the station itself keeps it from being a model that is solved.
std::vector<std::string> reasons_of(Station const& station, OneQueue const& queue) {
  std::vector<std::string> found;
  std::string const time = "the time in a slot is not exponential";
  if (!station.hold.exponential() && queue.room)
    found.push_back(time + ", and the line is limited");
  else if (!station.hold.exponential() && queue.servers > 1)
    found.push_back(time + ", and there are several slots");
  else if (!queue.stream.as_poisson() && station.stream.why.empty())
    found.push_back(station.hold.phases
                        ? "arrivals are not Poisson, nor made of phases"
                        : "arrivals are not Poisson, and " + time + " nor made of phases");
  if (station.patience && !TimeLaw::of(*station.patience).exponential())
    found.emplace_back("patience is not exponential");
  if (!is_plain(station.discipline)) found.emplace_back("the line is not in the order of arrival");
  return found;
}

Answer<StationSolution> solve_limited(Station const& station, OneQueue const& queue, bool& fits) {
  bool const poisson = queue.stream.as_poisson();
  bool const exponential = station.hold.exponential();
  bool const plain = is_plain(station.discipline);
  bool const patient = !station.patience;
  fits = true;
  if (poisson && exponential && plain && (queue.room || !patient) &&
      (patient || TimeLaw::of(*station.patience).exponential()))
    return solve_markov(station, queue);
  if (poisson && queue.room && *queue.room == queue.servers && patient) {
    auto solution = solve_markov(station, queue);
    if (!solution) return solution;
    StationSolution loss = *solution;
    loss.model = name_of(queue, station.hold, "M") + " (Erlang B)";
    loss.sojourn_above = nullptr;
    return loss;
  }
  if (!queue.room && patient) {
    if (poisson && exponential && plain) return solve_mmc(station, queue);
    bool const truly = queue.stream.poisson() && queue.servers == 1;
    if (truly && plain) return solve_mg1(station, queue);
    if (truly && station.discipline == Discipline::preemptive_lifo) {
      auto const figures = theory::mg1_sharing(queue.rate, station.hold.mean);
      if (!figures) return figures.failure();
      StationFigures last = *figures;
      last.mean_queue = last.mean_in_system - last.utilisation;
      return solution_of(queue, "M/G/1 last come first served", last);
    }
    if (truly && !station.classes.empty()) return solve_priorities(station, queue);
    if (plain)
      if (auto const solution = solve_stream(station, queue)) return *solution;
  }
  fits = false;
  return solve_nearly(station, queue);
}

}  // namespace

namespace {

/// Where next to nobody waits or is turned away, how those few would is of no weight.
bool has_always_room(StationSolution const& solution) {
  return solution.figures.probability_wait < 1e-6 && solution.figures.loss_probability < 1e-9;
}

Answer<StationSolution> without_waiting(Station const& station, StationSolution const& limited) {
  auto const answer = solve_unlimited(station);
  if (!answer) return answer;
  StationSolution solution = *answer;
  solution.exact = solution.exact && station.stream.as_poisson();
  if (!station.stream.why.empty()) solution.differences.push_back(station.stream.why);
  solution.model = "M/G/inf, for a slot is always free";
  solution.parts = limited.parts;
  auto const slots = static_cast<double>(station.slots) * static_cast<double>(station.replicas);
  solution.figures.utilisation = solution.figures.mean_in_system / slots;
  solution.figures.mean_in_system /= limited.parts;
  return solution;
}

}  // namespace

Answer<StationSolution> solve(Station const& station) {
  if (station.breakdown && station.breakdown->kind == Breakdown::Kind::errors) {
    // They come on top of what is done, and keep nobody from anything.
    Station sound = station;
    sound.breakdown.reset();
    auto const answer = solve(sound);
    if (!answer) return answer;
    StationSolution solution = *answer;
    solution.errors = station.breakdown->factor * station.breakdown->share();
    return solution;
  }
  if (station.slots == unlimited && station.speeds.empty())
    return station.breakdown ? solve_unlimited_crashes(station) : solve_unlimited(station);
  OneQueue const queue = queue_of(station);
  if (station.breakdown) return solve_breaking(station, queue);
  bool fits = false;
  auto const answer =
      station.speeds.empty() ? solve_limited(station, queue, fits) : solve_shared(station);
  if (!answer) return answer;
  StationSolution solution = *answer;
  auto const differences = differences_of(station, queue);
  if (station.speeds.empty()) {
    solution.exact = fits && differences.empty();
    if (!solution.exact && has_always_room(solution)) return without_waiting(station, solution);
    auto const reasons = fits ? std::vector<std::string>{} : reasons_of(station, queue);
    solution.differences.insert(solution.differences.end(), reasons.begin(), reasons.end());
  }
  solution.differences.insert(solution.differences.end(), differences.begin(), differences.end());
  if (!differences.empty()) {
    solution.exact = false;
    if (solution.error.empty()) solution.error = "as far as these assumptions matter";
  }
  return solution;
}

Answer<StationSolution> solve_shared(Station const& station) {
  OneQueue const queue = queue_of(station);
  double const mu = 1.0 / station.hold.mean;
  bool const one_at_a_time = station.speeds.size() == 1 && station.slots == unlimited;
  if (one_at_a_time && !queue.room) {
    auto const figures = theory::mg1_sharing(queue.rate, station.hold.mean / station.speeds[0]);
    if (!figures) return figures.failure();
    auto solution = solution_of(queue, "M/G/1 sharing", *figures);
    solution.exact = station.hold.exact && queue.stream.as_poisson();
    return solution;
  }
  std::vector<double> rates;
  auto const slots = static_cast<std::size_t>(
      station.slots == unlimited ? static_cast<Limit>(station.speeds.size()) : station.slots);
  for (std::size_t n = 0; n < std::max<std::size_t>(1, slots); ++n)
    rates.push_back(mu * station.speeds[std::min(n, station.speeds.size() - 1)]);
  std::optional<std::int64_t> room;
  if (station.slots != unlimited && station.line != unlimited) room = station.slots + station.line;
  auto const figures = theory::load_dependent_station(queue.rate, rates, room);
  if (!figures) return figures.failure();
  auto solution = solution_of(
      queue, fmt::format("M/M/{} with a speed for each number at work", slots), *figures);
  if (station.slots == unlimited) {
    // Nobody waits for a slot; who works is all who are there.
    solution.figures.mean_wait = solution.figures.mean_queue = 0.0;
    solution.figures.probability_wait = 0.0;
  }
  solution.exact = station.hold.exponential() && queue.stream.as_poisson() && !station.patience &&
                   is_plain(station.discipline);
  if (!station.hold.exponential()) solution.differences.emplace_back("work is not exponential");
  if (!solution.exact) solution.error = "as if work were exponential";
  return solution;
}

}  // namespace sojourn
