#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr double sum_tolerance = 1e-9;

/// One kind of step: the word that tells it, its other keys, and how it is read.
struct StepKind {
  std::string word;
  std::vector<std::string> keys;
  Value<Step> value;
};

template <class S>
StepKind step_kind(Table<S> table) {
  auto keys = table.keys();
  std::string word = keys.front();
  Value<Step> value =
      converted<Step>(object(std::move(table)), [](S step) { return Step{std::move(step)}; });
  return {std::move(word), std::move(keys), std::move(value)};
}

/// Reads as `value` does, while the steps in it stand inside `branch`.
template <class T>
Value<T> inside(std::string branch, Value<T> value) {
  auto read = [branch, value](Node const& node, Reading& reading) {
    auto const before = std::exchange(reading.step_scope.in_branch, branch);
    auto result = value.read(node, reading);
    reading.step_scope.in_branch = before;
    return result;
  };
  return {std::move(read), value.schema};
}

void refuse_in_branch(std::string const& word, Place const& place, Reading& reading) {
  std::string const& branch = reading.step_scope.in_branch;
  bool const refused =
      branch == "parallel" || branch == "background" || (branch == "repeat" && word == "forward");
  if (refused) reading.error_at(place, fmt::format("'{}' cannot stand inside '{}'", word, branch));
}

// --- The kinds -----------------------------------------------------------------------------------

StepKind work_kind() {
  Table<WorkStep> table;
  table.required("work", distribution_value(Bound::not_negative), &WorkStep::duration,
                 "The slot and a core are busy for that long.");
  return step_kind(std::move(table));
}

StepKind wait_kind() {
  Table<WaitStep> table;
  table.required("wait", distribution_value(Bound::not_negative), &WaitStep::duration,
                 "Time passes without CPU: a disk, a sleep, a person.");
  return step_kind(std::move(table));
}

StepKind call_kind() {
  Table<CallStep> table;
  table
      .required("call", operation_value(), &CallStep::target,
                "Asks an operation of a service and waits for its reply.")
      .optional(
          "timeout", distribution_value(Bound::positive),
          [](CallStep& step, Distribution timeout) { step.options.timeout = std::move(timeout); },
          "none", "After it an attempt has failed for the caller; the callee works on.")
      .optional(
          "retry", retry_value(),
          [](CallStep& step, Retry retry) { step.options.retry = std::move(retry); }, "one attempt",
          "Whether the call is tried again after a failure.");
  return step_kind(std::move(table));
}

StepKind forward_kind() {
  Table<ForwardStep> table;
  table
      .required("forward", operation_value(), &ForwardStep::target,
                "Hands the request on: the callee replies to this operation's caller, and the "
                "slot here is free at once.")
      .check([](Node const& node, ForwardStep&, Reading& reading) {
        refuse_in_branch("forward", node.place(), reading);
      });
  return step_kind(std::move(table));
}

StepKind publish_kind() {
  Table<PublishStep> table;
  table
      .required("publish", channel_value(), &PublishStep::channel,
                "Hands a message to a channel: broker.channel.")
      .optional("confirm", flag_value(), &PublishStep::confirm, "true",
                "Whether to wait until the broker has accepted the message.")
      .optional("timeout", distribution_value(Bound::positive), &PublishStep::timeout, "none",
                "How long to wait for the broker.")
      .optional("count", count_distribution_value(), &PublishStep::count, "1", "How many messages.")
      .check([](Node const& node, PublishStep& step, Reading& reading) {
        if (step.timeout && !step.confirm)
          reading.error_at(node.find("timeout")->place(),
                           "timeout: without 'confirm' there is nothing to wait for");
      });
  return step_kind(std::move(table));
}

/// `all`, `first` or a count of branches; 0 stands for all until the branches are known.
Value<std::size_t> join_value() {
  constexpr std::int64_t most_branches = 10'000;
  auto const count = count_value(1, most_branches);
  auto read = [count](Node const& node, Reading& reading) -> std::optional<std::size_t> {
    if (node.is(Node::Kind::scalar) && node.text == "all") return std::size_t{0};
    if (node.is(Node::Kind::scalar) && node.text == "first") return std::size_t{1};
    bool const is_number = node.is(Node::Kind::scalar) && !node.text.empty() &&
                           node.text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) {
      reading.expected(node, "all, first or a number of branches");
      return std::nullopt;
    }
    auto const branches = count.read(node, reading);
    if (!branches) return std::nullopt;
    return static_cast<std::size_t>(*branches);
  };
  return {std::move(read), [count] {
            Json schema = count.schema();
            schema["anyOf"].push_back({{"enum", Json::array({"all", "first"})}});
            return schema;
          }};
}

void check_parallel(Node const& node, ParallelStep& step, Reading& reading) {
  Node const& branches = *node.find("parallel");
  std::size_t const written = branches.items.size();
  if (branches.is(Node::Kind::sequence) && written == 0)
    reading.error_at(branches.place(), "parallel: expected at least one branch");
  if (step.join > written && written > 0)
    reading.error_at(node.find("join")->place(),
                     fmt::format("join: there are only {} branches", written));
  if (step.join == 0) step.join = written;
}

