#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string calling(std::string const& call, std::string const& more) {
  return scenario_at("1/s",
                     "  web: {operations: {get: [{call: db.read" + call +
                         "}]}}\n"
                         "  db: {operations: {read: [work: 1ms]}}\n",
                     more);
}

std::string publishing(std::string const& publish, std::string const& broker,
                       std::string const& subscriber, std::string const& more,
                       std::string const& channel = "") {
  return scenario_at("1/s",
                     "  web: {operations: {get: [{publish: b.q" + publish +
                         "}]}}\n"
                         "  worker: {operations: {do: [work: 1ms]}}\n",
                     "brokers: {b: {" + broker + "channels: {q: {" + channel +
                         "subscribers: {worker.do: {" + subscriber + "}}}}}}\n" + more);
}

TEST(EndlessWaitTest, IsForAServiceThatFallsSilent) {
  auto const with = [](std::string const& call, std::string const& fault) {
    return findings_of("S204", calling(call, "faults: {f: {at: 1min, for: 1min, " + fault + "}}"));
  };
  EXPECT_THAT(with("", "pause: db"),
              HasSubstr("web.get calls db.read without a timeout and waits as long as f lasts"));
  EXPECT_THAT(with(", timeout: 1s", "pause: db"), IsEmpty());
  EXPECT_THAT(with("", "pause: web"), IsEmpty());
  EXPECT_THAT(with("", "crash: db"), IsEmpty()) << "that is noticed";
  EXPECT_THAT(with("", "crash: db, mode: silent"), HasSubstr("waits for ever for what f takes"));
}

TEST(EndlessWaitTest, IsForABrokerThatCannotBeReached) {
  auto const with = [](std::string const& publish, std::string const& fault,
                       std::string const& broker = "") {
    return findings_of("S204", publishing(publish, broker, "",
                                          "faults: {f: {at: 1min, for: 1min, " + fault + "}}"));
  };
  std::string const parted = "partition: [web, b]";
  EXPECT_THAT(with("", parted),
              HasSubstr("web.get publishes to b.q without a timeout and waits as long as f lasts"));
  EXPECT_THAT(with(", timeout: 1s", parted), IsEmpty());
  EXPECT_THAT(with(", confirm: false", parted), IsEmpty()) << "it waits for nothing";
  EXPECT_THAT(with("", parted, "heartbeat: 10s, "), IsEmpty()) << "the connection is given up";
  EXPECT_THAT(with("", "partition: [worker, b]"), IsEmpty());
  EXPECT_THAT(with("", "loss: [web, b], rate: 10%", "heartbeat: 10s, "),
              HasSubstr("waits for ever for what f takes"));
}

TEST(LostWaitTest, IsOverALinkThatLoses) {
  auto const calls = [](std::string const& call, std::string const& network) {
    return findings_of("S206", calling(call, "network: {" + network + "}"));
  };
  std::string const lossy = "links: [{from: db, to: web, loss: 1%}]";
  EXPECT_THAT(calls("", lossy),
              HasSubstr("web.get waits for ever where its request to db.read, or the reply, gets "
                        "lost"));
  EXPECT_THAT(calls(", timeout: 1s", lossy), IsEmpty());
  EXPECT_THAT(calls(", hedge: {after: 1ms}", lossy), IsEmpty()) << "another copy may arrive";
  EXPECT_THAT(calls("", "links: [{from: users, to: web, loss: 1%}]"),
              HasSubstr("users waits for ever where its request to web.get"));
  EXPECT_THAT(calls("", "links: [{from: db, to: web, latency: 1ms}]"), IsEmpty());
  EXPECT_THAT(calls(", timeout: 1s", "default: {loss: 1%}"), HasSubstr("users waits for ever"));
  EXPECT_THAT(calls("",
                    "default: {loss: 1%}, links: [{from: db, to: web, loss: 0%}, "
                    "{from: users, to: web, loss: 0%}]"),
              IsEmpty())
      << "a link counts before the default";
}

/// As the network itself chooses among links.
TEST(LostWaitTest, GoesByTheLinkThatNamesBothEndsMostPrecisely) {
  auto const with = [](std::string const& links) {
    return findings_of(
        "S206",
        "duration: 1h\n"
        "workloads: {users: {request: web.get, arrivals: poisson(1/s), timeout: 1min}}\n"
        "services:\n"
        "  web: {zone: [east, west], replicas: 2, operations: {get: [call: db.read]}}\n"
        "  db: {zone: east, operations: {read: [work: 1ms]}}\n"
        "network: {default: {loss: 1%}, links: [" +
            links + "]}\n");
  };
  std::string const inside = "{from: east, to: east, loss: 0%}";
  EXPECT_THAT(with(inside), HasSubstr("web.get waits for ever")) << "from west to east it loses";
  EXPECT_THAT(with(inside + ", {from: west, to: east, loss: 0%}"), IsEmpty());
  EXPECT_THAT(with("{from: web, to: east, loss: 0%}, {from: west, to: east, loss: 1%}"), IsEmpty())
      << "a service and a zone are more precise than two zones";
  EXPECT_THAT(with("{from: web, to: db, loss: 0%}, {from: db, to: web, loss: 1%}"),
              HasSubstr("web.get waits for ever"))
      << "the reply gets lost";
}

TEST(LostWaitTest, IsOfPublishersAndOfChannels) {
  auto const with = [](std::string const& publish, std::string const& subscriber,
                       std::string const& end, std::string const& channel = "") {
    return findings_of(
        "S206", publishing(publish, "zone: east, ", subscriber,
                           "network: {links: [{from: " + end + ", to: east, loss: 1%}]}", channel));
  };
  EXPECT_THAT(with("", "ack_timeout: 1min", "web"),
              HasSubstr("web.get waits for ever where its message to b.q, or the broker's word"));
  EXPECT_THAT(with(", timeout: 1s", "ack_timeout: 1min", "web"), IsEmpty());
  EXPECT_THAT(with(", confirm: false", "", "web"), IsEmpty());
  EXPECT_THAT(with("", "", "worker"),
              HasSubstr("b.q waits for ever for worker.do where a delivery, or its "
                        "acknowledgement, gets lost"));
  EXPECT_THAT(with("", "ack_timeout: 1min", "worker"), IsEmpty());
  EXPECT_THAT(with("", "", "worker", "delivery: at-most-once, "), IsEmpty())
      << "nobody waits for an acknowledgement";
  EXPECT_THAT(findings_of("S206", scenario_at("1/s", "  web: {operations: {get: [outbox: b.q]}}\n",
                                              "brokers: {b: {channels: {q: {}}}}\n"
                                              "network: {default: {loss: 1%}}\n")),
              AllOf(HasSubstr("users waits for ever"), Not(HasSubstr("its message")),
                    Not(HasSubstr("a delivery"))))
      << "an outbox is where its service is";
}

}  // namespace
}  // namespace sojourn
