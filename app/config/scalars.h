#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/table.h"
#include "models/scenario.h"

/// The values that are one word or quantity.
namespace sojourn {

/// Of requests and messages, either way.
constexpr std::int64_t largest_priority = 1'000'000;

enum class Bound { any, not_negative, positive };

Value<Duration> duration_value(Bound bound);
/// A duration, or `auto`.
struct WarmUp {
  Duration length{0};
  bool is_sought = false;
};
Value<WarmUp> warm_up_value();
/// In 1/s, more than zero.
Value<double> rate_value();
/// In bytes.
Value<double> size_value();
/// In bytes/s, more than zero.
Value<double> bandwidth_value();
/// From 0 to 1, or more than 0 where `bound` says so.
Value<double> ratio_value(Bound bound = Bound::not_negative);
Value<double> number_value(Bound bound, double largest);
Value<std::int64_t> count_value(std::int64_t least, std::int64_t most);
/// A count or `unlimited`.
Value<Limit> limit_value(std::int64_t least);
Value<std::uint64_t> seed_value();
Value<bool> flag_value();
Value<std::string> text_value();

/// "service.operation", whose operation must exist.
Value<OperationName> operation_value();
/// "broker.channel", whose channel must exist.
Value<ChannelName> channel_value();
/// The name of something of one of these kinds.
Value<std::string> name_value(std::vector<NameKind> kinds, std::string what);

std::string to_text(OperationName const& name);
std::string to_text(ChannelName const& name);

/// The text of a scalar; records a mistake where the node is none.
std::optional<std::string_view> scalar_text(Node const& node, std::string_view expected,
                                            Reading& reading);

/// The schema of a string of that form, or with a parameter in it.
Json pattern_schema(std::string const& pattern);

/// "owner.name" split at its dot, if it has that form.
std::optional<std::pair<std::string, std::string>> split_name(std::string_view text);

/// One of some words. `elsewhere` has words that say at other keys what another one says here.
template <class E>
Value<E> enumeration(std::vector<std::pair<std::string, E>> choices,
                     std::map<std::string, std::string> elsewhere = {}) {
  std::vector<std::string> words;
  for (auto const& choice : choices) words.push_back(choice.first);
  auto read = [choices, words, elsewhere](Node const& node, Reading& reading) -> std::optional<E> {
    auto const text = scalar_text(node, either_of(words), reading);
    if (!text) return std::nullopt;
    for (auto const& [word, value] : choices)
      if (*text == word) return value;
    auto const meant = elsewhere.find(std::string(*text));
    reading.expected(
        node, either_of(words),
        meant == elsewhere.end() ? did_you_mean(*text, words) : did_you_mean(meant->second, words));
    return std::nullopt;
  };
  return {std::move(read), [words] {
            return Json{{"anyOf", Json::array({Json{{"enum", words}}, pattern_schema("\\$.*")})}};
          }};
}

}  // namespace sojourn
