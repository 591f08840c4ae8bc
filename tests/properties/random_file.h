#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace sojourn::support {

struct RandomFile {
  nlohmann::ordered_json tree;  ///< What the file says.
  std::string text;             ///< The file, in YAML.
  bool has_circles = false;     ///< Requests may come to wait for one another for ever.
};

/// A valid scenario file of a second or so that uses a random part of the language. Capacities are
/// small and timeouts short, so that what is rare happens. It refers to `times.csv` and
/// `lengths.csv`, which lie beside this header.
///
/// Unless it has circles, calls and messages go from services to later ones only, and pools are not
/// nested, so that every request ends once the load has ended.
RandomFile random_file(std::uint64_t seed);

}  // namespace sojourn::support
