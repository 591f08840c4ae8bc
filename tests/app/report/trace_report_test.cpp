#include "app/report/trace_report.h"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/report/golden.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// Two requests: one whose message is delivered with the other's, and one that is not over.
TracedAlternative sample(std::string alternative) {
  TracedRun run;
  run.sources = {"users", "web", "worker", "rabbit.jobs"};
  run.requests = 2;
  auto const add = [&](std::uint32_t trace, std::uint32_t parent, std::uint32_t source,
                       Span::Kind kind, Duration begin, Duration end, std::string name) -> Span& {
    Span& span = run.spans.emplace_back();
    span.trace = trace;
    span.parent = parent;
    span.source = source;
    span.kind = kind;
    span.is_open = false;
    span.begin = Time(begin);
    span.end = Time(end);
    span.name = std::move(name);
    return span;
  };
  add(0, nowhere, 0, Span::Kind::client, 1ms, 21ms, "web.buy").outcome = Outcome::timeout;
  Span& visit = add(0, 0, 1, Span::Kind::server, 1ms, 30ms, "web.buy");
  visit.replica = 3;
  visit.attempt = 2;
  visit.events = {{Time(1ms), "queued"}, {Time(5ms), "started"}};
  add(0, 1, 1, Span::Kind::producer, 6ms, 7ms, "publish rabbit.jobs");
  add(1, nowhere, 0, Span::Kind::client, 2ms, 40ms, "web.buy").is_open = true;
  add(1, 3, 1, Span::Kind::producer, 6ms, 7ms, "publish rabbit.jobs");
  Span& delivery = add(0, 2, 3, Span::Kind::consumer, 8ms, 19ms, "deliver worker.charge");
  delivery.outcome = Outcome::crashed;
  delivery.delivery = 2;
  delivery.messages = 2;
  delivery.senders = {4};
  return {"Shop", std::move(alternative), 7, std::move(run)};
}

TEST(TraceReportTest, IsTheDocumentedDocument) {
  expect_golden("traces.json", trace_text({sample("sync")}, "0.1.0"));
}

std::vector<json> spans_of(std::string const& text) {
  std::vector<json> spans;
  json const document = json::parse(text);
  for (json const& resource : document["resourceSpans"])
    for (json const& scope : resource["scopeSpans"])
      for (json const& span : scope["spans"]) spans.push_back(span);
  return spans;
}

TEST(TraceReportTest, SpansNameTheirTraceAndTheirParent) {
  auto const spans = spans_of(trace_text({sample("sync")}, "0.1.0"));
  ASSERT_EQ(spans.size(), 6U);
  std::set<std::string> seen, traces;
  for (json const& span : spans) {
    EXPECT_EQ(span["traceId"].get<std::string>().size(), 32U);
    EXPECT_EQ(span["spanId"].get<std::string>().size(), 16U);
    EXPECT_TRUE(seen.insert(span["spanId"]).second);
    traces.insert(span["traceId"]);
  }
  EXPECT_EQ(traces.size(), 2U);
  for (json const& span : spans) {
    bool const is_known = !span.contains("parentSpanId") || seen.contains(span["parentSpanId"]);
    EXPECT_TRUE(is_known) << span;
  }
}

TEST(TraceReportTest, AlternativesHaveTracesOfTheirOwn) {
  std::set<std::string> traces;
  for (json const& span : spans_of(trace_text({sample("sync"), sample("async")}, "0.1.0")))
    traces.insert(span["traceId"]);
  EXPECT_EQ(traces.size(), 4U);
  EXPECT_EQ(trace_text({sample("sync")}, "0.1.0"), trace_text({sample("sync")}, "0.1.0"));
}

TEST(TraceReportTest, NothingIsADocumentToo) {
  EXPECT_TRUE(json::parse(trace_text({}, "0.1.0"))["resourceSpans"].empty());
}

TEST(TraceReportTest, SurvivesNamesThatAreNotUtf8) {
  EXPECT_TRUE(json::accept(trace_text({sample("caf\xE9")}, "0.1.0")));
}

}  // namespace
}  // namespace sojourn
