#include "app/cli/trace_file.h"

#include "app/cli/output_files.h"
#include "app/cli/version.h"

namespace sojourn {

namespace {

/// That not all requests are traced that were to be.
void tell_limits(TracedAlternatives const& traced, Console const& console) {
  for (TracedAlternative const& alternative : traced) {
    if (!alternative.run.has_more) continue;
    console.err << "sojourn: " << alternative.scenario << ": " << alternative.alternative << ": "
                << alternative.run.requests
                << " requests are traced, and no later ones; ask for a smaller --sample\n";
  }
}

void tell_counts(TracedAlternatives const& traced, std::string const& file,
                 Console const& console) {
  std::size_t requests = 0, spans = 0;
  for (TracedAlternative const& alternative : traced) {
    requests += alternative.run.requests;
    spans += alternative.run.spans.size();
  }
  console.out << "\nTraces  " << requests << " requests with " << spans << " spans in " << file
              << '\n';
}

}  // namespace

ExitCode write_traces(TracedAlternatives const& traced, RunOptions const& options,
                      Console const& console) {
  if (!options.tracing.file) return ExitCode::done;
  if (Problem const problem = write_file(*options.tracing.file, trace_text(traced, version))) {
    console.err << "sojourn: " << *problem << '\n';
    return ExitCode::failed;
  }
  tell_limits(traced, console);
  if (options.format == Format::text && !options.quiet)
    tell_counts(traced, *options.tracing.file, console);
  return ExitCode::done;
}

}  // namespace sojourn
