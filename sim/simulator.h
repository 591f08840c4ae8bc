#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/ensure.h"
#include "sim/event.h"
#include "sim/event_list.h"
#include "sim/event_owners.h"
#include "sim/fingerprint.h"
#include "sim/future_event_list.h"
#include "sim/time.h"

namespace sojourn {

/// The clock and the pending events of one run. A value: a copy goes on from here by itself.
///
/// Events run in order of (time, order of scheduling). What they mean is up to the model, which
/// `run` hands them to one by one as `model.handle(event)`; it schedules others from there. Where
/// many are pending, `model.foresee(events)`, if it has that, hears of some before they are due.
/// Events that are kept are those of `model.event_owners()`.
template <FutureEventList List>
class BasicSimulator {
 public:
  explicit BasicSimulator(Time start = Time{}) : now_(start) {}

  [[nodiscard]] Time now() const { return now_; }

  /// Precondition: `time` is not in the past. Events at the present instant run after all those
  /// already scheduled for it.
  EventId schedule_at(Time time, Event const& event) {
    ensure(time >= now_, "an event was scheduled in the past");
    return pending_.schedule(time, event);
  }

  /// Precondition: 0 <= `delay` <= `longest_duration`.
  EventId schedule_after(Duration delay, Event const& event) {
    return schedule_at(after(delay), event);
  }

  /// The same as `schedule_after`, for events of which those of one lane all have the same delay:
  /// see `EventList`.
  EventId schedule_in_lane(std::uint32_t lane, Duration delay, Event const& event) {
    return pending_.schedule_in_lane(lane, after(delay), event);
  }

  /// The same as `schedule_after`, for an event that the owner at that place keeps: see
  /// `EventOwners`.
  EventId schedule_kept(std::uint32_t place, Duration delay) {
    return pending_.schedule_kept(place, after(delay));
  }

  /// True if the event was still pending; one that has run or was cancelled is left alone.
  bool cancel(EventId id) { return id && pending_.cancel(id); }
  /// The same where there are events that are kept; such a one is pending, and its owner has just
  /// forgotten it.
  template <EventOwners Owners>
  bool cancel(EventId id, Owners const& owners) {
    return id && pending_.cancel(id, owners);
  }

  /// Runs the events due at or before `end`, at most `budget` of them. True once none is left, and
  /// the clock then stands at `end`; false if the budget ran out first: call again to go on.
  template <class Model>
  bool run(Model& model, Time end, std::uint64_t budget) {
    for (; budget > 0; --budget) {
      auto const due = next_until(model, end);
      if (!due) {
        now_ = std::max(now_, end);
        return true;
      }
      now_ = due->time;
      ++events_;
      fingerprint_.add(due->time, due->event);
      model.handle(due->event);
    }
    return false;
  }

  /// Events scheduled and neither run nor cancelled.
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

  /// Events run so far.
  [[nodiscard]] std::uint64_t events() const { return events_; }

  /// Hash of all events run so far, in order.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_.value(); }

 private:
  [[nodiscard]] Time after(Duration delay) const {
    ensure(delay >= Duration::zero() && delay <= longest_duration, "a delay is out of range");
    return now_ + delay;
  }

  template <class Model>
  static decltype(auto) owners_of(Model& model) {
    if constexpr (requires { model.event_owners(); }) {
      return model.event_owners();
    } else {
      return NoEventOwners{};
    }
  }

  template <class Model>
  std::optional<DueEvent> next_until(Model& model, Time end) {
    constexpr auto ignore = [](std::span<DueEvent const>) {};
    constexpr bool foresees = requires(std::span<DueEvent const> events) {
      model.foresee(events);
      pending_.pop_until(end, owners_of(model), ignore);
    };
    if constexpr (foresees) {
      return pending_.pop_until(end, owners_of(model),
                                [&](std::span<DueEvent const> events) { model.foresee(events); });
    } else if constexpr (requires { pending_.pop_until(end, owners_of(model)); }) {
      return pending_.pop_until(end, owners_of(model));
    } else {
      return pending_.pop_until(end);
    }
  }

  Time now_;
  List pending_;
  std::uint64_t events_ = 0;
  Fingerprint fingerprint_;
};

using Simulator = BasicSimulator<EventList>;

}  // namespace sojourn
