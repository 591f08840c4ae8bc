#pragma once

#include <map>
#include <set>
#include <string>

#include "app/config/diagnostic.h"
#include "app/config/document.h"

namespace sojourn {

/// Puts the values of the mapping `parameters` in place of `$name` in every scalar of the tree;
/// `$$` is a dollar sign. Parameters may use other parameters. Adds the names that are used to
/// `used`.
void substitute_parameters(Node& root, std::set<std::string>& used, Diagnostics& diagnostics);

}  // namespace sojourn
