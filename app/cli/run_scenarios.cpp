#include "app/cli/run_scenarios.h"

#include <algorithm>
#include <memory>

#include "app/cli/output_files.h"
#include "app/cli/progress_bar.h"
#include "app/cli/trace_file.h"
#include "app/cli/version.h"
#include "app/report/csv_report.h"
#include "app/report/json_report.h"
#include "app/report/text_report.h"
#include "app/theory/beside.h"

namespace sojourn {

namespace {

/// Prints the studies in the format asked for.
class Printer {
 public:
  Printer(RunOptions const& options, Console const& console)
      : options_(options), console_(console), silent_(options.quiet && options.out) {}

  void print(Study const& study) {
    if (silent_) return;
    switch (options_.format) {
      case Format::text:
        print_text(study);
        break;
      case Format::csv:
        print_csv(study);
        break;
      case Format::json:
        documents_.push_back(json_of(study, version));
        break;
    }
    ++printed_;
    console_.out.flush();
  }

  /// JSON of one file is an object, of several an array, however many were reached.
  void finish(std::size_t scenarios) {
    if (silent_ || options_.format != Format::json || documents_.empty()) return;
    console_.out << json_text(scenarios == 1 ? documents_.front() : documents_);
    console_.out.flush();
  }

 private:
  void print_text(Study const& study) {
    if (printed_ > 0) console_.out << "\n\n";
    write_text(study, {.colour = console_.colour, .all = options_.all, .width = console_.width},
               console_.out);
  }

  void print_csv(Study const& study) {
    if (printed_ == 0) write_csv_header(console_.out);
    write_csv(study, console_.out);
  }

  RunOptions const& options_;
  Console const& console_;
  bool silent_;
  std::size_t printed_ = 0;
  nlohmann::ordered_json documents_ = nlohmann::ordered_json::array();
};

bool is_interrupted(Console const& console) { return console.stop != nullptr && *console.stop; }

Study study_with_progress(LoadedScenario const& loaded, RunOptions const& options,
                          TracedAlternatives& traced, Console const& console) {
  StudyOptions study = options.study;
  study.stop = console.stop;
  study.traced_share = options.tracing.share;
  if (options.tracing.file) study.traced = &traced;
  if (!console.progress || options.quiet) return study_of(loaded, study);

  ProgressBar bar(console.err, result_name(loaded.file));
  study.progress = [&bar](double share) { bar.update(share); };
  return study_of(loaded, study);
}

bool misses_an_objective(AlternativeResult const& alternative) {
  return std::ranges::any_of(alternative.objectives, [](Verdict const& verdict) {
    return verdict.applies && !verdict.met;
  });
}

ExitCode code_of(Study const& study) {
  if (study.partial) return ExitCode::interrupted;
  if (!study.errors.empty()) return ExitCode::failed;
  return std::ranges::any_of(study.alternatives, misses_an_objective) ? ExitCode::objective_missed
                                                                      : ExitCode::done;
}

/// Of two codes the one that says more: they are numbered that way.
ExitCode graver(ExitCode left, ExitCode right) { return std::max(left, right); }

ExitCode write_to_folder(Study const& study, RunOptions const& options, Console const& console) {
  if (!options.out) return ExitCode::done;
  if (Problem const problem = write_results(*options.out, study, options.all)) {
    console.err << "sojourn: " << *problem << '\n';
    return ExitCode::failed;
  }
  return ExitCode::done;
}

ExitCode tell_errors(Study const& study, Console const& console) {
  for (auto const& error : study.errors)
    console.err << "sojourn: " << study.file << ": " << error << '\n';
  return code_of(study);
}

}  // namespace

ExitCode run_scenarios(std::vector<LoadedScenario> const& scenarios, RunOptions const& options,
                       Console const& console) {
  Printer printer(options, console);
  TracedAlternatives traced;
  ExitCode code = ExitCode::done;
  for (auto const& loaded : scenarios) {
    if (!console.out) break;
    Study study = study_with_progress(loaded, options, traced, console);
    if (options.theory) add_theory(study, loaded);
    printer.print(study);
    code = graver(code, tell_errors(study, console));
    code = graver(code, write_to_folder(study, options, console));
    if (is_interrupted(console)) break;
  }
  printer.finish(scenarios.size());
  code = graver(code, write_traces(traced, options, console));
  return is_interrupted(console) ? ExitCode::interrupted : code;
}

}  // namespace sojourn
