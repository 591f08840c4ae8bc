#include "bench/thousand_services.h"

#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/random_stream.h"

namespace sojourn {
namespace {

constexpr std::array<std::size_t, 3> layers = {250, 375, 375};
constexpr std::size_t alternatives = 3;

/// The numbers below `count` in random order, so that each is called as often as the next.
std::vector<std::size_t> shuffled(std::size_t count, RandomStream& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

std::string header(ThousandServices const& shape) {
  auto text = fmt::format(
      "name: A thousand services\n"
      "duration: {}s\n"
      "replications: 1\n"
      "workloads:\n"
      "  clients:\n"
      "    arrivals: poisson({}/s)\n"
      "    mix:\n",
      shape.duration, shape.arrival_rate);
  for (std::size_t i = 0; i < layers[0]; ++i)
    text += fmt::format("      service-0-{}.answer: {}%\n", i, 100.0 / layers[0]);
  return text + "services:\n";
}

}  // namespace

std::string yaml_of(ThousandServices const& shape) {
  auto random = Streams(1, 0).open("bench/calls");
  std::string text = header(shape);
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    bool const is_last = layer + 1 == layers.size();
    std::array<std::vector<std::size_t>, alternatives> callees;
    if (!is_last)
      for (auto& order : callees) order = shuffled(layers[layer + 1], random);
    for (std::size_t i = 0; i < layers[layer]; ++i) {
      text += fmt::format(
          "  service-{}-{}:\n"
          "    replicas: 10\n"
          "    concurrency: 2000\n"
          "    operations:\n"
          "      answer:\n"
          "        - work: exponential(1s)\n",
          layer, i);
      if (is_last) continue;
      text += "        - choose:\n";
      for (auto const& order : callees)
        text += fmt::format("            - {{p: {}, steps: [call: service-{}-{}.answer]}}\n",
                            &order == &callees.back() ? "33.34%" : "33.33%", layer + 1, order[i]);
    }
  }
  return text;
}

}  // namespace sojourn
