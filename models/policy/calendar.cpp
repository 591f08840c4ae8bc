#include "models/policy/calendar.h"

#include <algorithm>

namespace sojourn {
namespace {

constexpr Duration day = std::chrono::hours(24);
constexpr Duration week = 7 * day;

Duration modulo_week(Duration duration) {
  Duration const rest = duration % week;
  return rest < Duration::zero() ? rest + week : rest;
}

}  // namespace

Calendar::Calendar(std::vector<OpeningHours> const& hours, Duration start) : start_(start) {
  std::vector<Span> all;
  for (OpeningHours const& each : hours) {
    Duration const length = each.to > each.from ? each.to - each.from : each.to - each.from + day;
    for (int weekday = 0; weekday < 7; ++weekday) {
      if (!each.days[static_cast<std::size_t>(weekday)]) continue;
      Duration const from = modulo_week(weekday * day + each.from - each.ahead_of_utc);
      all.push_back({from, std::min(from + length, week), each.dismisses});
      if (from + length <= week) continue;
      all.push_back({Duration::zero(), from + length - week, each.dismisses});
    }
  }
  std::sort(all.begin(), all.end(),
            [](Span const& left, Span const& right) { return left.from < right.from; });
  for (Span const& span : all) {
    if (spans_.empty() || span.from > spans_.back().to) {
      spans_.push_back(span);
    } else {
      extend(spans_.back(), span);
    }
  }
}

/// Of hours that overlap those that end last say how; of several at once, whoever dismisses.
void Calendar::extend(Span& span, Span const& next) {
  if (next.to > span.to) {
    span.to = next.to;
    span.dismisses = next.dismisses;
  } else if (next.to == span.to) {
    span.dismisses = span.dismisses || next.dismisses;
  }
}

bool Calendar::dismisses_at(Time time) const {
  Duration const now = in_week(time);
  Duration const end = now == Duration::zero() ? week : now;  // what ends with the week
  return std::any_of(spans_.begin(), spans_.end(),
                     [&](Span const& span) { return span.to == end && span.dismisses; });
}

Duration Calendar::in_week(Time time) const {
  return modulo_week(start_ + time.time_since_epoch());
}

bool Calendar::is_open(Time time) const {
  Duration const now = in_week(time);
  return std::any_of(spans_.begin(), spans_.end(),
                     [&](Span const& span) { return span.from <= now && now < span.to; });
}

std::optional<Time> Calendar::next_change(Time time) const {
  Duration const now = in_week(time);
  bool const open = is_open(time);
  std::optional<Duration> next;
  for (Span const& span : spans_) {
    for (Duration const turn : {Duration::zero(), week}) {
      Duration const edge = (open ? span.to : span.from) + turn;
      // What ends with the week may go on at its beginning.
      bool const changes = edge > now && is_open(time + (edge - now)) != open;
      if (changes && (!next || edge < *next)) next = edge;
    }
  }
  if (!next) return std::nullopt;
  return time + (*next - now);
}

}  // namespace sojourn
