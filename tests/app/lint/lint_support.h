#pragma once

#include <string>
#include <vector>

#include "app/lint/lint.h"
#include "tests/app/config/reading_support.h"

namespace sojourn {

/// What one rule says about a scenario that has no mistake, one finding a line:
/// "f:3:5: warning: S101: ...".
inline std::string findings_of(std::string const& rule, std::string const& text) {
  Lint lint({});
  LoadOptions options;
  options.inspect = [&](LoadedVariant const& variant, Node const& tree) {
    lint.inspect(variant, tree);
  };
  auto const result = load_scenario_text(text, "f", options);
  if (!result.scenario) throw std::runtime_error(printed(result.diagnostics));
  Diagnostics const all = lint.findings();
  Diagnostics wanted;
  for (Diagnostic const& finding : all.all())
    if (finding.text.starts_with(rule + ":")) wanted.warning(finding.place, finding.text);
  return printed(wanted);
}

/// A scenario with one open workload, `users`, at that rate for `web.get`.
inline std::string scenario_at(std::string const& rate, std::string const& services,
                               std::string const& more = "") {
  return "duration: 1h\n"
         "workloads: {users: {request: web.get, arrivals: poisson(" +
         rate + ")}}\nservices:\n" + services + more;
}

}  // namespace sojourn
