#include "models/cache.h"

#include <variant>

#include "models/world.h"

namespace sojourn {

Caches::Caches(Program const& program) {
  for (CachePlan const& plan : program.caches) {
    auto const* const keys = std::get_if<KeyCacheOptions>(&plan.contents);
    if (keys == nullptr) continue;
    caches_.insert(caches_.end(), plan.replicas,
                   KeyCache(keys->policy, static_cast<std::size_t>(keys->capacity), keys->ttl));
  }
}

Caches::Answer Caches::ask(World& world, std::uint32_t index, std::uint32_t cache) {
  CachePlan const& plan = world.program->caches[cache];
  CacheMeasures& measures = world.measures.caches[cache];
  Activity const& activity = world.activities[index];
  Answer answer;
  if (auto const* const hit_ratio = std::get_if<double>(&plan.contents)) {
    answer.hit = world.streams[plan.hit_stream].happens(*hit_ratio);
  } else {
    auto const& keys = std::get<KeyCacheOptions>(plan.contents).keys;
    Key const key = keys ? draw_key(*keys, world.streams[plan.key_stream]) : activity.key;
    KeyCache& contents = at(plan, activity.replica);
    measures.expired += contents.expire(world.now());
    answer.hit = contents.use(key);
    if (!answer.hit) answer.missing = key;
  }
  ++(answer.hit ? measures.hits : measures.misses);
  return answer;
}

void Caches::put(World& world, std::uint32_t index, std::uint32_t cache, Key key) {
  CachePlan const& plan = world.program->caches[cache];
  CacheMeasures& measures = world.measures.caches[cache];
  KeyCache& contents = at(plan, world.activities[index].replica);
  measures.expired += contents.expire(world.now());
  bool const evicts = contents.put(key, world.now(), world.streams[plan.eviction_stream]);
  if (evicts) ++measures.evicted;
}

void Caches::replica_crashed(World const& world, std::uint32_t replica) {
  for (CachePlan const& plan : world.program->caches) {
    bool const has_one = plan.first_cache != nowhere && replica >= plan.first_replica &&
                         replica - plan.first_replica < plan.replicas;
    if (has_one) at(plan, replica).clear();
  }
}

}  // namespace sojourn
