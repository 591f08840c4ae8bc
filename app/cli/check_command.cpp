#include "app/cli/check_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli/load_files.h"
#include "app/cli/run_options.h"
#include "app/lint/catalogue.h"
#include "app/lint/lint.h"

namespace sojourn {

namespace {

/// "checkout.yaml: ok (sync, async), 2 findings"
void print_ok(LoadedScenario const& loaded, std::size_t findings, std::ostream& out) {
  out << loaded.file << ": ok";
  char const* separator = " (";
  for (auto const& variant : loaded.variants) {
    out << separator << variant.name;
    separator = ", ";
  }
  out << ")";
  if (findings > 0) out << ", " << findings << (findings == 1 ? " finding" : " findings");
  out << '\n';
}

std::vector<std::string> rule_numbers() {
  std::vector<std::string> numbers;
  for (RuleText const& rule : rule_texts()) numbers.emplace_back(rule.number);
  return numbers;
}

}  // namespace

ExitCode check(std::vector<std::string> const& files, CheckOptions options,
               Console const& console) {
  Lint lint(options.ignore);
  options.load.inspect = [&](LoadedVariant const& variant, Node const& tree) {
    lint.inspect(variant, tree);
  };
  auto const scenarios = load_files(files, options.load, console);
  if (!scenarios) return ExitCode::bad_input;
  auto const findings = lint.findings();
  console.err << findings;
  for (auto const& loaded : *scenarios) print_ok(loaded, lint.count(loaded.file), console.out);
  return options.strict && !findings.empty() ? ExitCode::objective_missed : ExitCode::done;
}

ExitCode print_rules(Console const& console) {
  for (RuleText const& rule : rule_texts())
    console.out << fmt::format("{}  {}\n      {}\n", rule.number, rule.finds, rule.remedy);
  return ExitCode::done;
}

void add_check_command(CLI::App& app, Console const& console, ExitCode& code) {
  struct Arguments {
    std::vector<std::string> files;
    CheckOptions options;
    bool rules = false;
  };
  auto arguments = std::make_shared<Arguments>();  // the callback below outlives this function
  auto* command = app.add_subcommand("check", "Tell what is wrong with scenarios, without a run");
  auto* rules = command->add_flag("--rules", arguments->rules,
                                  "Print what the rules find and how to mend it, and nothing else");
  command->add_option("FILE", arguments->files, "Scenario files")->type_name("")->excludes(rules);
  add_load_options(*command, arguments->options.load);
  command->add_option("--ignore", arguments->options.ignore, "Not this rule; may be repeated")
      ->type_name("RULE")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(rule_numbers()).description(""));
  command->add_flag("--strict", arguments->options.strict, "Exit code 1 if a rule finds anything");
  command->footer(
      "Examples:\n"
      "  sojourn check scenarios/*.yaml\n"
      "  sojourn check checkout.yaml --strict --ignore S104\n");
  command->callback([arguments, &console, &code] {
    if (!arguments->rules && arguments->files.empty()) throw CLI::RequiredError("FILE");
    code = arguments->rules ? print_rules(console)
                            : check(arguments->files, arguments->options, console);
  });
}

}  // namespace sojourn
