#pragma once

namespace sojourn {

/// What the program tells whoever started it.
enum class ExitCode : int {
  done = 0,
  objective_missed = 1,  ///< Or `check --strict` has a finding.
  bad_input = 2,         ///< The scenario or the command line is wrong.
  failed = 3,            ///< Sojourn or the machine failed.
  interrupted = 130,     ///< As shells count it: 128 + SIGINT.
};

}  // namespace sojourn
