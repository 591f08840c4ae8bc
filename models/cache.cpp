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

Caches::Answer Caches::ask(World& world, Activity const& activity, std::uint32_t cache) {
  CachePlan const& plan = world.program->caches[cache];
  CacheMeasures& measures = world.measures.caches[cache];
  Answer answer;
  if (auto const* const hit_ratio = std::get_if<double>(&plan.contents)) {
    answer.hit = world.streams[plan.hit_stream].happens(*hit_ratio);
  } else {
    auto const& keys = std::get<KeyCacheOptions>(plan.contents).keys;
    Key const key =
        keys ? draw_key(*keys, world.streams[plan.key_stream]) : world.activities.key_of(activity);
    std::uint32_t const place = place_of(plan, activity.replica);
    measures.expired += caches_[place].expire(world.now());
    answer.hit = caches_[place].use(key);
    auto const fetch = answer.hit ? under_way_.end() : under_way_.find({place, key});
    if (fetch != under_way_.end()) {
      ++measures.coalesced;
      answer.fetch = fetch->second;
      return answer;
    }
    if (!answer.hit) answer.missing = key;
  }
  ++(answer.hit ? measures.hits : measures.misses);
  return answer;
}

void Caches::put(World& world, Activity const& activity, std::uint32_t cache, Key key) {
  CachePlan const& plan = world.program->caches[cache];
  CacheMeasures& measures = world.measures.caches[cache];
  KeyCache& contents = caches_[place_of(plan, activity.replica)];
  measures.expired += contents.expire(world.now());
  bool const evicts = contents.put(key, world.now(), world.streams[plan.eviction_stream]);
  if (evicts) ++measures.evicted;
}

std::uint32_t Caches::begin_fetch(World& world, Activity const& activity, std::uint32_t cache,
                                  Key key) {
  CachePlan const& plan = world.program->caches[cache];
  if (!std::get<KeyCacheOptions>(plan.contents).coalesce) return nowhere;
  std::uint32_t const place = place_of(plan, activity.replica);
  Fetch& fetch = world.fetches.create();
  fetch.fetcher = world.activities.index_of(activity);
  fetch.contents = place;
  fetch.key = key;
  std::uint32_t const index = world.fetches.index_of(fetch);
  under_way_.emplace(std::pair(place, key), index);
  return index;
}

void Caches::end_fetch(World& world, std::uint32_t index, Outcome outcome) {
  under_way_.erase({world.fetches[index].contents, world.fetches[index].key});
  while (!world.fetches[index].waiting.empty()) {
    Activity& next = world.fetches[index].waiting.pop_front(world.activities);
    next.result = outcome;
    world.interpreter.wake(world, next);
  }
  world.fetches.destroy(world.fetches.id_of(index));
}

void Caches::replica_crashed(World const& world, std::uint32_t replica) {
  for (CachePlan const& plan : world.program->caches) {
    bool const has_one = plan.first_cache != nowhere && replica >= plan.first_replica &&
                         replica - plan.first_replica < plan.replicas;
    if (has_one) caches_[place_of(plan, replica)].clear();
  }
}

}  // namespace sojourn
