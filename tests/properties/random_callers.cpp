/// FileGenerator: workloads, and what all callers decide.
#include <fmt/format.h>

#include "tests/properties/file_generator.h"

namespace sojourn::support {

// --- Workloads -----------------------------------------------------------------------------------

FileGenerator::Json FileGenerator::workload() {
  Json made;
  std::string const& asked = services_[luck_.below(services_.size())];
  if (luck_.rolls("mix")) {
    made["mix"] = {{asked + ".op", "60%"}, {services_.front() + ".other", "40%"}};
  } else {
    made["request"] = asked + (luck_.coin(0.8) ? ".op" : ".other");
  }
  std::string const kind = luck_.word(
      "arrivals", {"poisson", "periodic", "renewal", "batches", "bursty", "trace", "closed"});
  made["arrivals"] = arrivals(kind);
  if (kind != "trace" && kind != "closed") maybe(made, "profile", [&] { return profile(); });
  add_call_options(made);
  maybe(made, "patience", [&] { return luck_.length(10); });
  if (made.contains("timeout")) maybe(made, "deadline", [] { return "propagate"; });
  maybe(
      made, "priority", [&] { return luck_.between(-1, 2); }, 0.8);
  return made;
}

std::string FileGenerator::arrivals(std::string const& kind) {
  std::int64_t const rate = luck_.coin() ? luck_.between(80, 200) : luck_.between(5, 50);
  if (kind == "poisson" || kind == "periodic") return fmt::format("{}({}/s)", kind, rate);
  if (kind == "renewal") return fmt::format("renewal({})", luck_.length(10));
  if (kind == "batches") return fmt::format("batches({}/s, size={})", rate / 3 + 1, luck_.count());
  if (kind == "trace") return luck_.rolls("rates") ? "trace(rates.csv)" : "trace(times.csv)";
  std::string const length = luck_.length(30);
  if (kind == "bursty")
    return fmt::format("bursty(20/s, 200/s, calm={}, burst={})", length, luck_.length(20));
  return fmt::format("closed(users={}, think={})", luck_.between(1, 8), length);
}

FileGenerator::Json FileGenerator::profile() {
  if (luck_.coin()) return {{"sine", {{"period", "300ms"}, {"amplitude", luck_.share()}}}};
  Json points = Json::array();
  points.push_back({{"at", "200ms"}, {"factor", 2.0}, {"ramp", "100ms"}});
  points.push_back({{"at", "600ms"}, {"factor", 0}});
  points.push_back({{"at", "700ms"}, {"factor", 1.0}, {"ramp", "50ms"}});
  return points;
}

// --- Callers -------------------------------------------------------------------------------------

void FileGenerator::add_call_options(Json& caller) {
  maybe(caller, "timeout", [&] { return luck_.length(luck_.coin() ? 50 : 4); });
  maybe(caller, "cancel", [&] { return luck_.coin(0.8); });
  maybe(caller, "retry", [&] { return retry(); });
  maybe(caller, "breaker", [&] { return breaker(); });
  maybe(caller, "limit", [&] { return bulkhead(); });
  maybe(caller, "hedge", [&] { return hedge(); });
  maybe(caller, "payload", [&] {
    Json made = Json::object();
    maybe(
        made, "request", [] { return "2kB"; }, 0.8);
    maybe(
        made, "reply", [&] { return luck_.coin() ? "512B" : "1MiB"; }, 0.8);
    return made;
  });
  maybe(caller, "key", [&] { return luck_.coin() ? "zipf(n=20, s=1)" : luck_.count(); });
}

FileGenerator::Json FileGenerator::retry() {
  Json made = Json::object();
  maybe(made, "attempts", [&] { return luck_.between(1, 4); });
  maybe(made, "backoff", [&] { return backoff(); });
  if (made.contains("backoff") && luck_.coin(0.1)) made["attempts"] = "unlimited";
  maybe(made, "on", [&] {
    Json causes = Json::array({luck_.word("on", {"error", "timeout", "rejected"})});
    for (auto const* cause : {"error", "timeout", "rejected"}) {
      if (causes[0] != cause && luck_.coin()) causes.push_back(cause);
    }
    return causes;
  });
  maybe(made, "budget", [&] { return luck_.share(); });
  return made;
}

FileGenerator::Json FileGenerator::backoff() {
  if (luck_.coin(0.3)) return luck_.length(10);
  Json made{{"first", luck_.coin() ? "5ms" : "1ms"}};
  maybe(made, "factor", [&] { return luck_.coin() ? 1.0 : 3.0; });
  maybe(made, "max", [] { return "30ms"; });
  maybe(
      made, "jitter",
      [&] {
        return luck_.word("jitter", {"none", "full", "equal", "decorrelated"});
      },
      0.9);
  return made;
}

FileGenerator::Json FileGenerator::breaker() {
  Json made;
  if (luck_.coin()) {
    made["consecutive"] = luck_.between(1, 3);
  } else {
    made["window"] = luck_.coin() ? Json("50ms") : Json(5);
    made["calls"] = luck_.between(1, 4);
    if (luck_.coin()) made["failures"] = luck_.share();
  }
  made["open"] = luck_.coin() ? "30ms" : "3ms";
  maybe(made, "probes", [&] { return luck_.between(1, 3); });
  return made;
}

FileGenerator::Json FileGenerator::hedge() {
  Json made{{"after", luck_.coin(0.3) ? "0s" : "4ms"}};
  maybe(made, "attempts", [&] { return luck_.between(2, 4); });
  return made;
}

FileGenerator::Json FileGenerator::bulkhead() {
  std::int64_t const calls = luck_.between(1, 3);
  if (luck_.coin(0.3)) return calls;
  return {{"calls", calls}, {"when_full", luck_.coin() ? "reject" : "block"}};
}

}  // namespace sojourn::support
