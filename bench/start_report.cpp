#include <filesystem>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bench/measure.h"
#include "bench/report.h"
#include "bench/scenario_run.h"
#include "bench/thousand_services.h"
#include "models/world.h"

namespace sojourn {
namespace {

constexpr std::size_t attempts = 5;

/// Reads all variants, compiles each, and runs the first event of each.
void start(LoadResult const& result) {
  for (auto const& variant : without_errors(result).variants) {
    auto const program = compile(variant.scenario);
    World world(*program, Streams(1, 0));
    world.begin();
    world.sim.run(world, Time(program->duration), 1);
  }
}

/// Milliseconds of processor time that `load` and what comes after it take.
template <class Load>
double start_time(Load const& load) {
  std::vector<double> times;
  for (std::size_t i = 0; i < attempts; ++i) {
    double const begin = processor_time();
    start(load());
    times.push_back(1e3 * (processor_time() - begin));
  }
  return median(times);
}

/// The scenario that came along and takes longest, and how long.
std::pair<std::string, double> slowest_shipped() {
  std::pair<std::string, double> slowest;
  for (auto const& entry : std::filesystem::directory_iterator(SOJOURN_SOURCE_DIR "/scenarios")) {
    auto const& path = entry.path();
    if (path.extension() != ".yaml") continue;
    double const time = start_time([&] { return load_scenario(path); });
    if (time > slowest.second) slowest = {path.stem().string(), time};
  }
  return slowest;
}

}  // namespace

void report_start(Report& report) {
  PinnedToOneCore const pinned;
  auto const [name, shipped] = slowest_shipped();
  report.judge("from file to first event, slowest of `scenarios/`, all its variants", "< 50 ms",
               fmt::format("{:.1f} ms ({})", shipped, name), shipped < 50);
  auto const text = yaml_of({});
  double const large = start_time([&] { return load_scenario_text(text, "thousand services"); });
  report.judge("the same, 1,000 services x 10 replicas", "< 1 s", fmt::format("{:.0f} ms", large),
               large < 1000);
}

}  // namespace sojourn
