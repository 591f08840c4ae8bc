#include <cmath>

#include "app/report/names.h"
#include "app/report/theory_report.h"

namespace sojourn {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(ResourceLoad const& resource) {
  bool const limited = std::isfinite(resource.available);
  return {{"owner", resource.owner},
          {"resource", resource.resource},
          {"arrivals", number(resource.arrivals)},
          {"offered", number(resource.offered)},
          {"available", number(resource.available)},
          {"utilisation", limited ? number(resource.utilisation()) : Json(nullptr)},
          {"saturation", limited ? number(1.0 / resource.utilisation()) : Json(nullptr)}};
}

Json json_of(StationExpectation const& station) {
  return {{"service", station.service},
          {"model", station.model.empty() ? Json(nullptr) : Json(station.model)},
          {"exact", station.exact},
          {"error", station.error},
          {"differences", station.differences}};
}

Json json_of(BoundedFigure const& bound) {
  return {{"metric", bound.metric},
          {"unit", name_of(bound.unit)},
          {"lower", number(bound.lower)},
          {"upper", number(bound.upper)},
          {"model", bound.model}};
}

Json json_of(ExpectedBacklog const& backlog) {
  Json values = Json::array();
  for (double const value : backlog.values) values.push_back(number(value));
  return {{"series", backlog.series},
          {"model", backlog.model},
          {"peak", number(backlog.peak)},
          {"at", number(backlog.at)},
          {"gone", backlog.gone ? number(*backlog.gone) : Json(nullptr)},
          {"lost", number(backlog.lost)},
          {"values", std::move(values)}};
}

template <class Values>
Json array_of(Values const& values) {
  Json array = Json::array();
  for (auto const& value : values) array.push_back(json_of(value));
  return array;
}

Json json_of(ScenarioExpectation const& variant) {
  Json metrics = Json::object();
  for (auto const& figure : variant.figures)
    metrics[figure.metric] = {{"unit", name_of(figure.unit)},
                              {"value", number(figure.value)},
                              {"exact", figure.exact},
                              {"model", figure.model}};
  return {{"name", variant.variant},
          {"resources", array_of(variant.resources)},
          {"bottleneck", variant.bottleneck ? Json(*variant.bottleneck) : Json(nullptr)},
          {"stations", array_of(variant.stations)},
          {"metrics", std::move(metrics)},
          {"bounds", array_of(variant.bounds)},
          {"backlogs", array_of(variant.backlogs)},
          {"remarks", variant.remarks}};
}

}  // namespace

nlohmann::ordered_json json_of(TheoryReport const& report, std::string_view version) {
  Json variants = Json::array();
  for (auto const& variant : report.variants) variants.push_back(json_of(variant));
  return {{"sojourn", {{"version", version}, {"format", format_version}}},
          {"scenario", {{"name", report.name}, {"file", report.file}}},
          {"alternatives", std::move(variants)}};
}

}  // namespace sojourn
