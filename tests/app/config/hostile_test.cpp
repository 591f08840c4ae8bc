#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/app/config/reading_support.h"

/// Reading is safe on any input: an error in good time, whatever the file holds.
namespace sojourn {
namespace {

using testing::HasSubstr;

/// A smoke bound for a loaded machine and sanitizers; each takes well under a second otherwise.
constexpr std::chrono::seconds good_time{10};

std::string timed(std::function<LoadResult()> const& load) {
  auto const begin = std::chrono::steady_clock::now();
  LoadResult const result = load();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, good_time);
  EXPECT_FALSE(result.scenario);
  EXPECT_TRUE(result.diagnostics.has_errors());
  return printed(result.diagnostics);
}

std::string messages_for(std::string const& text) {
  return timed([&] { return load_scenario_text(text, "f"); });
}

std::string repeated(std::string const& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

std::string const preamble =
    "duration: 1h\nworkloads: {w: {request: s0.x, arrivals: poisson(1/s)}}\nservices:\n";

/// One service a line, `s<i>`, with the operation `x` of these steps.
std::string services(int count, std::function<std::string(int)> const& steps) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "  s" + std::to_string(i) + ": {operations: {x: [" + steps(i) + "]}}\n";
  return text;
}

class HostileFileTest : public testing::Test {
 protected:
  void SetUp() override {
    auto const* const test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) / (std::string("sojourn_") + test->name());
    std::filesystem::remove_all(path_);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::string messages() const {
    return timed([&] { return load_scenario(path_); });
  }

  std::filesystem::path path_;
};

TEST_F(HostileFileTest, MissingFile) { EXPECT_THAT(messages(), HasSubstr("cannot be read")); }

TEST_F(HostileFileTest, Directory) {
  std::filesystem::create_directory(path_);
  EXPECT_THAT(messages(), HasSubstr("cannot be read: it is a directory"));
}

TEST_F(HostileFileTest, UnreadableFile) {
  if (::geteuid() == 0) {  // Root may read every file, but not every device.
    EXPECT_THAT(timed([] { return load_scenario("/proc/self/mem"); }), HasSubstr("cannot be read"));
    return;
  }
  std::ofstream(path_) << "duration: 1h\n";
  std::filesystem::permissions(path_, std::filesystem::perms::none);
  EXPECT_THAT(messages(), HasSubstr("cannot be read: Permission denied"));
}

TEST_F(HostileFileTest, OneHundredMegabytes) {
  std::ofstream file(path_);
  std::string const block = repeated("- abcdefgh\n", 100'000);
  for (int i = 0; i < 95; ++i) file << block;
  file.close();
  ASSERT_GT(std::filesystem::file_size(path_), 100'000'000U);
  EXPECT_THAT(messages(), HasSubstr("too large: at most 4 MiB are read"));
}

TEST_F(HostileFileTest, DeviceWithoutEnd) {
  EXPECT_THAT(timed([] { return load_scenario("/dev/zero"); }), HasSubstr("too large"));
}

TEST_F(HostileFileTest, BinaryFile) {
  std::ofstream file(path_, std::ios::binary);
  for (int i = 0; i < 100'000; ++i) file.put(static_cast<char>(i * 7919 % 256));
  file.close();
  EXPECT_THAT(messages(), HasSubstr("not a text file"));
}

TEST(HostileTextTest, Nothing) {
  EXPECT_EQ(messages_for(""), "f:1:1: the file is empty\n");
  EXPECT_EQ(messages_for(" \n\n"), "f:1:1: the file is empty\n");
}

TEST(HostileTextTest, DeepNesting) {
  EXPECT_THAT(messages_for(repeated("[", 10'000)), HasSubstr("nested too deeply"));
  EXPECT_THAT(messages_for(repeated("{a: ", 10'000)), HasSubstr("nested too deeply"));
  EXPECT_THAT(messages_for(repeated("- ", 10'000)), HasSubstr("nested too deeply"));
  EXPECT_THAT(messages_for(repeated("? ", 10'000)), HasSubstr("nested too deeply"));
  EXPECT_THAT(messages_for(repeated("[", 1'000'000)), HasSubstr("nested too deeply"));
}

TEST(HostileTextTest, AliasBomb) {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    std::string const alias = std::string("*") + static_cast<char>(name - 1) + ", ";
    text += std::string(1, name) + ": &" + name + " [" + repeated(alias, 9) + "]\n";
  }
  EXPECT_THAT(messages_for(text), HasSubstr("too much to read"));
}

TEST(HostileTextTest, AliasesThatDeepen) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 300; ++i) text += fmt::format("a{}: &a{} [*a{}]\n", i, i, i - 1);
  EXPECT_THAT(messages_for(text), HasSubstr("nested too deeply"));
}

TEST(HostileTextTest, AnchorsInsideAnchors) {
  std::string text = "x: ";
  for (int i = 0; i < 95; ++i) text += fmt::format("&a{} [", i);
  EXPECT_THAT(messages_for(text + repeated("y,", 50'000) + "y" + repeated("]", 95)),
              HasSubstr("too much to read"));
}

TEST(HostileTextTest, ParametersThatMultiply) {
  std::string text = "duration: 1h\nname: $p0\nparameters:\n  p50: xxxxxxxxxx\n";
  for (int i = 0; i < 50; ++i) text += fmt::format("  p{}: $p{}$p{}\n", i, i + 1, i + 1);
  EXPECT_THAT(messages_for(text), HasSubstr("too long once its parameters are put in"));
}

TEST(HostileTextTest, AChainOfParameters) {
  std::string text = "duration: 1h\nname: $p0\nparameters:\n";
  for (int i = 0; i < 50'000; ++i) text += fmt::format("  p{}: $p{}\n", i, i + 1);
  EXPECT_THAT(messages_for(text), HasSubstr("too many parameters that use one another"));
}

TEST(HostileTextTest, ManyVariantsOfALargeScenario) {
  std::string text = preamble + services(5'000, [](int) { return "work: 1ms"; }) + "variants:\n";
  for (int i = 0; i < 1'000; ++i) text += fmt::format("  v{}: {{}}\n", i);
  EXPECT_THAT(messages_for(text), HasSubstr("variants: too many"));
}

TEST(HostileTextTest, ManyMistakes) {
  EXPECT_THAT(messages_for(preamble +
                           services(10'000, [](int i) { return fmt::format("call: t{}.x", i); })),
              HasSubstr("more\n"));
  EXPECT_THAT(messages_for(preamble + services(10'000, [](int) { return "wrok: 1ms"; })),
              HasSubstr("did you mean 'work'?"));
}

TEST(HostileTextTest, ALongChainOfCallsIntoACycle) {
  auto const next = [](int i) { return fmt::format("call: s{}.x", i < 19'999 ? i + 1 : 0); };
  EXPECT_THAT(messages_for(preamble + services(20'000, next)),
              HasSubstr("endless: always calls itself again: s0.x -> s1.x"));
}

TEST(HostileTextTest, FunctionsInFunctions) {
  EXPECT_THAT(
      messages_for(scenario_with_steps("[work: \"" + repeated("mixture(100% ", 5'000) + "\"]")),
      HasSubstr("nested too deeply"));
}

TEST(HostileTextTest, ControlCharactersAreNotPrinted) {
  std::string const messages = messages_for("duration: \"\\e[2J\"\n");
  EXPECT_EQ(messages.find('\x1b'), std::string::npos);
  EXPECT_THAT(messages, HasSubstr("\\x1b[2J"));
}

}  // namespace
}  // namespace sojourn
