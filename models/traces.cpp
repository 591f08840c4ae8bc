#include "models/traces.h"

#include <utility>

#include "models/world.h"

namespace sojourn {
namespace {

std::vector<std::string> sources_of(Program const& program) {
  std::vector<std::string> names;
  for (WorkloadPlan const& workload : program.workloads) names.push_back(workload.spec.name);
  for (ServicePlan const& service : program.services) names.push_back(service.spec.name);
  for (ChannelPlan const& channel : program.channels) names.push_back(channel.name);
  return names;
}

std::uint32_t source_of_service(Program const& program, std::uint32_t service) {
  return static_cast<std::uint32_t>(program.workloads.size()) + service;
}

std::string name_of(Program const& program, std::uint32_t operation) {
  OperationPlan const& plan = program.operations[operation];
  return program.services[plan.service].spec.name + "." + plan.name;
}

}  // namespace

void Traces::turn_on(Streams const& streams, TraceOptions const& options) {
  random_.emplace(streams.open("traces"));
  options_ = options;
}

TracedRun Traces::collect(World const& world) {
  TracedRun collected = std::move(run_);
  collected.sources = sources_of(*world.program);
  for (Span& span : collected.spans) {
    if (span.is_open) span.end = world.now();
  }
  return collected;
}

std::size_t Traces::open() const {
  return visits_.size() + calls_.size() + publications_.size() + deliveries_.size() +
         messages_.size();
}

// --- Spans ---------------------------------------------------------------------------------------

/// A request of a client begins: its span, if it is to be traced.
Traces::Place Traces::begin_request(World const& world, std::uint32_t site) {
  if (!is_counted(world.now()) || !random_->happens(options_.share)) return nowhere;
  run_.has_more = run_.requests == options_.most_requests;
  if (run_.has_more) return nowhere;
  CallSite const& plan = world.program->call_sites[site];
  Place const span = begin(world, nowhere, Span::Kind::client, plan.workload,
                           name_of(*world.program, plan.operation));
  run_.spans[span].trace = static_cast<std::uint32_t>(run_.requests++);
  return span;
}

Traces::Place Traces::begin(World const& world, Place parent, Span::Kind kind, std::uint32_t source,
                            std::string name) {
  Span& span = run_.spans.emplace_back();
  if (parent != nowhere) span.trace = run_.spans[parent].trace;
  span.parent = parent;
  span.source = source;
  span.kind = kind;
  span.begin = span.end = world.now();
  span.name = std::move(name);
  return static_cast<Place>(run_.spans.size() - 1);
}

/// A call, or an attempt, by whoever `caller` is a span of.
Traces::Place Traces::begin_call(World const& world, Place caller, std::uint32_t operation) {
  Place const span = begin(world, caller, Span::Kind::client, run_.spans[caller].source,
                           name_of(*world.program, operation));
  run_.spans[span].replica = run_.spans[caller].replica;
  return span;
}

/// Something that a replica does.
Traces::Place Traces::begin_at(World const& world, Place parent, Activity const& activity,
                               Span::Kind kind, std::string name) {
  std::uint32_t const service = world.program->replica_service[activity.replica];
  Place const span =
      begin(world, parent, kind, source_of_service(*world.program, service), std::move(name));
  run_.spans[span].replica = activity.replica - world.program->services[service].first_replica;
  return span;
}

void Traces::end(World const& world, Place place, Outcome outcome) {
  if (place == nowhere || !run_.spans[place].is_open) return;
  Span& span = run_.spans[place];
  span.is_open = false;
  span.end = world.now();
  span.outcome = outcome;
}

void Traces::note(World const& world, Place span, std::string_view event) {
  run_.spans[span].events.push_back({world.now(), event});
}

// --- Activities ----------------------------------------------------------------------------------

Traces::Visit* Traces::visit_of(World const& world, Activity const& activity) {
  auto const found = visits_.find(world.activities.id_of(activity).token());
  return found == visits_.end() ? nullptr : &found->second;
}

Traces::Place Traces::span_of(World const& world, Activity const& activity) const {
  return are_on() ? find_visit(world.activities.id_of(activity)).span : nowhere;
}

/// The span from which a request comes.
Traces::Place Traces::sender_of(Activity const& request) {
  if (request.reply_kind == sent_.kind && request.reply == sent_.reply) {
    return std::exchange(sent_, {}).span;
  }
  switch (request.reply_kind) {
    case ReplyTo::call: {
      auto const call = calls_.find(request.reply.token());
      return call == calls_.end() ? nowhere : call->second.attempt;
    }
    case ReplyTo::caller:
      return find_visit(request.reply).asks;
    case ReplyTo::delivery:
      return find(deliveries_, request.reply);
    default:
      return nowhere;
  }
}

void Traces::is_sent(World const& world, Activity const& request) {
  Place const sender = sender_of(request);
  if (sender == nowhere) return;
  Visit& visit = visits_[world.activities.id_of(request).token()];
  visit.span = sender;
  if (request.reply_kind == ReplyTo::client) visit.client = sender;
}

void Traces::arrives(World const& world, Activity const& request) {
  if (request.state != ActivityState::travelling) is_sent(world, request);
  Visit* const visit = visit_of(world, request);
  if (!visit) return;
  visit->has_arrived = true;
  visit->span = begin_at(world, visit->span, request, Span::Kind::server,
                         name_of(*world.program, world.operation_of(request)));
}

void Traces::note(World const& world, Activity const& activity, std::string_view event) {
  if (Visit const* const visit = visit_of(world, activity)) note(world, visit->span, event);
}

void Traces::forwards(World const& world, Activity const& forwarder) {
  Visit const* const visit = visit_of(world, forwarder);
  sent_ = visit ? Sent{forwarder.reply_kind, forwarder.reply, visit->span} : Sent{};
}

void Traces::moves_on(World const& world, Activity const& request) {
  sent_ = {};
  Visit* const visit = visit_of(world, request);
  if (!visit) return;
  Place const before = visit->span;
  visit->span = begin_at(world, before, request, Span::Kind::server,
                         name_of(*world.program, world.operation_of(request)));
  end(world, before, Outcome::success);
}

void Traces::part_begins(World const& world, Activity const& whole, Activity const& part) {
  bool const is_branch = part.reply_kind == ReplyTo::join;
  begin_part(world, span_of(world, whole), part, is_branch ? " branch" : " background");
}

void Traces::is_taken_up(World const& world, Activity const& saga, std::uint32_t cut_short) {
  begin_part(world, cut_short, saga, " undo");
}

/// An activity without a request of its own, for that of another.
void Traces::begin_part(World const& world, Place whole, Activity const& part,
                        std::string const& what) {
  if (whole == nowhere) return;
  Place const span = begin_at(world, whole, part, Span::Kind::internal,
                              name_of(*world.program, world.operation_of(part)) + what);
  visits_[world.activities.id_of(part).token()] = {.span = span, .has_arrived = true};
}

void Traces::responds(World const& world, Activity const& activity, Outcome outcome) {
  Visit* const visit = visit_of(world, activity);
  if (!visit) return;
  note(world, visit->span, "responded");
  end(world, std::exchange(visit->client, nowhere), as_seen_by_caller(outcome));
}

void Traces::ends(World const& world, Activity const& activity, Outcome outcome) {
  auto const found = visits_.find(world.activities.id_of(activity).token());
  if (found == visits_.end()) return;
  Visit const visit = found->second;
  visits_.erase(found);
  if (!visit.has_arrived) return;
  end(world, visit.asks, Outcome::abandoned);
  end(world, visit.publishes, Outcome::abandoned);
  end(world, visit.span, outcome);
  if (activity.reply_kind == ReplyTo::client) end(world, visit.client, as_seen_by_caller(outcome));
  if (sent_.span == visit.span) sent_ = {};
}

// --- Calls ---------------------------------------------------------------------------------------

void Traces::request_begins(World const& world, Call const& call) {
  Place const span = begin_request(world, call.site);
  if (span != nowhere) calls_[world.calls.id_of(call).token()].caller = span;
}

void Traces::request_asks(World const& world, std::uint32_t user, std::uint32_t site) {
  sent_ = {ReplyTo::client, {user, site}, begin_request(world, site)};
}

void Traces::request_is_refused(World const& world, Outcome outcome) {
  end(world, std::exchange(sent_, {}).span, as_seen_by_caller(outcome));
}

void Traces::call_begins(World const& world, Activity const& caller, Id call) {
  if (Visit const* const visit = visit_of(world, caller)) calls_[call.token()].caller = visit->span;
}

void Traces::attempt_begins(World const& world, Call const& call) {
  auto const found = calls_.find(world.calls.id_of(call).token());
  if (found == calls_.end()) return;
  TracedCall& traced = found->second;
  traced.attempt = begin_call(world, traced.caller, world.site_of(call).operation);
  run_.spans[traced.attempt].attempt = call.attempt;
}

void Traces::copy_is_sent(World const& world, Id call) {
  auto const found = calls_.find(call.token());
  if (found != calls_.end()) note(world, found->second.attempt, "copy sent");
}

void Traces::attempt_ends(World const& world, Id call, Outcome outcome) {
  auto const found = calls_.find(call.token());
  if (found == calls_.end()) return;
  end(world, std::exchange(found->second.attempt, nowhere), as_seen_by_caller(outcome));
}

/// Of a client the request ends with it.
void Traces::call_ends(World const& world, Id id, Outcome outcome) {
  auto const found = calls_.find(id.token());
  if (found == calls_.end()) return;
  TracedCall const traced = found->second;
  calls_.erase(found);
  end(world, traced.attempt, as_seen_by_caller(outcome));
  if (world.calls[id.index].workload != nowhere)
    end(world, traced.caller, as_seen_by_caller(outcome));
}

void Traces::asks(World const& world, Activity const& caller, CallSite const& site) {
  Visit* const visit = visit_of(world, caller);
  if (visit) visit->asks = begin_call(world, visit->span, site.operation);
}

void Traces::is_answered(World const& world, Activity const& caller, Outcome outcome) {
  if (Visit* const visit = visit_of(world, caller))
    end(world, std::exchange(visit->asks, nowhere), as_seen_by_caller(outcome));
}

}  // namespace sojourn
