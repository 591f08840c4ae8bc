#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string calling(std::string const& call, std::string const& more) {
  return scenario_at("1/s",
                     "  web: {operations: {get: [{call: db.read" + call +
                         "}]}}\n"
                         "  db: {operations: {read: [work: 1ms]}}\n",
                     more);
}

std::string publishing(std::string const& publish, std::string const& broker,
                       std::string const& subscriber, std::string const& more) {
  return scenario_at("1/s",
                     "  web: {operations: {get: [{publish: b.q" + publish +
                         "}]}}\n"
                         "  worker: {operations: {do: [work: 1ms]}}\n",
                     "brokers: {b: {" + broker + "channels: {q: {subscribers: {worker.do: {" +
                         subscriber + "}}}}}}\n" + more);
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

TEST(LostWaitTest, IsOfPublishersAndOfChannels) {
  auto const with = [](std::string const& publish, std::string const& subscriber,
                       std::string const& end) {
    return findings_of("S206",
                       publishing(publish, "zone: east, ", subscriber,
                                  "network: {links: [{from: " + end + ", to: east, loss: 1%}]}"));
  };
  EXPECT_THAT(with("", "ack_timeout: 1min", "web"),
              HasSubstr("web.get waits for ever where its message to b.q, or the broker's word"));
  EXPECT_THAT(with(", timeout: 1s", "ack_timeout: 1min", "web"), IsEmpty());
  EXPECT_THAT(with(", confirm: false", "", "web"), IsEmpty());
  EXPECT_THAT(with("", "", "worker"),
              HasSubstr("b.q waits for ever for worker.do where a delivery, or its "
                        "acknowledgement, gets lost"));
  EXPECT_THAT(with("", "ack_timeout: 1min", "worker"), IsEmpty());
}

}  // namespace
}  // namespace sojourn
