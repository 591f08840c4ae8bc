#include "app/cli/share_option.h"

#include <CLI/CLI.hpp>

#include "app/config/diagnostic.h"
#include "app/config/quantity.h"

namespace sojourn {

namespace {

double share_of(std::string const& option, std::string const& text, Most most) {
  auto const parsed = parse_ratio(text);
  double const share = parsed.value.value_or(0.0);
  if (share > 0.0 && (most == Most::all ? share <= 1.0 : share < 1.0)) return share;
  throw CLI::ValidationError(option, std::string("expected a share such as 2%, above 0 and ") +
                                         (most == Most::all ? "at most" : "below") +
                                         " 100%, found " + in_quotes(text));
}

}  // namespace

CLI::Option* add_share_option(CLI::App& command, std::string const& name, double& share,
                              std::string const& description, Most most) {
  return command
      .add_option_function<std::string>(
          name,
          [name, &share, most](std::string const& text) { share = share_of(name, text, most); },
          description)
      ->type_name("SHARE");
}

}  // namespace sojourn