StepKind parallel_kind() {
  Table<ParallelStep> table;
  auto const branches =
      inside("parallel", list_of(steps_value(), "branches, each a list of steps"));
  table.required("parallel", branches, &ParallelStep::branches, "Branches that run at once.")
      .optional("join", join_value(), &ParallelStep::join, "all",
                "How many branches must succeed: all, first or a number; the rest is cancelled.")
      .check([](Node const& node, ParallelStep& step, Reading& reading) {
        if (node.find("parallel") != nullptr) check_parallel(node, step, reading);
      });
  return step_kind(std::move(table));
}

Value<ChooseStep::Branch> choose_branch() {
  Table<ChooseStep::Branch> table;
  table
      .required("p", ratio_value(Bound::positive), &ChooseStep::Branch::probability,
                "The probability of this branch.")
      .required("steps", steps_value(), &ChooseStep::Branch::steps, "What it does.");
  return object(std::move(table));
}

StepKind choose_kind() {
  Table<ChooseStep> table;
  table
      .required("choose", list_of(choose_branch(), "branches such as {p: 80%, steps: [...]}"),
                &ChooseStep::branches,
                "One of the branches; nothing where their probabilities sum to less than 100 %.")
      .check([](Node const& node, ChooseStep& step, Reading& reading) {
        double sum = 0.0;
        for (auto const& branch : step.branches) sum += branch.probability;
        if (sum > 1.0 + sum_tolerance)
          reading.error_at(node.find("choose")->place(),
                           fmt::format("choose: the probabilities sum to {:.6g} %, more than 100 %",
                                       sum * 100.0));
      });
  return step_kind(std::move(table));
}

StepKind repeat_kind() {
  Table<RepeatStep> table;
  table
      .required("repeat", count_distribution_value(), &RepeatStep::count,
                "How often the steps run, one time after another; may be a distribution.")
      .required("steps", inside("repeat", steps_value()), &RepeatStep::steps, "What is repeated.");
  return step_kind(std::move(table));
}

/// The steps under `use` are read while its pool is held, wherever the key `use` stands.
std::optional<Step> read_use(Value<Step> const& value, Node const& node, Reading& reading) {
  Node const* const use = node.find("use");
  bool const named_pool = use != nullptr && use->is(Node::Kind::scalar);
  auto& held = reading.step_scope.pools;
  if (named_pool) {
    bool const nested = std::find(held.begin(), held.end(), use->text) != held.end();
    reading.pool_uses.push_back({use->text, use->place(), nested});
    held.push_back(use->text);
  }
  auto result = value.read(node, reading);
  if (named_pool) held.pop_back();
  return result;
}

StepKind use_kind() {
  Value<std::string> pool = text_value();
  auto read = [](Node const& node, Reading& reading) -> std::optional<std::string> {
    auto const text = scalar_text(node, "the name of a pool such as db", reading);
    if (!text) return std::nullopt;
    reading.refer({NameKind::pool}, reading.owner + "." + std::string(*text), node);
    return std::string(*text);
  };
  pool.read = read;
  Table<UseStep> table;
  table
      .required("use", std::move(pool), &UseStep::pool,
                "Holds one of the named pool of this replica while the steps run.")
      .required("steps", steps_value(), &UseStep::steps, "What is done with it.");
  StepKind kind = step_kind(std::move(table));
  kind.value.read = [value = kind.value](Node const& node, Reading& reading) {
    return read_use(value, node, reading);
  };
  return kind;
}

StepKind background_kind() {
  Table<BackgroundStep> table;
  table.required("background", inside("background", steps_value()), &BackgroundStep::steps,
                 "Steps that run on by themselves and hold no slot of the request.");
  return step_kind(std::move(table));
}

StepKind fail_kind() {
  Table<FailStep> table;
  table.required("fail", ratio_value(), &FailStep::probability,
                 "Fails with this probability: an error reply.");
  return step_kind(std::move(table));
}

/// The other kinds that have the key, so that a modifier in the wrong place is sent to the right
/// one.
std::string belongs_to(std::vector<StepKind> const& kinds, std::string const& key) {
  std::vector<std::string> words;
  for (StepKind const& kind : kinds)
    if (std::count(kind.keys.begin(), kind.keys.end(), key) > 0)
      words.push_back(in_quotes(kind.word));
  return words.empty() ? "" : either_of(words);
}

std::vector<StepKind> const& step_kinds() {
  static std::vector<StepKind> const kinds = {
      work_kind(),   wait_kind(),   call_kind(), forward_kind(),    publish_kind(), parallel_kind(),
      choose_kind(), repeat_kind(), use_kind(),  background_kind(), fail_kind()};
  return kinds;
}

std::vector<std::string> step_words() {
  std::vector<std::string> words;
  for (StepKind const& kind : step_kinds()) words.push_back(kind.word);
  words.emplace_back("respond");
  return words;
}

