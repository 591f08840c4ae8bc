#include <fmt/format.h>

#include "app/config/arguments.h"
#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"
#include "app/config/step_graph.h"

namespace sojourn {
namespace {

constexpr std::int64_t most_replicas = 1'000'000;
constexpr std::int64_t largest_pool = 1'000'000'000;

using Speed = std::variant<SpeedTable, ScalabilityLaw>;

std::optional<Speed> read_law(Node const& node, Reading& reading) {
  constexpr std::string_view form =
      "a list such as [1, 1.6, 1.8] or usl(contention=3%, coherency=0.1%)";
  static std::vector<Function<int>> const functions = {{"usl", {"contention", "coherency"}, 0}};
  auto const expression = read_expression(node, form, reading);
  if (!expression) return std::nullopt;
  if (!expression->is_call) {
    reading.expected(node, form);
    return std::nullopt;
  }
  if (find_function(functions, *expression, node, reading) == nullptr) return std::nullopt;
  Arguments arguments(*expression, functions.front().arguments, node, reading);
  ScalabilityLaw law;
  law.contention = arguments.ratio("contention");
  if (arguments.has("coherency")) law.coherency = arguments.ratio("coherency");
  if (!arguments.good()) return std::nullopt;
  return law;
}

Value<Speed> speed_value() {
  constexpr double fastest = 1e6;
  auto const totals = list_of(number_value(Bound::positive, fastest), "numbers");
  auto read = [totals](Node const& node, Reading& reading) -> std::optional<Speed> {
    auto result = totals.read(node, reading);
    if (!result || result->size() < node.items.size()) return std::nullopt;
    if (!result->empty()) return SpeedTable{std::move(*result)};
    reading.error(node, "expected at least one number");
    return std::nullopt;
  };
  return scalar_or<Speed>({read_law, [] { return pattern_schema("usl *\\(.*\\)"); }},
                          {std::move(read), totals.schema});
}

Value<std::vector<Pool>> pools_value() {
  auto const size = converted<Pool>(count_value(1, largest_pool), [](std::int64_t count) {
    return Pool{{}, count};
  });
  return declared(size, "pools to their sizes such as {db: 20}", NameKind::pool);
}

Value<std::vector<Operation>> operations_value() {
  auto const operation = converted<Operation>(steps_value(), [](Steps steps) {
    return Operation{{}, std::move(steps)};
  });
  return declared(operation, "operations, each a list of steps", NameKind::operation);
}

/// One that holds the last of a pool and waits for another of it waits for itself.
void check_pool_uses(Service const& service, Reading& reading) {
  for (Reading::PoolUse const& use : reading.pool_uses) {
    if (!use.nested) continue;
    for (Pool const& pool : service.pools) {
      if (pool.name != use.pool) continue;
      if (pool.size == 1) {
        reading.error_at(use.place,
                         fmt::format("use: '{}' is held already and there is only one: it would "
                                     "wait for itself",
                                     use.pool));
      } else {
        reading.warning_at(use.place,
                           fmt::format("use: '{}' is held already; when all {} are, they can wait "
                                       "for each other",
                                       use.pool, pool.size));
      }
    }
  }
  reading.pool_uses.clear();
}

/// One that waits for what another fetches would keep the slot that it took from it.
void check_coalescing(Node const& node, Service const& service, Reading& reading) {
  if (!interrupts(service.queue.discipline)) return;
  bool coalesces = false;
  for (Operation const& operation : service.operations)
    for_each_step(operation.steps, true, [&](Step const& step) {
      auto const* const cache = std::get_if<CacheStep>(&step.action);
      auto const* const keys = cache ? std::get_if<KeyCacheOptions>(&cache->contents) : nullptr;
      coalesces = coalesces || (keys != nullptr && keys->coalesce);
    });
  if (coalesces)
    reading.error_at(
        node.find("queue")->place(),
        "queue: preemptive-lifo and preemptive-priority do not go with a cache that has "
        "'coalesce': who waits would keep the slot that it took from who fetches");
}

/// What hosts decide the service cannot.
void check_places(Node const& node, Reading& reading) {
  if (node.find("hosts") == nullptr) return;
  for (char const* const key : {"cores", "speed", "zone"})
    if (Node const* const value = node.find(key))
      reading.error_at(value->place(),
                       fmt::format("{}: does not go with 'hosts', which say it already", key));
}

void check_scaling(Node const& node, Service& service, Reading& reading) {
  if (!service.autoscale) return;
  Autoscale const& scale = *service.autoscale;
  Place const place = node.find("autoscale")->place();
  bool const by_cpu = scale.metric == Autoscale::Metric::cpu;
  if (by_cpu && !service.cores) reading.error_at(place, "autoscale: the metric cpu needs 'cores'");
  if (!by_cpu && service.concurrency == unlimited)
    reading.error_at(place, "autoscale: the metric utilisation needs a 'concurrency'");
  if (node.find("replicas") == nullptr) {
    service.replicas = scale.min;
  } else if (service.replicas < scale.min || service.replicas > scale.max) {
    reading.error_at(
        node.find("replicas")->place(),
        fmt::format("replicas: must be from {} to {}, as 'autoscale' says", scale.min, scale.max));
  }
}

Value<Service> service_value() {
  constexpr double most_cores = 1e6;
  Table<Service> table;
  table
      .optional("replicas", count_value(1, most_replicas), &Service::replicas, "1",
                "Instances; each has slots and a queue of its own.")
      .optional("concurrency", limit_value(1), &Service::concurrency, "1",
                "Slots of a replica: how many requests it serves at once; or unlimited.")
      .optional("cores", number_value(Bound::positive, most_cores), &Service::cores, "no limit",
                "CPU of a replica; work in progress shares it equally when there is more work "
                "than cores.")
      .optional("speed", speed_value(), &Service::speed, "as fast as it says",
                "How fast a replica works in all with 1, 2, 3 ... pieces of work in progress, "
                "which share it equally: a list, or usl(contention, coherency).")
      .optional("io", enumeration<bool>({{"blocking", true}, {"non-blocking", false}}),
                &Service::blocking, "blocking",
                "Whether a request keeps its slot while it waits for a reply or a 'wait'.")
      .optional("queue", queue_value(), &Service::queue, "unlimited, fifo",
                "Where requests wait for a slot: a capacity, or a mapping.")
      .optional("limit", admission_value(), &Service::limit, "none",
                "Whom each replica lets in: rate(200/s, burst=50), concurrency(100), or "
                "adaptive(initial=20, min=1, max=1000), which finds out by itself; "
                "when_full=wait holds the others back instead of rejecting them.")
      .optional("balance",
                enumeration<Balance>({{"random", Balance::random},
                                      {"round-robin", Balance::round_robin},
                                      {"least-outstanding", Balance::least_outstanding},
                                      {"power-of-two", Balance::power_of_two},
                                      {"key-hash", Balance::key_hash}}),
                &Service::balance, "round-robin",
                "How callers choose a replica; key-hash by the key of the request.")
      .optional("detect", duration_value(Bound::not_negative), &Service::detect, "0s",
                "How long after a crash callers still send to the dead replica.")
      .optional("autoscale", autoscale_value(), &Service::autoscale, "none",
                "Replicas come and go so that a metric stays near a target.")
      .optional("hours", hours_value(), &Service::hours, "always",
                "When it is open; at closing time nobody new comes in.")
      .optional("hosts",
                one_or_list_of(name_value({NameKind::host}, "the name of a host such as node-1"),
                               "hosts"),
                &Service::hosts, "none",
                "Where its replicas run, dealt out in turn; they share the host's cores.")
      .optional("zone", one_or_list_of(zone_value(), "zones"), &Service::zones, "none",
                "Where its replicas are, dealt out in turn; faults can name a zone.")
      .optional("startup", distribution_value(Bound::not_negative), &Service::startup, "0s",
                "From a restart until it serves again.")
      .optional("pools", pools_value(), &Service::pools, "none",
                "What a replica has a fixed number of, such as connections, by name.")
      .optional("cost", number_value(Bound::not_negative, 1e9), &Service::cost, "none",
                "What one replica costs in an hour, whether or not it is busy or up.")
      .required("operations", operations_value(), &Service::operations,
                "What it can be asked to do: names to lists of steps.")
      .check([](Node const& node, Service& service, Reading& reading) {
        check_pool_uses(service, reading);
        if (Node const* const speed = node.find("speed"); speed != nullptr && node.find("cores"))
          reading.error_at(speed->place(),
                           "speed: does not go with 'cores', which say how fast it works already");
        check_places(node, reading);
        check_scaling(node, service, reading);
        check_coalescing(node, service, reading);
        Node const* const operations = node.find("operations");
        if (operations != nullptr && operations->is(Node::Kind::mapping) &&
            operations->entries.empty())
          reading.error_at(operations->place(), "operations: expected at least one operation");
      });
  return object(std::move(table));
}

}  // namespace

Value<std::vector<Service>> services_value() {
  return declared(service_value(), "services by name", NameKind::service);
}

}  // namespace sojourn
