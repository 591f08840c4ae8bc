#pragma once

#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace sojourn {

/// Whether 100 % makes sense.
enum class Most : bool { less_than_all, all };

/// An option whose value is a share above 0, such as 2% or 0.02; any other one ends the parsing
/// with a CLI::ValidationError that names the option. `share` must outlive the parsing.
CLI::Option* add_share_option(CLI::App& command, std::string const& name, double& share,
                              std::string const& description, Most most = Most::less_than_all);

}  // namespace sojourn