StepKind const* find_kind(std::string const& word) {
  for (StepKind const& kind : step_kinds())
    if (kind.word == word) return &kind;
  return nullptr;
}

// --- Reading a step ------------------------------------------------------------------------------

std::optional<Step> read_word(Node const& node, Reading& reading) {
  if (node.reported) return std::nullopt;
  if (node.text == "respond") {
    refuse_in_branch("respond", node.place(), reading);
    return Step{RespondStep{}};
  }
  if (find_kind(node.text) != nullptr) {
    reading.error_at(node.place(), fmt::format("step '{}' needs a value", node.text));
  } else {
    reading.error_at(node.place(),
                     fmt::format("expected a step such as 'work: 5ms', found {}{}", described(node),
                                 did_you_mean(node.text, step_words())));
  }
  return std::nullopt;
}

void no_step_word(Node const& node, Reading& reading) {
  if (node.entries.empty()) {
    reading.error_at(node.place(), "expected a step such as 'work: 5ms', found an empty mapping");
    return;
  }
  Node::Entry const& first = node.entries.front();
  std::string const owner = belongs_to(step_kinds(), first.key);
  std::string hint = did_you_mean(first.key, step_words());
  if (first.key == "respond") hint = "; 'respond' stands alone, without ':'";
  if (hint.empty() && !owner.empty()) hint = "; " + in_quotes(first.key) + " belongs to " + owner;
  if (hint.empty()) hint = fmt::format("; expected {}", fmt::join(step_words(), ", "));
  reading.error_at(first.mark.place(),
                   fmt::format("no step is called {}{}", in_quotes(first.key), hint));
}

/// Keys that no step of this kind has; true if there were none.
void refuse_foreign_keys(Node& node, StepKind const& kind, Reading& reading) {
  auto const foreign = [&](Node::Entry const& entry) {
    if (std::count(kind.keys.begin(), kind.keys.end(), entry.key) > 0) return false;
    std::string const owner = belongs_to(step_kinds(), entry.key);
    if (owner.empty()) return false;
    reading.error_at(entry.mark.place(), fmt::format("{} does not belong to '{}' but to {}",
                                                     in_quotes(entry.key), kind.word, owner));
    return true;
  };
  auto& entries = node.entries;
  entries.erase(std::remove_if(entries.begin(), entries.end(), foreign), entries.end());
}

bool has_foreign_keys(Node const& node, StepKind const& kind) {
  return std::any_of(node.entries.begin(), node.entries.end(), [&](Node::Entry const& entry) {
    return std::count(kind.keys.begin(), kind.keys.end(), entry.key) == 0;
  });
}

std::optional<Step> read_kind(Node const& node, StepKind const& kind, Reading& reading) {
  if (!has_foreign_keys(node, kind)) return kind.value.read(node, reading);
  Node own = node;
  refuse_foreign_keys(own, kind, reading);
  return kind.value.read(own, reading);
}

std::optional<Step> read_mapping(Node const& node, Reading& reading) {
  std::vector<Node::Entry const*> words;
  for (Node::Entry const& entry : node.entries)
    if (find_kind(entry.key) != nullptr) words.push_back(&entry);
  if (words.empty()) {
    no_step_word(node, reading);
    return std::nullopt;
  }
  if (words.size() > 1) {
    reading.error_at(words[1]->mark.place(),
                     fmt::format("'{}' in the step that is a '{}' already; a step of its own "
                                 "begins with '- '",
                                 words[1]->key, words[0]->key));
    return std::nullopt;
  }
  return read_kind(node, *find_kind(words.front()->key), reading);
}

std::optional<Step> read_step(Node const& node, Reading& reading) {
  if (node.is(Node::Kind::scalar)) return read_word(node, reading);
  if (node.is(Node::Kind::mapping)) return read_mapping(node, reading);
  reading.expected(node, "a step such as 'work: 5ms'");
  return std::nullopt;
}

bool forwards(Node const& node) {
  return node.is(Node::Kind::mapping) && node.find("forward") != nullptr;
}

std::optional<Steps> read_steps(Node const& node, Reading& reading) {
  if (!node.is(Node::Kind::sequence)) {
    reading.expected(node, "a list of steps");
    return std::nullopt;
  }
  Steps steps;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0 && forwards(node.items[i - 1]))
      reading.error_at(node.items[i].place(), "never reached: it comes after 'forward'");
    if (auto step = read_step(node.items[i], reading)) steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace

Value<Steps> steps_value() {
  return {read_steps, [] { return Json{{"$ref", "#/$defs/steps"}}; }};
}

Json steps_schema() {
  Json kinds = Json::array({Json{{"const", "respond"}}});
  for (StepKind const& kind : step_kinds()) kinds.push_back(kind.value.schema());
  return {{"type", "array"}, {"items", {{"anyOf", std::move(kinds)}}}};
}

}  // namespace sojourn
