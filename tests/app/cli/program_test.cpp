#include <cstdlib>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "tests/app/cli/cli_fixture.h"

/// The program itself, as a shell sees it: what only a process has.
namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ProgramTest : public CliTest {
 protected:
  /// The exit code of `before sojourn after`; what it printed is in the files out and err.
  int shell(std::string const& before, std::string const& after) const {
    std::string const command = before + " " SOJOURN_BINARY " " + after;
    std::string const redirected =
        "( " + command + " ) >" + path_of("out") + " 2>" + path_of("err");
    int const status = std::system(redirected.c_str());  // NOLINT(cert-env33-c): it is the point
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

TEST_F(ProgramTest, ReturnsTheExitCodes) {
  EXPECT_EQ(shell("", "--version"), 0);
  EXPECT_EQ(shell("", "run " + path_of("nothing.yaml")), 2);
  EXPECT_EQ(shell("", "run " + write("missed.yaml", small_scenario_with(">=", "<"))), 1);
}

TEST_F(ProgramTest, FailsWhenTheDiskIsFull) {
  EXPECT_EQ(shell("", "run " + write("small.yaml", small_scenario) + " >/dev/full"), 3);
  EXPECT_THAT(read("err"), HasSubstr("cannot write the output"));
}

TEST_F(ProgramTest, IsQuietWhenItsReaderLeaves) {
  shell("", "run " + write("small.yaml", small_scenario) + " --all | head -n 1");
  EXPECT_THAT(read("err"), IsEmpty());
  shell("", "--help | true");
  EXPECT_THAT(read("err"), IsEmpty());
}

TEST_F(ProgramTest, UsesNoColourAndNoProgressBarInAPipe) {
  shell("", "run " + write("small.yaml", small_scenario));
  EXPECT_EQ(read("out").find('\x1b'), std::string::npos);
  EXPECT_THAT(read("err"), IsEmpty());
}

TEST_F(ProgramTest, InterruptedItReportsWhatIsDone) {
  auto const file = write("long.yaml", small_scenario_with("20s", "3650d"));
  EXPECT_EQ(shell("timeout --preserve-status --signal=INT 1", "run " + file), 130);
  EXPECT_THAT(read("out"), HasSubstr("PARTIAL"));
  EXPECT_THAT(read("out"), HasSubstr("users.goodput"));
}

TEST_F(ProgramTest, TerminatedItReportsWhatIsDone) {
  auto const file = write("long.yaml", small_scenario_with("20s", "3650d"));
  EXPECT_EQ(shell("timeout --preserve-status --signal=TERM 1", "run " + file), 130);
  EXPECT_THAT(read("out"), HasSubstr("PARTIAL"));
}

}  // namespace
}  // namespace sojourn
