#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace sojourn::support {

/// The tree as YAML, laid out as people write it: short mappings and lists on one line.
std::string yaml_text(nlohmann::ordered_json const& tree);

}  // namespace sojourn::support
