#pragma once

#include "app/cli/study_of.h"

namespace CLI {
class App;
}

namespace sojourn {

/// Declares what makes a study go on until something is known: `--precision`, `--best` and what
/// belongs to them. `options` must outlive the parsing.
void add_goal_options(CLI::App& command, StudyOptions& options);

}  // namespace sojourn
