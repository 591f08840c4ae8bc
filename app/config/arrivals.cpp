#include <cmath>

#include <fmt/format.h>

#include "app/config/arguments.h"
#include "app/config/distribution_reader.h"
#include "app/config/quantity.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

using Arrivals = decltype(Workload::arrivals);
using MadeArrivals = std::optional<Arrivals>;
constexpr std::string_view arrivals_form = "arrivals such as poisson(120/s)";

MadeArrivals make_poisson(Arguments& arguments, Reading&) {
  double const rate = arguments.rate("rate");
  if (!arguments.good()) return std::nullopt;
  return OpenArrivals{Distribution::exponential(1.0 / rate), std::nullopt};
}

MadeArrivals make_periodic(Arguments& arguments, Reading&) {
  double const rate = arguments.rate("rate");
  if (!arguments.good()) return std::nullopt;
  return OpenArrivals{Distribution::constant(1.0 / rate), std::nullopt};
}

MadeArrivals make_renewal(Arguments& arguments, Reading&) {
  Distribution const between = arguments.distribution("interarrival_time", Bound::positive);
  if (!arguments.good()) return std::nullopt;
  return OpenArrivals{between, std::nullopt};
}

MadeArrivals make_batches(Arguments& arguments, Reading&) {
  double const rate = arguments.rate("rate");
  Distribution const size = arguments.count_distribution("size");
  if (arguments.good() && size.mean() <= 0.0)
    arguments.fail("size", "size of batches: expected a mean of more than zero");
  if (!arguments.good()) return std::nullopt;
  return OpenArrivals{Distribution::exponential(1.0 / rate), size};
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
  return bursty;
}

MadeArrivals make_trace(Arguments& arguments, Reading& reading) {
  std::string const file = arguments.word("file");
  if (!arguments.good()) return std::nullopt;
  auto const content = reading.files().read(file, reading.diagnostics());
  if (!content->good) {
    arguments.fail("file", "cannot use " + content->file);
    return std::nullopt;
  }
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
  return trace;
}

MadeArrivals make_closed(Arguments& arguments, Reading&) {
  constexpr std::int64_t most_users = 10'000'000;
  auto const users = arguments.count("users", 1, most_users);
  Distribution const think = arguments.distribution("think", Bound::not_negative);
  if (!arguments.good()) return std::nullopt;
  return ClosedArrivals{users, think};
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

Value<Arrivals> arrivals_value() {
  return {read_arrivals, [] {
            std::string names;
            for (auto const& function : arrival_functions())
              names += (names.empty() ? "" : "|") + function.name;
            return pattern_schema("(" + names + ") *\\(.*\\)");
          }};
}

}  // namespace sojourn
