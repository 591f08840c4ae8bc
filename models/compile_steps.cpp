#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "models/program_builder.h"

namespace sojourn {
namespace {

/// Lays out the steps of one operation. Nested lists lie inside, jumped over by those who do not
/// enter them.
class StepCompiler {
 public:
  StepCompiler(ProgramBuilder& builder, Service const& service, Operation const& operation)
      : builder_(builder),
        pools_(service.pools),
        name_{service.name, operation.name},
        operation_(builder.operation_of(name_)),
        path_(service.name + "/" + operation.name) {}

  void compile(Steps const& steps) {
    add_steps(steps);
    add(StepKind::end);
  }

 private:
  void add_steps(Steps const& steps) {
    for (Step const& step : steps) {
      std::visit([this](auto const& action) { add_step(action); }, step.action);
    }
  }

  void add_step(WorkStep const& work) {
    PlannedStep& step = add(StepKind::work);
    step.distribution.emplace(work.duration);
    step.stream = builder_.stream(path_ + "/work");
  }

  void add_step(WaitStep const& wait) {
    PlannedStep& step = add(StepKind::wait);
    step.distribution.emplace(wait.duration);
    step.stream = builder_.stream(path_ + "/wait");
  }

  void add_step(CallStep const& call) {
    std::string const path = path_ + "/call " + text_of(call.target);
    ServicePlan const& caller = builder_.program.services[plan_of_operation().service];
    std::uint32_t const at = here();
    add(StepKind::call).target =
        builder_.add_call_site(text_of(name_), &caller, call.target, call.options, {}, path);
    if (call.fallback) add_fallback(at, *call.fallback);
  }

  /// Steps beside the way, for when the step at `at` fails.
  void add_fallback(std::uint32_t at, Steps const& steps) {
    std::uint32_t const jump = here();
    add(StepKind::jump);
    std::uint32_t const fallback = lay_fallback(steps);
    builder_.program.steps[at].fallback = fallback;
    builder_.program.steps[jump].target = here();
  }

  /// The place of the first.
  std::uint32_t lay_fallback(Steps const& steps) {
    std::uint32_t const first = here();
    add_steps(steps);
    plan_of_operation().has_fallback = true;
    return first;
  }

  void add_step(ForwardStep const& forward) {
    std::uint32_t const target = builder_.operation_of(forward.target);
    add(StepKind::forward).target = target;
    builder_.forwards.emplace_back(operation_, target);
  }

  /// `count` messages are as many turns of a loop around one publish.
  void add_step(PublishStep const& publish) {
    if (publish.count) {
      add_loop(*publish.count, path_ + "/count", [&] { add_publish(publish); });
    } else {
      add_publish(publish);
    }
  }

  void add_publish(PublishStep const& publish) {
    std::uint32_t const at = here();
    PublishPlan plan;
    plan.spec = publish;
    plan.spec.fallback.reset();
    plan.channel = builder_.channel_of(publish.channel);
    plan.size = builder_.message_size(publish.payload);
    std::uint32_t const service = plan_of_operation().service;
    ServicePlan const& publisher = builder_.program.services[service];
    plan.first_replica = publisher.first_replica;
    if (publish.batch)
      plan.first_batch = std::exchange(builder_.program.producer_batches,
                                       builder_.program.producer_batches + publisher.replicas);
    if (publish.timeout) plan.timeout_stream = builder_.stream(path_ + "/publish_timeout");
    if (publish.delay) plan.delay_stream = builder_.stream(path_ + "/publish_delay");
    if (publish.key) plan.key_stream = builder_.stream(path_ + "/publish_key");
    if (publish.poison > 0.0) plan.poison_stream = builder_.stream(path_ + "/poison");
    if (publish.retry) plan.backoff_stream = builder_.stream(path_ + "/publish_backoff");
    builder_.publishers.emplace_back(service, plan.channel);
    add(StepKind::publish).target = count(builder_.program.publishes);
    builder_.program.publishes.push_back(std::move(plan));
    if (publish.fallback) add_fallback(at, *publish.fallback);
  }

  void add_step(ParallelStep const& parallel) {
    auto const index = count(builder_.program.parallels);
    builder_.program.parallels.emplace_back();
    builder_.program.parallels[index].join = static_cast<std::uint32_t>(parallel.join);
    std::uint32_t const fork = here();
    add(StepKind::parallel).target = index;
    std::uint32_t const jump = here();
    add(StepKind::jump);
    for (Steps const& branch : parallel.branches) {
      builder_.program.parallels[index].branches.push_back(here());
      add_steps(branch);
      add(StepKind::end);
    }
    builder_.program.steps[jump].target = here();
    builder_.program.parallels[index].works = has_from(fork, {StepKind::work});
  }

