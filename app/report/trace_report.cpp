#include "app/report/trace_report.h"

#include <limits>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/random_stream.h"

namespace sojourn {

namespace {

using Json = nlohmann::ordered_json;

/// On one line.
std::string text_of(Json const& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json attribute(char const* key, std::string const& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}

/// OTLP has integers as strings, for they may have 64 bits.
Json attribute(char const* key, std::uint32_t value) {
  return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}};
}

Json attribute(char const* key, bool value) {
  return {{"key", key}, {"value", {{"boolValue", value}}}};
}

/// Simulated time zero is the beginning of Unix time.
std::string nanoseconds(Time time) { return std::to_string(time.time_since_epoch().count()); }

/// The names of all traces and spans of an alternative, drawn from its own stream of random
/// numbers: others with the same seed have other ones.
class Ids {
 public:
  explicit Ids(TracedAlternative const& traced)
      : random_(Streams(traced.seed, 0).open("ids/" + traced.scenario + "/" + traced.alternative)) {
    for (std::size_t i = 0; i < traced.run.requests; ++i) {
      std::string const first_half = draw();
      traces_.push_back(first_half + draw());
    }
    for (std::size_t i = 0; i < traced.run.spans.size(); ++i) spans_.push_back(draw());
  }

  [[nodiscard]] std::string const& of_trace(Span const& span) const { return traces_[span.trace]; }
  [[nodiscard]] std::string const& of_span(std::size_t place) const { return spans_[place]; }

 private:
  /// 16 hexadecimal digits, not all of them zero.
  std::string draw() {
    return fmt::format("{:016x}", 1 + random_.below(std::numeric_limits<std::uint64_t>::max()));
  }

  RandomStream random_;
  std::vector<std::string> traces_, spans_;
};

Json attributes_of(Span const& span) {
  Json attributes = Json::array();
  if (span.is_open) {
    attributes.push_back(attribute("sojourn.unfinished", true));
  } else {
    attributes.push_back(attribute("sojourn.outcome", std::string(name_of(span.outcome))));
  }
  if (span.replica != nowhere) attributes.push_back(attribute("sojourn.replica", span.replica));
  if (span.attempt > 0) attributes.push_back(attribute("sojourn.attempt", span.attempt));
  if (span.delivery > 0) attributes.push_back(attribute("sojourn.delivery", span.delivery));
  if (span.messages > 1) attributes.push_back(attribute("sojourn.messages", span.messages));
  return attributes;
}

Json events_of(Span const& span) {
  Json events = Json::array();
  for (SpanEvent const& event : span.events)
    events.push_back({{"timeUnixNano", nanoseconds(event.time)}, {"name", event.name}});
  return events;
}

Json links_of(Span const& span, TracedRun const& run, Ids const& ids) {
  Json links = Json::array();
  for (std::uint32_t const sender : span.senders)
    links.push_back(
        {{"traceId", ids.of_trace(run.spans[sender])}, {"spanId", ids.of_span(sender)}});
  return links;
}

Json json_of(std::size_t place, TracedRun const& run, Ids const& ids) {
  Span const& span = run.spans[place];
  Json json = {{"traceId", ids.of_trace(span)}, {"spanId", ids.of_span(place)}};
  if (span.parent != nowhere) json["parentSpanId"] = ids.of_span(span.parent);
  json["name"] = span.name;
  json["kind"] = static_cast<int>(span.kind);
  json["startTimeUnixNano"] = nanoseconds(span.begin);
  json["endTimeUnixNano"] = nanoseconds(span.end);
  json["attributes"] = attributes_of(span);
  if (!span.events.empty()) json["events"] = events_of(span);
  if (!span.senders.empty()) json["links"] = links_of(span, run, ids);
  bool const has_failed = !span.is_open && span.outcome != Outcome::success;
  json["status"] = Json::object();
  if (has_failed) json["status"] = {{"message", name_of(span.outcome)}, {"code", 2}};
  return json;
}

Json resource_of(TracedAlternative const& traced, std::string const& source) {
  return {{"attributes",
           {attribute("service.name", source), attribute("sojourn.scenario", traced.scenario),
            attribute("sojourn.alternative", traced.alternative)}}};
}

/// The places of the spans of each source.
std::vector<std::vector<std::size_t>> by_source(TracedRun const& run) {
  std::vector<std::vector<std::size_t>> places(run.sources.size());
  for (std::size_t i = 0; i < run.spans.size(); ++i) places[run.spans[i].source].push_back(i);
  return places;
}

/// Texts one below the other, with a comma between two.
class Lines {
 public:
  void add(std::string const& line) { text_ += (text_.empty() ? "\n" : ",\n") + line; }
  [[nodiscard]] std::string const& text() const { return text_; }

 private:
  std::string text_;
};

void add_alternative(Lines& resources, TracedAlternative const& traced, std::string_view version) {
  Ids const ids(traced);
  Json const scope = {{"name", "sojourn"}, {"version", version}};
  auto const places = by_source(traced.run);
  for (std::size_t source = 0; source < places.size(); ++source) {
    if (places[source].empty()) continue;
    Lines spans;
    for (std::size_t const place : places[source])
      spans.add(text_of(json_of(place, traced.run, ids)));
    std::string const resource = text_of(resource_of(traced, traced.run.sources[source]));
    resources.add(fmt::format(R"({{"resource":{},"scopeSpans":[{{"scope":{},"spans":[{}]}}]}})",
                              resource, text_of(scope), spans.text()));
  }
}

}  // namespace

std::string trace_text(TracedAlternatives const& traced, std::string_view version) {
  Lines resources;
  for (TracedAlternative const& alternative : traced)
    add_alternative(resources, alternative, version);
  return "{\"resourceSpans\":[" + resources.text() + "]}\n";
}

}  // namespace sojourn
