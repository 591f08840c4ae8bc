#pragma once

#include <cstdint>

#include "models/event_kind.h"
#include "models/outcome.h"
#include "models/policy/key.h"
#include "models/record_pool.h"
#include "sim/event.h"
#include "sim/event_owners.h"
#include "sim/stable_array.h"
#include "sim/time.h"

namespace sojourn {

/// Where an activity is. Each state says which structure refers to it, so that it can be taken out.
enum class ActivityState : std::uint8_t {
  held_back,     ///< By the replica's limit: in the `held_back` of its door.
  entering,      ///< Blocked outside a full queue: in the replica's `entering`.
  queued,        ///< In line for a slot: in the replica's `line`.
  ready,         ///< In the interpreter's ready list.
  held,          ///< Could go on, but its replica is paused.
  working,       ///< `timer`, or the replica's CPU.
  waiting,       ///< `timer`.
  calling,       ///< `awaits` is the call.
  asking,        ///< `awaits` is the callee, of a direct call.
  joining,       ///< `awaits` is the join.
  pool_waiting,  ///< In line for the pool of the step before `step`.
  publishing,    ///< `awaits` is the message on its way or blocked, `timer` the publish timeout.
  interrupted,   ///< In the replica's `line` again: `due` is the work that it still has to do.
  resuming,      ///< In the replica's `resuming`: non-blocking, in line for a slot to go on.
  forwarding,    ///< Keeps its slot until the callee has room.
  travelling,    ///< On its way to its replica over the network: `timer`.
  fetch_waiting  ///< Somebody gets what it misses: in the `waiting` of the fetch that is `awaits`.
};

/// Who hears how an activity ended.
enum class ReplyTo : std::uint8_t {
  nobody,          ///< It has responded already, or runs in the background.
  callees_caller,  ///< It has forwarded the request: the callee replies instead.
  call,            ///< The call of which it is an attempt.
  caller,          ///< The activity that asks, in a direct call.
  client,          ///< The client that asks, in a direct call.
  delivery,        ///< The delivery of a message (or batch) that it processes.
  join             ///< The parallel step of which it is a branch.
};

/// Whether it serves a caller, who hears how it ended.
constexpr bool serves_caller(ReplyTo kind) {
  return kind == ReplyTo::call || kind == ReplyTo::caller || kind == ReplyTo::client;
}

/// The call site from which a client asks, whose name is where a generation would be.
constexpr std::uint32_t site_of_client(Id reply) { return reply.generation; }

/// One operation in progress at one replica; or a branch of it, or a background part. What it does
/// next is the row `step` of the program's step table, which says of which operation. One cache
/// line; what few have is aside: see `Activities`.
struct alignas(64) Activity {
  std::uint32_t generation = 0;
  std::uint32_t step = 0;
  std::uint32_t replica = nowhere;

  ActivityState state = ActivityState::ready;
  ReplyTo reply_kind = ReplyTo::nobody;
  Outcome result = Outcome::success;  ///< Of what it waited for.
  bool holds_slot : 1 = false;
  bool uses_slot : 1 = false;  ///< A request; branches and background parts have no slot of their
                               ///< own.
  bool was_queued : 1 = false;
  bool degraded : 1 = false;          ///< It has run a fallback.
  bool carries_deadline : 1 = false;  ///< It ends between two steps once nobody waits for it.
  bool knows_work : 1 = false;        ///< `due` is the length of its first step, drawn already.
  bool has_more : 1 = false;          ///< Something that is aside.

  float work = 0.0F;             ///< Work begun so far, s.
  std::uint32_t next = nowhere;  ///< Links of the one list that it is in.
  std::uint32_t previous = nowhere;
  std::uint32_t awaits = nowhere;
  Id reply;  ///< Call, caller, delivery or join. Of a client its user, and the call site where a
             ///< generation would be.
  Time arrived;
  EventId timer;  ///< Kept, in the list of pending events, while it works or waits.
  Time due;  ///< In line: when its patience ends. Working without a CPU: when it is done, or what
             ///< is left while paused or interrupted.
};
static_assert(sizeof(Activity) == 64);

/// All activities, and what most of them have not: a key, a priority, loops. They keep their timers
/// while they work or wait.
///
/// Cost: O(1). Memory for what is aside: 12 bytes for each place up to the last that ever had
/// something there.
class Activities : public RecordPool<Activity> {
 public:
  /// What its request is about; 0 if that is not known.
  [[nodiscard]] Key key_of(Activity const& activity) const { return more(activity).key; }
  [[nodiscard]] std::int32_t priority_of(Activity const& activity) const {
    return more(activity).priority;
  }
  /// The top of its stack of loops, misses and pools.
  [[nodiscard]] std::uint32_t frame_of(Activity const& activity) const {
    return more(activity).frame;
  }

