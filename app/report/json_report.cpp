#include "app/report/json_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/report/doubts.h"
#include "app/report/names.h"
#include "app/report/selection_verdict.h"

namespace sojourn {

namespace {

using Json = nlohmann::ordered_json;

/// Version of the format: raised when a reader of the last one would misread.
constexpr int format_version = 1;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// Adds a member whose key is not there yet. To look for it takes longer with every member, for
/// they are kept in a list.
void add_member(Json& object, std::string const& key, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(key, std::move(value));
}

Json numbers(std::vector<double> const& values) {
  Json array = Json::array();
  for (double const value : values) array.push_back(number(value));
  return array;
}

Json json_of(MetricEstimate const& entry) {
  Json json = {{"unit", name_of(entry.metric.unit)},
               {"mean", number(entry.estimate.mean)},
               {"half_width", number(entry.estimate.half_width)},
               {"confidence", entry.estimate.confidence},
               {"replications", entry.estimate.replications}};
  if (entry.estimate.variance_ratio)
    json["variance_ratio"] = number(*entry.estimate.variance_ratio);
  if (entry.estimate.observations) json["observations"] = *entry.estimate.observations;
  if (entry.estimate.is_thin) json["thin"] = true;
  return json;
}

Json json_of(SeriesEstimate const& series, AlternativeResult const& alternative) {
  return {{"unit", name_of(series.definition.unit)},
          {"step", number(alternative.series_step)},
          {"values", numbers(series.values)},
          {"start", number(alternative.series_start)}};
}

Json json_of(AccountTotal const& account) {
  Json lines = Json::object();
  lines[account.definition.total] = account.totals.total;
  for (std::size_t i = 0; i < account.definition.parts.size(); ++i)
    lines[account.definition.parts[i]] = account.totals.parts[i];
  for (std::size_t i = 0; i < account.definition.beside.size(); ++i)
    lines[account.definition.beside[i]] = account.totals.beside[i];
  return lines;
}

std::string name_of(AccountDefinition::Of of) {
  switch (of) {
    case AccountDefinition::Of::requests:
      return "requests";
    case AccountDefinition::Of::messages:
      return "messages";
    case AccountDefinition::Of::sagas:
      return "sagas";
    case AccountDefinition::Of::faults:
      break;
  }
  return "faults";
}

/// Sagas, and faults that messages met, only where there are some.
Json accounts_of(AlternativeResult const& alternative) {
  Json accounts = {{"requests", Json::object()}, {"messages", Json::object()}};
  for (auto const& account : alternative.accounts) {
    Json& owners = accounts[name_of(account.definition.of)];
    if (owners.is_null()) owners = Json::object();
    add_member(owners, account.definition.owner, json_of(account));
  }
  return accounts;
}

Json json_of(Verdict const& verdict) {
  return {{"text", verdict.goal.text},
          {"met", verdict.met},
          {"value", verdict.applies ? number(verdict.value.mean) : Json(nullptr)},
          {"half_width", verdict.applies ? number(verdict.value.half_width) : Json(nullptr)},
          {"sure", verdict.sure},
          {"applies", verdict.applies}};
}

Json json_of(AlternativeResult const& alternative) {
  std::map<std::string_view, Json> theory;
  for (auto const& known : alternative.theory)
    theory[known.metric] = {{"value", number(known.value)},
                            {"exact", known.exact},
                            {"model", known.model},
                            {"agrees", known.agrees}};
  Json metrics = Json::object();
  for (auto const& entry : alternative.metrics) {
    Json metric = json_of(entry);
    if (auto const known = theory.find(entry.metric.name); known != theory.end())
      metric["theory"] = known->second;
    add_member(metrics, entry.metric.name, std::move(metric));
  }
  Json series = Json::object();
  for (auto const& entry : alternative.series)
    add_member(series, entry.definition.name, json_of(entry, alternative));
  for (auto const& known : alternative.theory_series)
    series[known.series.definition.name]["theory"] = {{"model", known.model},
                                                      {"values", numbers(known.series.values)}};
  Json objectives = Json::array();
  for (auto const& verdict : alternative.objectives) objectives.push_back(json_of(verdict));

  Json json = {{"name", alternative.name},
               {"fingerprint", fmt::format("{:016x}", alternative.fingerprint)},
               {"events", alternative.events},
               {"metrics", std::move(metrics)},
               {"series", std::move(series)},
               {"account", accounts_of(alternative)},
               {"objectives", std::move(objectives)},
               {"replications", alternative.replications},
               {"partial", alternative.partial}};
  if (!alternative.controls.empty()) json["controls"] = alternative.controls;
  return json;
}

Json json_of(Comparison const& comparison) {
  return {{"metric", comparison.metric},
          {"from", comparison.from},
          {"to", comparison.to},
          {"difference", number(comparison.difference.mean)},
          {"half_width", number(comparison.difference.half_width)},
          {"unit", name_of(comparison.unit)},
          {"confidence", comparison.difference.confidence},
          {"replications", comparison.difference.replications},
          {"verdict", name_of(comparison.verdict)}};
}

Json json_of(Study::Mark const& mark) {
  return {{"alternative", mark.alternative},
          {"fault", mark.fault},
          {"from", number(mark.from)},
          {"to", number(mark.to)}};
}

Json json_of(WarmUpChoice const& choice) {
  return {{"by", "MSER-5"},
          {"alternative", choice.alternative},
          {"series", choice.series},
          {"settled", choice.settled},
          {"pilot", {{"replications", choice.replications}, {"duration", choice.pilot}}}};
}

Json json_of(Study::Precision const& precision) {
  Json figures = Json::array();
  for (auto const& figure : precision.figures)
    figures.push_back({{"alternative", figure.alternative},
                       {"metric", figure.metric},
                       {"relative_half_width", number(figure.relative_half_width)},
                       {"state", name_of(figure.state)}});
  return {{"wanted", precision.wanted},
          {"end", name_of(precision.end)},
          {"figures", std::move(figures)}};
}

Json json_of(Study::Selection const& selection, Study const& study) {
  Json contenders = Json::array();
  for (auto const& contender : selection.contenders)
    contenders.push_back(
        {{"alternative", contender.alternative},
         {"mean", number(contender.estimate.mean)},
         {"half_width", number(contender.estimate.half_width)},
         {"ruled_out_after",
          contender.ruled_out_after > 0 ? Json(contender.ruled_out_after) : Json(nullptr)}});
  bool const selected = selection.end == Study::Selection::End::selected;
  return {{"metric", selection.metric},
          {"unit", name_of(selection.unit)},
          {"best", selected ? Json(selection.contenders.front().alternative) : Json(nullptr)},
          {"probability", selection.probability},
          {"indifference", selection.indifference},
          {"margin", number(selection.margin)},
          {"end", name_of(selection.end)},
          {"contenders", std::move(contenders)},
          {"text", verdict_of(selection, study)}};
}

Json warnings_of(Study const& study) {
  Json array = Json::array();
  for (Warning const& warning : study.warnings)
    array.push_back({{"kind", kind_of(warning)},
                     {"alternative", warning.alternative},
                     {"series", warning.series},
                     {"text", sentence_of(warning, study)}});
  return array;
}

template <class Values>
Json array_of(Values const& values) {
  Json array = Json::array();
  for (auto const& value : values) array.push_back(json_of(value));
  return array;
}

/// A value on one line. Bytes that are not UTF-8 become U+FFFD, since JSON has no place for them.
std::string flat(Json const& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_flat(Json const& value) {
  if (value.is_object()) return value.empty();
  return !value.is_array() ||
         std::ranges::none_of(value, [](Json const& element) { return element.is_structured(); });
}

/// Indented, but for series: a thousand lines of one number each help nobody.
void append(std::string& text, Json const& value, std::size_t depth) {
  if (is_flat(value)) {
    text += flat(value);
    return;
  }
  std::string const indent(2 * depth + 2, ' ');
  std::string_view separator;
  text += value.is_object() ? '{' : '[';
  for (auto const& [key, element] : value.items()) {
    text.append(separator).append("\n").append(indent);
    if (value.is_object()) text.append(flat(Json(key))).append(": ");
    append(text, element, depth + 1);
    separator = ",";
  }
  text.append("\n").append(2 * depth, ' ');
  text += value.is_object() ? '}' : ']';
}

}  // namespace

nlohmann::ordered_json json_of(Study const& study, std::string_view version) {
  Json document = {{"sojourn", {{"version", version}, {"format", format_version}}},
                   {"scenario",
                    {{"name", study.name},
                     {"file", study.file},
                     {"seed", study.seed},
                     {"replications", study.replications},
                     {"duration", number(study.duration)},
                     {"warmup", number(study.warmup)}}},
                   {"alternatives", array_of(study.alternatives)},
                   {"comparisons", array_of(study.comparisons)},
                   {"faults", array_of(study.marks)},
                   {"partial", study.partial},
                   {"errors", study.errors},
                   {"warnings", warnings_of(study)}};
  if (study.warm_up_choice) document["scenario"]["warmup_found"] = json_of(*study.warm_up_choice);
  if (study.antithetic) document["scenario"]["antithetic"] = true;
  if (study.batches) document["scenario"]["batches"] = *study.batches;
  if (study.selection) document["selection"] = json_of(*study.selection, study);
  if (study.precision) document["precision"] = json_of(*study.precision);
  return document;
}

std::string json_text(nlohmann::ordered_json const& document) {
  std::string text;
  append(text, document, 0);
  return text + '\n';
}

}  // namespace sojourn
