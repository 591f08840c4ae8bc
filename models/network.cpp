#include "models/network.h"

#include <algorithm>

#include "models/world.h"

namespace sojourn {

std::uint32_t Network::link_between(Program const& program, std::uint32_t from, std::uint32_t to) {
  auto const& ways = program.ways[from];
  auto const found =
      std::lower_bound(ways.begin(), ways.end(), to,
                       [](Program::Way const& way, std::uint32_t end) { return way.to < end; });
  return found != ways.end() && found->to == to ? found->link : nowhere;
}

std::optional<Time> Network::send(World& world, std::uint32_t link, double bytes, Id call) {
  LinkPlan const& plan = world.program->links[link];
  LinkMeasures& measures = world.measures.links[plan.reported_as];
  ++measures.messages;
  measures.bytes += bytes;
  if (plan.price > 0.0 && bytes > 0.0) charge(world, plan, bytes, call);
  bool const arrives = passes(world, link);
  Time sent = world.now();
  if (plan.pipe != nowhere && bytes > 0.0) {
    sent = transmit(plan.pipe, sent, from_seconds(bytes / *plan.spec.bandwidth));
  }
  if (!arrives) {
    ++measures.lost;
    return std::nullopt;
  }
  return sent + draw_latency(world, link);
}

/// What is sent costs, whether it arrives or not; in vain, if nobody waits for it at the far end.
void Network::charge(World& world, LinkPlan const& link, double bytes, Id call) {
  LinkMeasures& measures = world.measures.links[link.reported_as];
  double const cost = bytes * link.price;
  measures.cost += cost;
  Call const* const served = world.calls.find(call);
  bool const is_wanted = !served || served->workload != nowhere ||
                         Calls::is_wanted(world, world.activities[served->caller.index]);
  if (!is_wanted) measures.wasted_cost += cost;
}

bool Network::passes(World& world, std::uint32_t link) {
  LinkPlan const& plan = world.program->links[link];
  LinkState const& state = links_[link];
  double const loss = 1.0 - (1.0 - plan.spec.loss.value_or(0.0)) * (1.0 - state.loss);
  bool const is_lost = loss > 0.0 && world.streams[plan.loss_stream].happens(loss);
  return !is_lost && state.partitions == 0;
}

Duration Network::draw_latency(World& world, std::uint32_t link) {
  LinkPlan const& plan = world.program->links[link];
  Duration latency{0};
  if (plan.spec.latency) {
    latency = plan.spec.latency->sample_duration(world.streams[plan.latency_stream]);
  }
  for (std::uint32_t const index : links_[link].delays) {
    FaultPlan const& fault = world.program->faults[index];
    latency += fault.delay->sample_duration(world.streams[fault.delay_stream]);
  }
  return latency;
}

Time Network::transmit(std::uint32_t index, Time now, Duration length) {
  Pipe& pipe = pipes_[index];
  pipe.free = std::max(now, pipe.free) + length;
  pipe.busy += in_seconds(length);
  return pipe.free;
}

void Network::end_delay(std::uint32_t link, std::uint32_t fault) {
  auto& delays = links_[link].delays;
  delays.erase(std::find(delays.begin(), delays.end(), fault));
}

double Network::transmitted(std::uint32_t pipe, Time now) const {
  double const to_come = std::max(0.0, in_seconds(pipes_[pipe].free - now));
  return pipes_[pipe].busy - pipes_[pipe].before - to_come;
}

void Network::begin(Time now) {
  for (std::uint32_t pipe = 0; pipe < pipes_.size(); ++pipe) {
    pipes_[pipe].before += transmitted(pipe, now);
  }
}

}  // namespace sojourn
