#include "app/theory/one_queue.h"

#include <algorithm>

namespace sojourn {

using theory::StationFigures;

namespace {

bool one_line(Station const& station) { return station.shared_line || station.replicas == 1; }

Stream not_renewal(Stream stream, double scv) {
  stream.kind = Stream::Kind::other;
  stream.scv = scv;
  return stream;
}

/// In turn: the time between two at one replica is the sum of as many as there are replicas.
Stream in_turn(Station const& station) {
  Stream stream = station.stream;
  auto const replicas = static_cast<int>(std::min<std::int64_t>(station.replicas, 40));
  auto const n = static_cast<double>(station.replicas);
  if (stream.poisson()) {
    stream.interarrival = TimeLaw::of(Distribution::erlang(n / station.rate, replicas));
    stream.kind = Stream::Kind::renewal;
  } else if (stream.kind == Stream::Kind::renewal) {
    TimeLaw const one = stream.interarrival;
    for (int i = 1; i < replicas; ++i) stream.interarrival = stream.interarrival.then(one);
  } else if (!stream.as_poisson()) {
    return not_renewal(stream, stream.scv / n);
  }
  stream.scv /= n;
  return stream;
}

/// By chance: each replica has a share of what comes.
Stream by_chance(Station const& station) {
  Stream stream = station.stream;
  double const share = 1.0 / static_cast<double>(station.replicas);
  double const scv = 1.0 + share * (stream.scv - 1.0);
  if (stream.as_poisson()) return stream;
  if (stream.kind == Stream::Kind::markov && stream.chain) {
    stream.chain->quiet += (1.0 - share) * stream.chain->marked;
    stream.chain->marked *= share;
  } else if (auto& law = stream.interarrival; stream.kind == Stream::Kind::renewal && law.phases) {
    law.phases->phases += (1.0 - share) * law.phases->exits() * law.phases->start;
    law.mean /= share;
    law.variance = scv * law.mean * law.mean;
  } else {
    return not_renewal(stream, scv);
  }
  stream.scv = scv;
  return stream;
}

Stream dealt_out(Station const& station) {
  if (station.balance == Balance::round_robin) return in_turn(station);
  if (station.balance == Balance::random) return by_chance(station);
  return station.stream;
}

/// What each replica gets is known as well as what comes.
bool is_split_exactly(Station const& station, Stream const& part) {
  if (part.kind == Stream::Kind::other) return false;
  if (station.balance == Balance::random) return true;
  return station.balance == Balance::round_robin && part.kind == Stream::Kind::renewal &&
         station.replicas <= 40;
}

}  // namespace

OneQueue queue_of(Station const& station) {
  OneQueue queue;
  auto const replicas = static_cast<double>(station.replicas);
  bool const by_length = station.balance == Balance::least_outstanding;
  bool const pooled = one_line(station) || by_length;
  queue.parts = pooled ? 1.0 : replicas;
  queue.rate = station.rate / queue.parts;
  queue.servers = pooled ? station.slots * station.replicas : station.slots;
  if (station.line != unlimited)
    queue.room = queue.servers +
                 (pooled && !station.shared_line ? station.line * station.replicas : station.line);
  queue.stream = pooled ? station.stream : dealt_out(station);
  queue.split_exactly = one_line(station) || (!pooled && is_split_exactly(station, queue.stream));
  return queue;
}

std::string service_letter(TimeLaw const& law) {
  if (law.constant) return "D";
  if (law.exponential()) return "M";
  return law.phases ? "PH" : "G";
}

std::string name_of(OneQueue const& queue, TimeLaw const& hold, std::string const& arrivals) {
  std::string name = arrivals + "/" + service_letter(hold) + "/" + std::to_string(queue.servers);
  if (queue.room) name += "/" + std::to_string(*queue.room);
  return name;
}

StationSolution solution_of(OneQueue const& queue, std::string model,
                            StationFigures const& figures) {
  StationSolution solution;
  solution.model = std::move(model);
  solution.parts = queue.parts;
  solution.figures = figures;
  solution.latency = figures.mean_sojourn;
  return solution;
}

bool is_plain(Discipline discipline) {
  return discipline == Discipline::fifo || discipline == Discipline::lifo ||
         discipline == Discipline::random;
}

std::vector<std::string> differences_of(Station const& station, OneQueue const& queue) {
  std::vector<std::string> found;
  if (!station.stream.why.empty()) found.push_back(station.stream.why);
  if (station.when_full != QueueSpec::WhenFull::reject && queue.room)
    found.emplace_back("a full queue does not reject");
  if (!queue.split_exactly)
    found.emplace_back(station.replicas > 1 && queue.parts == 1.0
                           ? "replicas have queues of their own, and here are taken as one"
                           : "replicas do not get arrivals by chance");
  if (!station.hold.exact) found.emplace_back("how long a slot is held is itself an estimate");
  return found;
}

}  // namespace sojourn
