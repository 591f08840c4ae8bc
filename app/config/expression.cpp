#include "app/config/expression.h"

#include <fmt/format.h>

#include "app/config/diagnostic.h"

namespace sojourn {
namespace {

constexpr int deepest = 20;
constexpr std::size_t longest = 100'000;

bool is_space(char letter) { return letter == ' ' || letter == '\t' || letter == '\n'; }

/// Recursive descent:
///     expression = word [ "(" [ argument { "," argument } ] ")" ]
///     argument   = [ word "=" | word ] expression
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Expression whole() {
    Expression const expression = parse(0);
    skip_spaces();
    if (at_ < text_.size())
      fail("expected the end after " + in_quotes(text_.substr(0, at_)) + ", found " + rest());
    return expression;
  }

 private:
  [[noreturn]] void fail(std::string text) const { throw ExpressionError{at_, std::move(text)}; }

  [[nodiscard]] std::string rest() const {
    return at_ < text_.size() ? in_quotes(text_.substr(at_)) : "the end";
  }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool accept(char letter) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != letter) return false;
    ++at_;
    return true;
  }

  std::string word() {
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '"') return quoted_word();
    std::size_t const begin = at_;
    constexpr std::string_view ends = "(),= \t\n\"";
    while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos) ++at_;
    if (at_ == begin) fail("expected a value or a function, found " + rest());
    return std::string(text_.substr(begin, at_ - begin));
  }

  /// A file name with characters that would end a word.
  std::string quoted_word() {
    std::size_t const end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) fail("a quoted text is not closed");
    std::string const result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return result;
  }

  Expression parse(int depth) {
    if (depth > deepest) fail("functions are nested too deeply");
    skip_spaces();
    Expression expression;
    expression.offset = at_;
    expression.text = word();
    if (accept('(')) parse_arguments(expression, depth);
    return expression;
  }

  void parse_arguments(Expression& expression, int depth) {
    expression.is_call = true;
    if (accept(')')) return;
    do expression.arguments.push_back(parse_argument(depth));
    while (accept(','));
    if (!accept(')'))
      fail(fmt::format("expected ',' or ')' in {}, found {}", expression.text, rest()));
  }

  Expression::Argument parse_argument(int depth) {
    Expression::Argument argument;
    skip_spaces();
    argument.offset = at_;
    std::string first = word();
    skip_spaces();
    char const next = at_ < text_.size() ? text_[at_] : ')';
    if (next == '=') {
      ++at_;
      argument.name = std::move(first);
      argument.value = parse(depth + 1);
    } else if (next == '(' || next == ',' || next == ')') {
      at_ = argument.offset;
      argument.value = parse(depth + 1);
    } else {
      argument.weight = std::move(first);
      argument.value = parse(depth + 1);
    }
    return argument;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

ParsedExpression parse_expression(std::string_view text) {
  if (text.size() > longest) return {std::nullopt, {0, "too long"}};
  try {
    return {Parser(text).whole(), {}};
  } catch (ExpressionError const& error) {
    return {std::nullopt, error};
  }
}

}  // namespace sojourn
