#include "app/config/load.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "app/config/parameters.h"
#include "app/config/patch.h"
#include "app/config/scenario_reader.h"
#include "app/config/text_file.h"
#include "app/config/validate.h"
#include "sim/ensure.h"

namespace sojourn {
namespace {

constexpr std::size_t most_variants = 1000;
constexpr std::size_t most_nodes_of_all_variants = 2'000'000;

/// What belongs to the whole scenario: variants are compared side by side, on the same luck.
std::vector<std::string> const& keys_of_the_whole() {
  static std::vector<std::string> const keys = {"name",         "duration", "warmup",
                                                "replications", "seed",     "variants"};
  return keys;
}

struct Patch {
  std::string name;
  Node node;
};

/// Turns the tree of a file into its variants.
class Loader {
 public:
  Loader(std::string file, std::filesystem::path directory, LoadOptions const& options)
      : file_(std::move(file)), options_(options), files_(std::move(directory)) {}

  LoadResult load(std::optional<Node> root) {
    read_settings();
    if (root) load_tree(*std::move(root));
    LoadResult result;
    if (!diagnostics_.has_errors()) result.scenario = {file_, std::move(variants_)};
    result.diagnostics = std::move(diagnostics_);
    return result;
  }

  Diagnostics& diagnostics() { return diagnostics_; }

 private:
  void read_settings() {
    for (std::string const& text : options_.sets)
      if (auto setting = parse_setting(text, diagnostics_))
        settings_.push_back({*std::move(setting), {}, false});
  }

  void load_tree(Node root) {
    if (!root.is(Node::Kind::mapping)) {
      diagnostics_.error(root.place(),
                         "expected a scenario: a mapping with keys such as duration "
                         "and workloads, found " +
                             described(root));
      return;
    }
    apply_settings_of_variants(root);
    std::vector<Patch> const patches = take_patches(root);
    for (Patch const& patch : patches) load_variant(root, patch);
    report_settings();
    warn_of_unused_parameters(root);
  }

  /// A setting under `variants` concerns the file; all others concern each variant.
  void apply_settings_of_variants(Node& root) {
    for (Set& set : settings_)
      if (set.setting.path.front() == "variants")
        set.applied = apply_setting(root, set.setting, set.mistakes);
  }

  /// The variants to keep, out of the tree.
  std::vector<Patch> take_patches(Node& root) {
    std::vector<Patch> patches;
    if (Node* const variants = root.find("variants")) {
      patches = read_patches(*variants, count_nodes(root));
      auto& entries = root.entries;
      entries.erase(std::find_if(entries.begin(), entries.end(),
                                 [](Node::Entry const& entry) { return entry.key == "variants"; }));
    }
    if (patches.empty()) patches.push_back({"base", {}});
    return chosen(std::move(patches));
  }

  std::vector<Patch> read_patches(Node const& variants, std::size_t nodes) {
    if (!variants.is(Node::Kind::mapping)) {
      diagnostics_.error(
          variants.place(),
          "variants: expected a mapping of names to patches, found " + described(variants));
      return {};
    }
    std::size_t const count = variants.entries.size();
    if (count > most_variants || count * nodes > most_nodes_of_all_variants) {
      diagnostics_.error(variants.place(), "variants: too many");
      return {};
    }
    std::vector<Patch> patches;
    for (Node::Entry const& entry : variants.entries) {
      check_patch(entry);
      patches.push_back({entry.key, entry.value});
    }
    return patches;
  }

  void check_patch(Node::Entry const& entry) {
    if (!is_identifier(entry.key))
      diagnostics_.error(entry.mark.place(), not_an_identifier("a variant", entry.key));
    if (entry.value.is(Node::Kind::scalar) || entry.value.is(Node::Kind::sequence))
      diagnostics_.error(entry.value.place(),
                         fmt::format("{}: expected a mapping with what differs, found {}",
                                     entry.key, described(entry.value)));
    auto const& whole = keys_of_the_whole();
    for (Node::Entry const& key : entry.value.entries)
      if (std::count(whole.begin(), whole.end(), key.key) > 0)
        diagnostics_.error(key.mark.place(),
                           in_quotes(key.key) + " belongs to the whole scenario, not to a variant");
  }

  std::vector<Patch> chosen(std::vector<Patch> patches) {
    if (options_.variants.empty()) return patches;
    std::vector<std::string> names;
    for (Patch const& patch : patches) names.push_back(patch.name);
    for (std::string const& wanted : options_.variants)
      if (std::count(names.begin(), names.end(), wanted) == 0)
        diagnostics_.error({file_, 0, 0},
                           fmt::format("no variant is called {}{}", in_quotes(wanted),
                                       did_you_mean(wanted, names)));
    std::vector<Patch> kept;
    for (Patch& patch : patches)
      if (std::count(options_.variants.begin(), options_.variants.end(), patch.name) > 0)
        kept.push_back(std::move(patch));
    return kept;
  }