  void add_step(ChooseStep const& choose) {
    auto const index = count(builder_.program.chooses);
    builder_.program.chooses.emplace_back();
    PlannedStep& step = add(StepKind::choose);
    step.target = index;
    step.stream = builder_.stream(path_ + "/choose");
    std::uint32_t const otherwise = here();
    std::vector<std::uint32_t> jumps{otherwise};
    add(StepKind::jump);
    std::vector<DiscreteChoice::Alternative> branches;
    for (ChooseStep::Branch const& branch : choose.branches) {
      branches.push_back({branch.probability, here()});
      add_steps(branch.steps);
      jumps.push_back(here());
      add(StepKind::jump);
    }
    builder_.program.chooses[index] = DiscreteChoice(branches, otherwise);
    for (std::uint32_t const jump : jumps) builder_.program.steps[jump].target = here();
  }

  void add_step(RepeatStep const& repeat) {
    add_loop(repeat.count, path_ + "/repeat", [&] { add_steps(repeat.steps); });
  }

  template <class Body>
  void add_loop(Distribution const& turns, std::string const& path, Body&& body) {
    std::uint32_t const head = here();
    PlannedStep& step = add(StepKind::repeat);
    step.distribution.emplace(turns);
    step.stream = builder_.stream(path);
    body();
    add(StepKind::repeat_end).target = head + 1;
    builder_.program.steps[head].target = here();
  }

  void add_step(UseStep const& use) {
    auto const pool = std::find_if(pools_.begin(), pools_.end(), [&](Pool const& candidate) {
      return candidate.name == use.pool;
    });
    ensure(pool != pools_.end(), "a used pool is declared");
    auto const index = static_cast<std::uint32_t>(pool - pools_.begin());
    add(StepKind::acquire).target = index;
    add_steps(use.steps);
    add(StepKind::release).target = index;
  }

  void add_step(CacheStep const& cache) {
    std::uint32_t const index = builder_.add_cache(name_, cache.contents, path_ + "/cache");
    add(StepKind::cache).target = index;
    std::uint32_t const jump = here();
    add(StepKind::jump);
    add_steps(cache.miss);
    bool const keeps = std::holds_alternative<KeyCacheOptions>(cache.contents);
    if (keeps) add(StepKind::keep).target = index;
    builder_.program.steps[jump].target = here();
  }

  /// The parts, then the row to which what fails goes back, and what undoes each.
  void add_step(SagaStep const& saga) {
    std::uint32_t const index = builder_.add_saga(name_, saga.durable);
    add(StepKind::saga).target = index;
    for (SagaStep::Part const& part : saga.parts) {
      std::uint32_t const first = here();
      add_steps(part.steps);
      bool const leaves_traces = !part.undo && has_from(first, {StepKind::call, StepKind::publish});
      builder_.program.sagas[index].parts.push_back({nowhere, leaves_traces});
      add(StepKind::part_done);
    }
    std::uint32_t const jump = here();
    add(StepKind::jump);
    std::uint32_t const first_undo = here();
    builder_.program.sagas[index].first_undo = first_undo;
    add(StepKind::undo);
    for (std::size_t i = 0; i < saga.parts.size(); ++i) {
      if (!saga.parts[i].undo) continue;
      builder_.program.sagas[index].parts[i].undo = here();
      add_steps(*saga.parts[i].undo);
      add(StepKind::jump).target = first_undo;
    }
    if (saga.fallback) {
      std::uint32_t const fallback = lay_fallback(*saga.fallback);
      builder_.program.sagas[index].fallback = fallback;
    }
    builder_.program.steps[jump].target = here();
  }

  void add_step(RespondStep const&) { add(StepKind::respond); }

  void add_step(BackgroundStep const& background) {
    std::uint32_t const head = here();
    add(StepKind::background).target = head + 2;
    add(StepKind::jump);
    add_steps(background.steps);
    add(StepKind::end);
    builder_.program.steps[head + 1].target = here();
  }

  void add_step(FailStep const& fail) {
    PlannedStep& step = add(StepKind::fail);
    step.target = count(builder_.program.probabilities);
    builder_.program.probabilities.push_back(fail.probability);
    step.stream = builder_.stream(path_ + "/fail");
  }

  OperationPlan& plan_of_operation() { return builder_.program.operations[operation_]; }

  [[nodiscard]] std::uint32_t here() const { return count(builder_.program.steps); }

  /// Whether one of the steps laid out from there on is of one of the kinds.
  [[nodiscard]] bool has_from(std::uint32_t first, std::initializer_list<StepKind> kinds) const {
    auto const& steps = builder_.program.steps;
    return std::any_of(steps.begin() + first, steps.end(), [&](PlannedStep const& step) {
      return std::count(kinds.begin(), kinds.end(), step.kind) > 0;
    });
  }

  /// The reference is good until the next `add`.
  PlannedStep& add(StepKind kind) {
    builder_.program.steps.emplace_back();
    PlannedStep& step = builder_.program.steps.back();
    step.kind = kind;
    step.operation = operation_;
    return step;
  }

  ProgramBuilder& builder_;
  std::vector<Pool> const& pools_;
  OperationName name_;
  std::uint32_t operation_;
  std::string path_;
};

}  // namespace

std::uint32_t compile_steps(ProgramBuilder& builder, Service const& service,
                            Operation const& operation) {
  auto const first = count(builder.program.steps);
  StepCompiler(builder, service, operation).compile(operation.steps);
  return first;
}

}  // namespace sojourn
