#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/diagnostic.h"
#include "app/config/document.h"

namespace sojourn {

/// Lays `patch` over `base`: mappings merge key by key, null removes, anything else replaces. What
/// comes from the patch keeps its place in the patch. Removing what is not there is an error.
void apply_patch(Node& base, Node const& patch, Diagnostics& diagnostics);

/// One `--set a.b.c=value`: a patch on one path.
struct Setting {
  std::string label;              ///< "--set a.b.c", which stands for the file in diagnostics.
  std::vector<std::string> path;  ///< At least one part.
  Node value;                     ///< Null removes.
};

/// Reads `a.b.c=value`; the value is YAML.
std::optional<Setting> parse_setting(std::string_view text, Diagnostics& diagnostics);

/// Follows the path and sets what is there, or a new key of a mapping that is there. A list is
/// entered by position from 0. Keys may hold dots: the longest key that exists is taken.
/// Returns whether the path led somewhere.
bool apply_setting(Node& root, Setting const& setting, Diagnostics& diagnostics);

}  // namespace sojourn
