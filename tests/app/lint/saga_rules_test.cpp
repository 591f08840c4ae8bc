#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string with_parts(std::string const& parts) {
  return findings_of("S601", scenario_at("1/s",
                                         "  web: {operations: {get: [saga: [" + parts +
                                             "]]}}\n"
                                             "  a: {operations: {x: [work: 1ms]}}\n",
                                         "brokers: {b: {channels: {q: {}}}}\n"));
}

TEST(PartNotUndoneTest, LeavesSomethingBehindWhereALaterPartFails) {
  EXPECT_THAT(with_parts("{do: [call: a.x]}, {do: [call: a.x], undo: [call: a.x]}, "
                         "{do: [publish: b.q]}, {do: [call: a.x]}"),
              AllOf(HasSubstr("f:4:35: warning: S601: nothing undoes part 1 of a saga of web.get "
                              "where a later part fails"),
                    Not(HasSubstr("part 2")), HasSubstr("part 3"), Not(HasSubstr("part 4"))));
  EXPECT_THAT(with_parts("{do: [{repeat: 2, steps: [call: a.x]}]}, {do: [fail: 1%]}"),
              HasSubstr("part 1"));
}

TEST(PartNotUndoneTest, DoesNotMatterWhereItLeavesNothingOrNothingFails) {
  EXPECT_THAT(with_parts("{do: [work: 1ms]}, {do: [call: a.x]}"), IsEmpty());
  EXPECT_THAT(with_parts("{do: [call: a.x]}, {do: [work: 1ms]}"), IsEmpty());
  EXPECT_THAT(with_parts("{do: [call: a.x]}, {do: [{call: a.x, fallback: []}]}"), IsEmpty());
  EXPECT_THAT(with_parts("{do: [call: a.x]}, {do: [{publish: b.q, confirm: false}]}"), IsEmpty());
}

/// Whoever has left, what was done has to be undone.
TEST(InnerTimeoutTest, IsNotAboutWhatUndoes) {
  auto const with = [](std::string const& part) {
    return findings_of("S203",
                       "duration: 1h\n"
                       "workloads: {w: {request: a.x, arrivals: poisson(1/s), timeout: 2s}}\n"
                       "services:\n  a: {operations: {x: [saga: [{" +
                           part + "}]]}}\n  b: {operations: {y: [work: 1ms]}}\n");
  };
  std::string const call = "[{call: b.y, timeout: 1s, retry: {attempts: 9}}]";
  EXPECT_THAT(with("do: " + call), HasSubstr("S203"));
  EXPECT_THAT(with("do: [work: 1ms], undo: " + call), IsEmpty());
}

}  // namespace
}  // namespace sojourn