  void load_variant(Node const& base, Patch const& patch) {
    Node root = base;
    if (patch.node.is(Node::Kind::mapping)) apply_patch(root, patch.node, diagnostics_);
    for (Set& set : settings_)
      if (set.setting.path.front() != "variants")
        set.applied = apply_setting(root, set.setting, set.mistakes) || set.applied;
    substitute_parameters(root, used_parameters_, diagnostics_);
    Diagnostics mistakes;
    Reading reading(files_, mistakes);
    ReadScenario read = read_scenario(root, reading);
    if (!mistakes.has_errors()) validate(read.scenario, reading.names(), mistakes);
    diagnostics_.add(mistakes);
    if (read.scenario.name.empty())
      read.scenario.name = std::filesystem::path(file_).stem().string();
    variants_.push_back({patch.name, std::move(read.scenario), std::move(read.objectives),
                         std::move(read.ignored_rules)});
    if (options_.inspect && !mistakes.has_errors()) options_.inspect(variants_.back(), root);
  }

  /// A setting may concern one variant only, but it must concern one.
  void report_settings() {
    for (Set const& set : settings_)
      if (!set.applied) diagnostics_.add(set.mistakes);
  }

  void warn_of_unused_parameters(Node const& root) {
    Node const* const parameters = root.find("parameters");
    if (parameters == nullptr || !options_.variants.empty() || diagnostics_.has_errors()) return;
    for (Node::Entry const& entry : parameters->entries)
      if (used_parameters_.count(entry.key) == 0)
        diagnostics_.warning(entry.mark.place(),
                             fmt::format("parameter '{}' is never used", entry.key));
  }

  struct Set {
    Setting setting;
    Diagnostics mistakes;
    bool applied = false;
  };

  std::string file_;
  LoadOptions const& options_;
  DataFiles files_;
  std::vector<Set> settings_;
  std::set<std::string> used_parameters_;
  std::vector<LoadedVariant> variants_;
  Diagnostics diagnostics_;
};

using Metrics = std::map<std::string_view, Unit>;

Metrics by_name(std::vector<std::vector<Metric>> const& lists) {
  Metrics metrics;
  for (auto const& list : lists)
    for (Metric const& metric : list) metrics.try_emplace(metric.name, metric.unit);
  return metrics;
}

std::string nearest_metric(std::string const& name, Metrics const& metrics) {
  std::vector<std::string> names;
  for (auto const& [known, unit] : metrics) names.emplace_back(known);
  return did_you_mean(name, names);
}

/// Sets the objective's value in the unit of its metric.
void check_objective(ObjectiveSource const& source, Metrics const& metrics, Objective& objective,
                     Diagnostics& diagnostics) {
  auto const metric = metrics.find(objective.metric);
  if (metric == metrics.end()) {
    bool const suggest = diagnostics.want_suggestions();
    diagnostics.error(source.metric_place,
                      fmt::format("no metric is called {}{}", in_quotes(objective.metric),
                                  suggest ? nearest_metric(objective.metric, metrics) : ""));
    return;
  }
  auto const value = value_in_unit(source.value, metric->second);
  if (value.value) {
    objective.value = *value.value;
  } else {
    diagnostics.error(source.value_place, fmt::format("{}: expected {}, found {}", objective.metric,
                                                      value.problem, in_quotes(source.value)));
  }
}

}  // namespace

LoadResult load_scenario(std::filesystem::path const& path, LoadOptions const& options) {
  Loader loader(path.string(), path.parent_path(), options);
  std::optional<Node> root;
  if (auto const text = read_text_file(path, largest_file, loader.diagnostics()))
    root = parse_document(*text, path.string(), loader.diagnostics());
  return loader.load(std::move(root));
}

LoadResult load_scenario_text(std::string_view text, std::string const& label,
                              LoadOptions const& options) {
  Loader loader(label, {}, options);
  return loader.load(parse_document(text, label, loader.diagnostics()));
}

void check_objectives(LoadedScenario& loaded, std::vector<std::vector<Metric>> const& metrics,
                      Diagnostics& diagnostics) {
  ensure(metrics.size() == loaded.variants.size(), "each variant has its list of metrics");
  Metrics const known = by_name(metrics);
  for (LoadedVariant& variant : loaded.variants)
    for (std::size_t i = 0; i < variant.objectives.size(); ++i)
      check_objective(variant.objectives[i], known, variant.scenario.objectives[i], diagnostics);
}

}  // namespace sojourn
