#include <array>
#include <charconv>

#include <fmt/format.h>

#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<std::size_t> weekday_of(std::string_view text) {
  for (std::size_t i = 0; i < weekdays.size(); ++i)
    if (weekdays[i] == text) return i;
  return std::nullopt;
}

/// `mon` or `mon-fri`; from the one to the other, over the end of the week if need be.
Value<std::array<bool, 7>> days_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<std::array<bool, 7>> {
    constexpr std::string_view form = "days such as mon-fri or sat";
    auto const text = scalar_text(node, form, reading);
    if (!text) return std::nullopt;
    std::size_t const dash = text->find('-');
    auto const first = weekday_of(text->substr(0, dash));
    auto const last = dash == std::string_view::npos ? first : weekday_of(text->substr(dash + 1));
    if (!first || !last) {
      reading.expected(node, form);
      return std::nullopt;
    }
    std::array<bool, 7> days{};
    for (std::size_t day = *first;; day = (day + 1) % 7) {
      days[day] = true;
      if (day == *last) return days;
    }
  };
  return {std::move(read), [] {
            std::string const day = "(mon|tue|wed|thu|fri|sat|sun)";
            return pattern_schema(day + "(-" + day + ")?");
          }};
}

std::optional<int> two_digits(std::string_view text) {
  int number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const good = text.size() == 2 && error == std::errc{} && end == text.data() + 2;
  return good && number >= 0 ? std::optional(number) : std::nullopt;
}

/// `09:00`, up to `24:00`.
std::optional<Duration> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  auto const hours = two_digits(text.substr(0, 2)), minutes = two_digits(text.substr(3));
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  Duration const time = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return time <= std::chrono::hours(24) ? std::optional(time) : std::nullopt;
}

Value<Duration> time_of_day_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<Duration> {
    constexpr std::string_view form = "a time of the day such as 09:00";
    auto const text = scalar_text(node, form, reading);
    if (!text) return std::nullopt;
    auto const time = parse_time_of_day(*text);
    if (!time) reading.expected(node, form);
    return time;
  };
  return {std::move(read), [] { return pattern_schema("[0-2][0-9]:[0-5][0-9]"); }};
}

/// `UTC`, `UTC+1`, `UTC-03:30`: how far its clocks are ahead of UTC.
std::optional<Duration> parse_zone(std::string_view text) {
  if (!text.starts_with("UTC")) return std::nullopt;
  text.remove_prefix(3);
  if (text.empty()) return Duration::zero();
  bool const behind = text.front() == '-';
  if (!behind && text.front() != '+') return std::nullopt;
  std::string digits(text.substr(1));
  if (digits.size() == 1 || digits.find(':') == 1) digits.insert(0, "0");
  if (digits.size() == 2) digits += ":00";
  auto const offset = parse_time_of_day(digits);
  if (!offset || *offset > std::chrono::hours(14)) return std::nullopt;
  return behind ? -*offset : *offset;
}

Value<Duration> zone_offset_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<Duration> {
    constexpr std::string_view form = "a time zone such as UTC+1";
    auto const text = scalar_text(node, form, reading);
    if (!text) return std::nullopt;
    auto const offset = parse_zone(*text);
    if (!offset) reading.expected(node, form);
    return offset;
  };
  return {std::move(read), [] { return pattern_schema("UTC([+-][0-9]{1,2}(:[0-9]{2})?)?"); }};
}

Value<OpeningHours> opening_hours() {
  Table<OpeningHours> table;
  table
      .optional("days", days_value(), &OpeningHours::days, "mon-sun",
                "On which days, such as mon-fri or sat.")
      .required("from", time_of_day_value(), &OpeningHours::from, "When it opens, such as 09:00.")
      .required("to", time_of_day_value(), &OpeningHours::to,
                "When it closes; not after `from` means on the next day.")
      .optional("zone", zone_offset_value(), &OpeningHours::ahead_of_utc, "UTC",
                "Whose clocks these are, such as UTC+1; there is no summer time.")
      .optional("closing", enumeration<bool>({{"drain", false}, {"dismiss", true}}),
                &OpeningHours::dismisses, "drain",
                "What becomes of those in line when it closes: they are served (drain) or rejected "
                "(dismiss).")
      .check([](Node const& node, OpeningHours& hours, Reading&) {
        if (node.find("days") == nullptr) hours.days.fill(true);
      });
  return object(std::move(table));
}

void check_autoscale(Node const& node, Autoscale& scale, Reading& reading) {
  if (scale.min > scale.max && node.find("min") != nullptr)
    reading.error_at(node.find("min")->place(), "min: must be at most max");
}

}  // namespace

Value<std::vector<OpeningHours>> hours_value() {
  return one_or_list_of(opening_hours(), "opening hours");
}

/// `mon 08:30`.
Value<Duration> time_of_week_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<Duration> {
    constexpr std::string_view form = "a time of the week such as mon 08:30";
    auto const text = scalar_text(node, form, reading);
    if (!text) return std::nullopt;
    std::size_t const space = text->find(' ');
    auto const day = weekday_of(text->substr(0, space));
    auto const time = space == std::string_view::npos ? std::optional(Duration::zero())
                                                      : parse_time_of_day(text->substr(space + 1));
    if (day && time) return std::chrono::hours(24) * static_cast<int>(*day) + *time;
    reading.expected(node, form);
    return std::nullopt;
  };
  return {std::move(read),
          [] { return pattern_schema("(mon|tue|wed|thu|fri|sat|sun)( [0-2][0-9]:[0-5][0-9])?"); }};
}

Value<Autoscale> autoscale_value() {
  constexpr std::int64_t most_replicas = 100'000;
  Table<Autoscale> table;
  table
      .optional("min", count_value(1, most_replicas), &Autoscale::min, "1",
                "How many replicas there are at least.")
      .required("max", count_value(1, most_replicas), &Autoscale::max,
                "How many there are at most.")
      .optional("metric",
                enumeration<Autoscale::Metric>({{"utilisation", Autoscale::Metric::utilisation},
                                                {"cpu", Autoscale::Metric::cpu}}),
                &Autoscale::metric, "utilisation",
                "What is kept near the target, as a mean over replicas that serve: busy slots "
                "(utilisation) or busy cores (cpu).")
      .optional("target", ratio_value(Bound::positive), &Autoscale::target, "60%",
                "What the metric should be.")
      .optional("tolerance", ratio_value(), &Autoscale::tolerance, "10%",
                "How far off the target, as a share of it, nothing is changed.")
      .optional("every", duration_value(Bound::positive), &Autoscale::every, "15s",
                "How often it is looked at, as a mean since the last time.")
      .optional("up_delay", duration_value(Bound::not_negative), &Autoscale::up_delay, "0s",
                "More replicas come when they have been wanted for that long.")
      .optional("down_delay", duration_value(Bound::not_negative), &Autoscale::down_delay, "5min",
                "Replicas go when they have not been wanted for that long.")
      .optional("cooldown", duration_value(Bound::not_negative), &Autoscale::cooldown, "0s",
                "After a change, how long there is no other.")
      .check(check_autoscale);
  return object(std::move(table));
}

}  // namespace sojourn
