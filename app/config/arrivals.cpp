#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/config/arguments.h"
#include "app/config/distribution_reader.h"
#include "app/config/quantity.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

using MadeArrivals = std::optional<ReadArrivals>;
constexpr std::string_view arrivals_form = "arrivals such as poisson(120/s)";

MadeArrivals make_poisson(Arguments& arguments, Reading&) {
  double const rate = arguments.rate("rate");
  if (!arguments.good()) return std::nullopt;
  return ReadArrivals{OpenArrivals{Distribution::exponential(1.0 / rate), std::nullopt}, {}};
}

MadeArrivals make_periodic(Arguments& arguments, Reading&) {
  double const rate = arguments.rate("rate");
  if (!arguments.good()) return std::nullopt;
  return ReadArrivals{OpenArrivals{Distribution::constant(1.0 / rate), std::nullopt}, {}};
}

MadeArrivals make_renewal(Arguments& arguments, Reading&) {
  Distribution const between = arguments.distribution("interarrival_time", Bound::positive);
  if (!arguments.good()) return std::nullopt;
  return ReadArrivals{OpenArrivals{between, std::nullopt}, {}};
}

MadeArrivals make_batches(Arguments& arguments, Reading&) {
  double const rate = arguments.rate("rate");
  Distribution const size = arguments.count_distribution("size");
  if (arguments.good() && size.mean() <= 0.0)
    arguments.fail("size", "size of batches: expected a mean of more than zero");
  if (!arguments.good()) return std::nullopt;
  return ReadArrivals{OpenArrivals{Distribution::exponential(1.0 / rate), size}, {}};
}

MadeArrivals make_bursty(Arguments& arguments, Reading&) {
  BurstyArrivals bursty;
  bursty.calm_rate = arguments.rate("calm_rate");
  bursty.burst_rate = arguments.rate("burst_rate");
  bursty.calm = arguments.distribution("calm", Bound::positive);
  bursty.burst = arguments.distribution("burst", Bound::positive);
  if (arguments.good() && !std::isfinite(bursty.calm.mean()))
    arguments.fail("calm", "calm of bursty must have a mean");
  if (arguments.good() && !std::isfinite(bursty.burst.mean()))
    arguments.fail("burst", "burst of bursty must have a mean");
  if (!arguments.good()) return std::nullopt;
  return ReadArrivals{bursty, {}};
}

/// Requests at a rate that changes at each line, as a Poisson process with the highest of the rates
/// and a profile. Before the first line there are none; but a rate from time zero on is that of the
/// warm-up too, so that measuring begins in the midst of it.
std::optional<ReadArrivals> from_rates(DataFiles::Content const& content, Reading& reading) {
  double highest = 0.0;
  for (std::size_t i = 0; i < content.values.size(); ++i) {
    DataFiles::Value const& value = content.values[i];
    highest = std::max(highest, value.rate);
    if (i == 0 || value.duration > content.values[i - 1].duration) continue;
    reading.error_at({content.file, value.line, 1},
                     fmt::format("the times of rates must ascend; {} comes after {}",
                                 to_text(value.duration), to_text(content.values[i - 1].duration)));
    return std::nullopt;
  }
  if (highest <= 0.0) {
    reading.error_at({content.file, 1, 1}, "none of the rates is more than zero");
    return std::nullopt;
  }
  ReadArrivals made{OpenArrivals{Distribution::exponential(1.0 / highest), std::nullopt}, {}};
  DataFiles::Value const& first = content.values.front();
  bool const from_the_beginning = first.duration == Duration::zero();
  made.profile.push_back(
      {-longest_duration, from_the_beginning ? first.rate / highest : 0.0, Duration::zero()});
  for (DataFiles::Value const& value : content.values)
    made.profile.push_back({value.duration, value.rate / highest, Duration::zero()});
  return made;
}

MadeArrivals make_trace(Arguments& arguments, Reading& reading) {
  std::string const file = arguments.word("file");
  if (!arguments.good()) return std::nullopt;
  auto const content = reading.files().read_rates(file, reading.diagnostics());
  if (!content->good) {
    arguments.fail("file", "cannot use " + content->file);
    return std::nullopt;
  }
  if (content->has_rates) return from_rates(*content, reading);
  TraceArrivals trace;
  for (auto const& value : content->values) {
    if (!trace.times.empty() && value.duration < trace.times.back()) {
      reading.error_at({content->file, value.line, 1},
                       fmt::format("the times of a trace must ascend; {} comes after {}",
                                   to_text(value.duration), to_text(trace.times.back())));
      return std::nullopt;
    }
    trace.times.push_back(value.duration);
  }
  return ReadArrivals{std::move(trace), {}};
}

MadeArrivals make_closed(Arguments& arguments, Reading&) {
  constexpr std::int64_t most_users = 10'000'000;
  auto const users = arguments.count("users", 1, most_users);
  Distribution const think = arguments.distribution("think", Bound::not_negative);
  if (!arguments.good()) return std::nullopt;
  return ReadArrivals{ClosedArrivals{users, think}, {}};
}

using MakeArrivals = MadeArrivals (*)(Arguments&, Reading&);

std::vector<Function<MakeArrivals>> const& arrival_functions() {
  static std::vector<Function<MakeArrivals>> const functions = {
      {"poisson", {"rate"}, make_poisson},
      {"periodic", {"rate"}, make_periodic},
      {"renewal", {"interarrival_time"}, make_renewal},
      {"batches", {"rate", "size"}, make_batches},
      {"bursty", {"calm_rate", "burst_rate", "calm", "burst"}, make_bursty},
      {"trace", {"file"}, make_trace},
      {"closed", {"users", "think"}, make_closed}};
  return functions;
}

MadeArrivals read_arrivals(Node const& node, Reading& reading) {
  auto const expression = read_expression(node, arrivals_form, reading);
  if (!expression) return std::nullopt;
  if (!expression->is_call) {
    reading.expected(node, arrivals_form);
    return std::nullopt;
  }
  auto const* const function = find_function(arrival_functions(), *expression, node, reading);
  if (function == nullptr) return std::nullopt;
  Arguments arguments(*expression, function->arguments, node, reading);
  return function->make(arguments, reading);
}

}  // namespace

Value<ReadArrivals> arrivals_value() {
  return {read_arrivals, [] {
            std::string names;
            for (auto const& function : arrival_functions())
              names += (names.empty() ? "" : "|") + function.name;
            return pattern_schema("(" + names + ") *\\(.*\\)");
          }};
}

}  // namespace sojourn
