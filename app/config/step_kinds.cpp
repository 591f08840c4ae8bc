#include "app/config/step_kinds.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr double sum_tolerance = 1e-9;

/// Reads as `value` does, while the steps in it stand inside `branch`.
template <class T>
Value<T> inside(std::string branch, Value<T> value) {
  auto read = [branch, value](Node const& node, Reading& reading) {
    reading.step_scope.branches.push_back(branch);
    auto result = value.read(node, reading);
    reading.step_scope.branches.pop_back();
    return result;
  };
  return {std::move(read), value.schema};
}

StepWord work_kind() {
  Table<WorkStep> table;
  table.required("work", distribution_value(Bound::not_negative), &WorkStep::duration,
                 "The slot and a core are busy for that long.");
  return step_kind(std::move(table));
}

StepWord wait_kind() {
  Table<WaitStep> table;
  table.required("wait", distribution_value(Bound::not_negative), &WaitStep::duration,
                 "Time passes without CPU: a disk, a sleep, a person.");
  return step_kind(std::move(table));
}

StepWord call_kind() {
  Table<CallStep> table;
  table.required("call", operation_value(), &CallStep::target,
                 "Asks an operation of a service and waits for its reply.");
  add_call_options(table);
  table.optional("fallback", steps_value(), &CallStep::fallback, "none",
                 "Steps that run when the call has failed; the operation then goes on, degraded.");
  return step_kind(std::move(table));
}

StepWord forward_kind() {
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

StepWord parallel_kind() {
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

StepWord choose_kind() {
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

StepWord repeat_kind() {
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

StepWord use_kind() {
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
  StepWord kind = step_kind(std::move(table));
  kind.value.read = [value = kind.value](Node const& node, Reading& reading) {
    return read_use(value, node, reading);
  };
  return kind;
}

StepWord cache_kind() {
  Table<CacheStep> table;
  table
      .required("cache", cache_contents_value(), &CacheStep::contents,
                "Asks the cache of this replica: the probability of a hit, or a cache of keys. On "
                "a hit nothing else happens.")
      .required("miss", inside("miss", steps_value()), &CacheStep::miss,
                "Steps that run on a miss; once they have succeeded the key is in the cache.");
  return step_kind(std::move(table));
}

Value<SagaStep::Part> saga_part() {
  auto steps = inside("saga", steps_value());
  steps.read = [read = steps.read](Node const& node, Reading& reading) {
    auto result = read(node, reading);
    if (node.is(Node::Kind::sequence) && node.items.empty())
      reading.error(node, "expected at least one step");
    return result;
  };
  Table<SagaStep::Part> table;
  table.required("do", std::move(steps), &SagaStep::Part::steps, "What the part does.")
      .optional(
          "undo", inside("undo", steps_value()), &SagaStep::Part::undo, "nothing",
          "Steps that undo it, once it has succeeded and a later part has failed; [] where it "
          "leaves nothing.");
  return object(std::move(table));
}

StepWord saga_kind() {
  Table<SagaStep> table;
  table
      .required("saga", list_of(saga_part(), "parts such as {do: [...], undo: [...]}"),
                &SagaStep::parts,
                "Parts that are done one after the other; when one fails, those that were done "
                "are undone, the last one first.")
      .optional("durable", flag_value(), &SagaStep::durable, "false",
                "Whether a replica remembers what a crash has cut short, and undoes it when it is "
                "back.")
      .optional("fallback", steps_value(), &SagaStep::fallback, "none",
                "Steps that run when the saga has failed and is undone; the operation then goes "
                "on, degraded.")
      .check([](Node const& node, SagaStep&, Reading& reading) {
        Node const* const parts = node.find("saga");
        if (parts == nullptr) return;
        refuse_in_branch("saga", parts->place(), reading);
        if (parts->is(Node::Kind::sequence) && parts->items.empty())
          reading.error_at(parts->place(), "saga: expected at least one part");
      });
  return step_kind(std::move(table));
}

StepWord background_kind() {
  Table<BackgroundStep> table;
  table.required("background", inside("background", steps_value()), &BackgroundStep::steps,
                 "Steps that run on by themselves and hold no slot of the request.");
  return step_kind(std::move(table));
}

StepWord fail_kind() {
  Table<FailStep> table;
  table.required("fail", ratio_value(), &FailStep::probability,
                 "Fails with this probability: an error reply.");
  return step_kind(std::move(table));
}

}  // namespace

void refuse_in_branch(std::string const& word, Place const& place, Reading& reading) {
  auto const refuses = [&](std::string const& branch) {
    bool const is_part = branch == "saga" || branch == "undo";
    if (word == "saga") return is_part;
    bool const always = branch == "parallel" || branch == "background" || branch == "undo";
    return always ||
           (word == "forward" && (branch == "repeat" || branch == "miss" || branch == "saga"));
  };
  auto const& branches = reading.step_scope.branches;
  auto const found = std::find_if(branches.rbegin(), branches.rend(), refuses);
  if (found != branches.rend())
    reading.error_at(place, fmt::format("'{}' cannot stand inside '{}'", word, *found));
}

std::vector<StepWord> const& step_kinds() {
  static std::vector<StepWord> const kinds = {
      work_kind(),   wait_kind(),     call_kind(),       forward_kind(), publish_kind(),
      outbox_kind(), parallel_kind(), choose_kind(),     repeat_kind(),  use_kind(),
      cache_kind(),  saga_kind(),     background_kind(), fail_kind()};
  return kinds;
}

}  // namespace sojourn
