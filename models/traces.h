#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/activity.h"
#include "models/call.h"
#include "models/message.h"
#include "models/outcome.h"
#include "models/program.h"
#include "models/record_pool.h"
#include "models/span.h"
#include "sim/random_stream.h"
#include "sim/time.h"

namespace sojourn {

struct World;

/// Notes what becomes of some of the clients' requests, span by span. It only looks: no record
/// knows whether it is traced. Which are is kept here, by their names. Who tells it what happens
/// asks `are_on` first.
///
/// Cost: one hash table is asked for each thing told, a tree for each message. Memory: that of the
/// spans.
class Traces {
 public:
  [[nodiscard]] bool are_on() const { return random_.has_value(); }
  /// From now on, requests that are sent in the measured time are traced.
  void turn_on(Streams const& streams, TraceOptions const& options);
  /// What has been traced. Spans that have not ended do so now.
  [[nodiscard]] TracedRun collect(World const& world);
  /// Traced records that have not ended.
  [[nodiscard]] std::size_t open() const;

  // Requests of clients, with a record and without

  void request_begins(World const& world, Call const& call);
  void request_asks(World const& world, std::uint32_t user, std::uint32_t site);
  void request_is_refused(World const& world, Outcome outcome);

  // Calls

  void call_begins(World const& world, Activity const& caller, Id call);
  void attempt_begins(World const& world, Call const& call);
  void copy_is_sent(World const& world, Id call);
  void attempt_ends(World const& world, Id call, Outcome outcome);
  void call_ends(World const& world, Id call, Outcome outcome);
  /// A direct call, and what its caller hears.
  void asks(World const& world, Activity const& caller, CallSite const& site);
  void is_answered(World const& world, Activity const& caller, Outcome outcome);

  // Activities

  /// It travels to its replica.
  void is_sent(World const& world, Activity const& request);
  void arrives(World const& world, Activity const& request);
  void note(World const& world, Activity const& activity, std::string_view event);
  void forwards(World const& world, Activity const& forwarder);
  /// The forwarder itself has arrived where it was forwarded to.
  void moves_on(World const& world, Activity const& request);
  void part_begins(World const& world, Activity const& whole, Activity const& part);
  /// A saga goes on that was cut short when its activity, whose span that was, ended.
  void is_taken_up(World const& world, Activity const& saga, std::uint32_t cut_short);
  /// Nowhere unless it is traced.
  [[nodiscard]] std::uint32_t span_of(World const& world, Activity const& activity) const;
  void responds(World const& world, Activity const& activity, Outcome outcome);
  void ends(World const& world, Activity const& activity, Outcome outcome);

  // Messages

  void publishes(World const& world, Activity const& publisher, Publication const& made);
  void awaits_word(Id publisher);
  void publishing_ends(World const& world, Id publisher, Outcome outcome);
  void is_kept(Id publication, Id publisher);
  void waits_outside(Id publication) { note_publication(publication, message_); }
  void forget_publication(Id publication) { publications_.erase(publication.token()); }
  void is_accepted(std::uint32_t buffer, std::uint64_t sequence);
  /// A message never comes into a buffer that was to have it.
  void is_lost(World const& world, Fate fate);
  /// A message has got another place in line.
  void is_moved(std::uint32_t buffer, std::uint64_t from, std::uint64_t to);
  void is_delivered(World const& world, Delivery const& delivery);
  void delivery_ends(World const& world, Id delivery, Outcome outcome);

  /// While it lives, what buffers accept was sent by that span; or by none.
  class Sending {
   public:
    Sending(Traces& traces, std::uint32_t sender)
        : traces_(traces), before_(std::exchange(traces.message_, sender)) {}
    Sending(Sending const&) = delete;
    Sending& operator=(Sending const&) = delete;
    ~Sending() { traces_.message_ = before_; }

   private:
    Traces& traces_;
    std::uint32_t before_;
  };
  /// Who sends what a publication carries; without one nothing changes.
  [[nodiscard]] std::uint32_t sender_of(Id publication) const {
    return are_on() && publication ? find(publications_, publication) : message_;
  }
  [[nodiscard]] std::uint32_t publishing_of(Id publisher) const {
    return are_on() ? find_visit(publisher).publishes : nowhere;
  }
  /// The message is in the buffer no more: who sends it on, if it goes on to another one.
  [[nodiscard]] std::uint32_t is_settled(World const& world, std::uint32_t buffer,
                                         Waiting const& content, Fate fate) {
    return are_on() ? settle(world, {buffer, content.sequence}, fate) : nowhere;
  }

 private:
  using Place = std::uint32_t;  ///< Of a span, or nowhere.

  /// A traced activity.
  struct Visit {
    Place span = nowhere;    ///< Until it has arrived, who sent it.
    Place client = nowhere;  ///< The request that it answers, of a client that asks.
    Place asks = nowhere;    ///< Its direct call.
    Place publishes = nowhere;
    bool has_arrived = false;
  };
  struct TracedCall {
    Place caller = nowhere;  ///< Of a client the request itself.
    Place attempt = nowhere;
  };
  struct TracedMessage {
    Place producer = nowhere;
    Place last = nowhere;  ///< Who did something with it last.
  };
  /// What is about to be sent, for which nothing has a name yet.
  struct Sent {
    ReplyTo kind = ReplyTo::nobody;
    Id reply;
    Place span = nowhere;
  };
  using PlaceInLine = std::pair<std::uint32_t, std::uint64_t>;  ///< Buffer, sequence.
  using Places = std::unordered_map<std::uint64_t, Place>;

  [[nodiscard]] static Place find(Places const& places, Id id) {
    auto const found = places.find(id.token());
    return found == places.end() ? nowhere : found->second;
  }
  [[nodiscard]] Visit find_visit(Id activity) const {
    auto const found = visits_.find(activity.token());
    return found == visits_.end() ? Visit{} : found->second;
  }
  [[nodiscard]] Visit* visit_of(World const& world, Activity const& activity);

  Place begin_request(World const& world, std::uint32_t site);
  Place begin(World const& world, Place parent, Span::Kind kind, std::uint32_t source,
              std::string name);
  Place begin_call(World const& world, Place caller, std::uint32_t operation);
  Place begin_at(World const& world, Place parent, Activity const& activity, Span::Kind kind,
                 std::string name);
  void begin_part(World const& world, Place whole, Activity const& part, std::string const& what);
  void end(World const& world, Place span, Outcome outcome);
  void note(World const& world, Place span, std::string_view event);
  void note_publication(Id publication, Place producer);
  Place sender_of(Activity const& activity);
  Place settle(World const& world, PlaceInLine const& message, Fate fate);

  std::optional<RandomStream> random_;
  TraceOptions options_;
  TracedRun run_;
  Sent sent_;
  Place message_ = nowhere;  ///< Who sends what buffers accept now.
  std::unordered_map<std::uint64_t, Visit> visits_;
  std::unordered_map<std::uint64_t, TracedCall> calls_;
  Places publications_, deliveries_;
  std::map<PlaceInLine, TracedMessage> messages_;
};

}  // namespace sojourn