  void set_frame(Activity& activity, std::uint32_t frame) { more_of(activity).frame = frame; }
  /// Says what its request is about, and how urgent it is.
  void describe(Activity& activity, Key key, std::int32_t priority) {
    if (key == 0 && priority == 0 && !activity.has_more) return;
    More& more = more_of(activity);
    more.key = key;
    more.priority = priority;
  }

  // As owners of the events for the end of work and of waits.
  [[nodiscard]] EventId timer_of(std::uint32_t place) const { return (*this)[place].timer; }
  [[nodiscard]] Event event_of(std::uint32_t place) const {
    bool const works = (*this)[place].state == ActivityState::working;
    auto const kind = works ? EventKind::work_done : EventKind::wait_done;
    return {static_cast<std::uint16_t>(kind), 0, id_of(place).token()};
  }

 private:
  struct More {
    Key key = 0;
    std::int32_t priority = 0;
    std::uint32_t frame = nowhere;
  };

  [[nodiscard]] More more(Activity const& activity) const {
    return activity.has_more ? more_[index_of(activity)] : More{};
  }
  More& more_of(Activity& activity) {
    std::uint32_t const index = index_of(activity);
    while (more_.size() <= index) more_.emplace_back();
    if (!activity.has_more) more_[index] = More{};
    activity.has_more = true;
    return more_[index];
  }

  StableArray<More> more_{most_records};  // (places, up to the last that ever had something)
};

static_assert(EventOwners<Activities>);

/// A loop, a miss or a saga in progress, or a pool held by an activity; a stack, linked downwards.
struct Frame {
  std::uint32_t generation = 0;
  std::uint32_t below = nowhere;
  std::uint32_t pool = nowhere;   ///< Held pool, if any.
  std::uint32_t fetch = nowhere;  ///< Of a miss for which others may wait.
  std::uint32_t saga = nowhere;   ///< Of a saga: its place in the program's list.
  Key key = 0;                    ///< Of a miss: what was missing.
  bool is_undoing = false;        ///< Of a saga, as are the next three: a part has failed,
  bool is_inconsistent = false;   ///< and so has what undoes another.
  bool is_resumed = false;        ///< It was cut short, and its activity only undoes it.
  bool carries_deadline = false;  ///< Its activity did before.
  std::int64_t turns = 0;  ///< Of a loop: turns left, this one included. Of a saga: parts done,
                           ///< less those undone.
  Time begun;              ///< Of a saga.
};

/// A doubly linked list of activities through their own links. An activity is in one at most.
struct ActivityList {
  std::uint32_t head = nowhere;
  std::uint32_t tail = nowhere;
  std::uint32_t size = 0;

  [[nodiscard]] bool empty() const { return size == 0; }

  void push_back(Activities& activities, Activity& activity) {
    std::uint32_t const index = activities.index_of(activity);
    activity.next = nowhere;
    activity.previous = tail;
    (tail == nowhere ? head : activities[tail].next) = index;
    tail = index;
    ++size;
  }

  /// Behind the activity at `place`; at the head if that is nowhere.
  void insert_behind(Activities& activities, std::uint32_t place, Activity& activity) {
    std::uint32_t const index = activities.index_of(activity);
    activity.next = place == nowhere ? head : activities[place].next;
    activity.previous = place;
    (activity.next == nowhere ? tail : activities[activity.next].previous) = index;
    (place == nowhere ? head : activities[place].next) = index;
    ++size;
  }

  void remove(Activities& activities, Activity& activity) {
    (activity.previous == nowhere ? head : activities[activity.previous].next) = activity.next;
    (activity.next == nowhere ? tail : activities[activity.next].previous) = activity.previous;
    activity.next = activity.previous = nowhere;
    --size;
  }

  /// Precondition: not empty.
  Activity& pop_front(Activities& activities) {
    Activity& first = activities[head];
    remove(activities, first);
    return first;
  }
};

}  // namespace sojourn
