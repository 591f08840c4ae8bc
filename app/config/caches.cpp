#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

using Contents = decltype(CacheStep::contents);
using Keys = std::optional<Distribution>;

/// A distribution, or `request` for the key of the request.
Value<Keys> keys_value() {
  auto const drawn = converted<Keys>(count_distribution_value(),
                                     [](Distribution keys) { return Keys(std::move(keys)); });
  auto read = [drawn](Node const& node, Reading& reading) -> std::optional<Keys> {
    bool const is_word = node.is(Node::Kind::scalar) && is_identifier(node.text);
    if (!is_word) return drawn.read(node, reading);
    if (node.text == "request") return Keys();
    reading.expected(node, "request or a distribution such as zipf(n=1000, s=1.1)",
                     did_you_mean(node.text, {"request"}));
    return std::nullopt;
  };
  return {std::move(read), [drawn] {
            Json schema = drawn.schema();
            schema["anyOf"].push_back({{"const", "request"}});
            return schema;
          }};
}

Value<KeyCacheOptions> key_cache_value() {
  Table<KeyCacheOptions> table;
  table
      .required("capacity", count_value(1, most_cached_keys), &KeyCacheOptions::capacity,
                "How many keys the cache of one replica holds.")
      .required("keys", keys_value(), &KeyCacheOptions::keys,
                "Which key is asked for: a distribution of counts such as zipf(n=10000, s=0.9), "
                "drawn each time, or `request` for the key of the request.")
      .optional("ttl", duration_value(Bound::positive), &KeyCacheOptions::ttl, "none",
                "How long after it was put in a key is gone.")
      .optional("policy",
                enumeration<Eviction>({{"lru", Eviction::lru},
                                       {"fifo", Eviction::fifo},
                                       {"random", Eviction::random},
                                       {"lfu", Eviction::lfu}}),
                &KeyCacheOptions::policy, "lru",
                "Who has to go when it is full: lru (last used longest ago), fifo (came first), "
                "random, or lfu (used least often, then lru).")
      .optional("coalesce", flag_value(), &KeyCacheOptions::coalesce, "false",
                "Whether those who miss a key that the replica is getting wait for it, instead of "
                "running 'miss' themselves.");
  return object(std::move(table));
}

}  // namespace

Value<Contents> cache_contents_value() {
  auto const hit_ratio =
      converted<Contents>(ratio_value(), [](double ratio) { return Contents(ratio); });
  auto const keys = converted<Contents>(
      key_cache_value(), [](KeyCacheOptions options) { return Contents(std::move(options)); });
  return scalar_or<Contents>(hit_ratio, keys);
}

}  // namespace sojourn
