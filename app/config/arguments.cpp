#include "app/config/arguments.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/quantity.h"

namespace sojourn {
namespace {

std::string list_of_names(std::vector<std::string> const& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

Arguments::Arguments(Expression const& call, std::vector<std::string> names, Node const& node,
                     Reading& reading)
    : call_(call), names_(std::move(names)), node_(node), reading_(reading) {
  std::size_t position = 0;
  for (Expression::Argument const& argument : call.arguments) {
    if (!argument.weight.empty()) {
      good_ = false;
      reading_.error(node_, argument.offset,
                     fmt::format("expected ',' after {}", in_quotes(argument.weight)));
    } else if (!argument.name.empty()) {
      bind(argument, argument.name);
    } else if (position < names_.size()) {
      bind(argument, names_[position++]);
    } else {
      good_ = false;
      reading_.error(
          node_, argument.offset,
          fmt::format("too many arguments of {}: it has {}", call.text, list_of_names(names_)));
    }
  }
}

void Arguments::bind(Expression::Argument const& argument, std::string const& name) {
  std::string problem;
  if (std::count(names_.begin(), names_.end(), name) == 0) {
    std::string const suggestion = did_you_mean(name, names_);
    problem = fmt::format("unknown argument {} of {}{}", in_quotes(name), call_.text,
                          suggestion.empty() ? "; it has " + list_of_names(names_) : suggestion);
  } else if (!bound_.try_emplace(name, &argument.value).second) {
    problem = fmt::format("argument {} of {} is given twice", in_quotes(name), call_.text);
  }
  if (problem.empty()) return;
  good_ = false;
  reading_.error(node_, argument.offset, problem);
}

Expression const* Arguments::find(std::string const& name) const {
  auto const found = bound_.find(name);
  return found == bound_.end() ? nullptr : found->second;
}

void Arguments::fail(std::string const& name, std::string_view text) {
  good_ = false;
  Expression const* const argument = find(name);
  reading_.error(node_, argument == nullptr ? call_.offset : argument->offset, text);
}

void Arguments::expected(std::string const& name, std::string_view what, std::string_view problem) {
  Expression const* const argument = find(name);
  std::string const found = argument->is_call ? argument->text + "(...)" : argument->text;
  fail(name, fmt::format("{} of {}: expected {}, found {}{}", name, call_.text, what,
                         in_quotes(found), problem));
}

std::optional<std::string_view> Arguments::literal(std::string const& name,
                                                   std::string_view wanted) {
  Expression const* const argument = find(name);
  if (argument == nullptr) {
    // A misspelt name has been reported and is most likely this one.
    if (good_) fail(name, fmt::format("missing argument {} of {}", in_quotes(name), call_.text));
    return std::nullopt;
  }
  if (!argument->is_call) return argument->text;
  expected(name, wanted, "");
  return std::nullopt;
}

Duration Arguments::duration(std::string const& name, Bound bound) {
  std::string const wanted = bound == Bound::positive ? "a duration such as 5ms, more than zero"
                                                      : "a duration such as 5ms";
  auto const text = literal(name, wanted);
  if (!text) return {};
  auto const parsed = parse_duration(*text);
  Duration const least{bound == Bound::positive ? 1 : 0};
  if (parsed.value && *parsed.value >= least) return *parsed.value;
  expected(name, wanted, parsed.problem);
  return {};
}

double Arguments::rate(std::string const& name) {
  constexpr double fastest = 1e9, slowest = 1.0 / 3.156e8;
  std::string_view const wanted = "a rate such as 120/s, more than zero and at most 1e9/s";
  auto const text = literal(name, wanted);
  if (!text) return 1.0;
  auto const parsed = parse_rate(*text);
  if (parsed.value && *parsed.value >= slowest && *parsed.value <= fastest) return *parsed.value;
  expected(name, wanted, parsed.problem);
  return 1.0;
}

double Arguments::number(std::string const& name, double least, double most) {
  std::string const wanted = fmt::format("a number from {} to {}", least, most);
  auto const text = literal(name, wanted);
  if (!text) return least;
  auto const parsed = parse_number(*text);
  if (parsed.value && *parsed.value >= least && *parsed.value <= most) return *parsed.value;
  expected(name, wanted, parsed.problem);
  return least;
}

double Arguments::ratio(std::string const& name) {
  std::string_view const wanted = "a ratio such as 3% or 0.03, from 0 to 1";
  auto const text = literal(name, wanted);
  if (!text) return 0.0;
  auto const parsed = parse_ratio(*text);
  if (parsed.value && *parsed.value >= 0.0 && *parsed.value <= 1.0) return *parsed.value;
  expected(name, wanted, parsed.problem);
  return 0.0;
}

std::int64_t Arguments::count(std::string const& name, std::int64_t least, std::int64_t most) {
  std::string const wanted = fmt::format("a whole number from {} to {}", least, most);
  auto const text = literal(name, wanted);
  if (!text) return least;
  auto const parsed = parse_integer(*text);
  if (parsed.value && *parsed.value >= least && *parsed.value <= most) return *parsed.value;
  expected(name, wanted, parsed.problem);
  return least;
}

std::string Arguments::word(std::string const& name) {
  auto const text = literal(name, "a name");
  return text ? std::string(*text) : std::string{};
}

Distribution Arguments::distribution(std::string const& name, Bound bound) {
  Expression const* const argument = find(name);
  if (argument == nullptr) {
    if (good_) fail(name, fmt::format("missing argument {} of {}", in_quotes(name), call_.text));
    return Distribution::constant(1.0);
  }
  auto const read = read_distribution(*argument, bound, node_, reading_);
  good_ = good_ && read;
  return read.value_or(Distribution::constant(1.0));
}

Distribution Arguments::count_distribution(std::string const& name) {
  Expression const* const argument = find(name);
  if (argument == nullptr) {
    if (good_) fail(name, fmt::format("missing argument {} of {}", in_quotes(name), call_.text));
    return Distribution::constant(1.0);
  }
  auto const read = read_count_distribution(*argument, node_, reading_);
  good_ = good_ && read;
  return read.value_or(Distribution::constant(1.0));
}

}  // namespace sojourn
