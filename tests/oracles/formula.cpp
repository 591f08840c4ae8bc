#include "tests/oracles/formula.h"

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace sojourn::oracles {
namespace {

std::vector<std::string> words_of(std::string const& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// The cell that begins at `seconds`.
std::size_t cell_at(double seconds, ResultLayout const& layout) {
  double const cell = (seconds - layout.series_start) / layout.series_step;
  double const nearest = std::round(cell);
  if (nearest < 0.0 || std::abs(cell - nearest) > 1e-6)
    throw std::invalid_argument("no cell of the series begins at " + std::to_string(seconds));
  return static_cast<std::size_t>(nearest);
}

template <class Definitions>
std::size_t position_of(std::string const& name, Definitions const& definitions) {
  for (std::size_t i = 0; i < definitions.size(); ++i)
    if (definitions[i].name == name) return i;
  throw std::invalid_argument("nothing is called '" + name + "'");
}

}  // namespace

/// Recursive descent: comparison, sum, product, atom.
class FormulaParser {
 public:
  FormulaParser(std::string const& text, ResultLayout const& layout, Formula& formula)
      : words_(words_of(text)), layout_(layout), instructions_(formula.instructions_) {}

  void parse() {
    comparison();
    if (next_ < words_.size()) throw std::invalid_argument("left over: '" + words_[next_] + "'");
  }

 private:
  using Kind = Formula::Kind;

  void comparison() {
    sum();
    if (accept(">")) {
      sum();
      emit(Kind::exceeds);
    }
  }

  void sum() {
    product();
    for (;;) {
      if (accept("+")) {
        product();
        emit(Kind::add);
      } else if (accept("-")) {
        product();
        emit(Kind::subtract);
      } else {
        return;
      }
    }
  }

  void product() {
    atom();
    for (;;) {
      if (accept("*")) {
        atom();
        emit(Kind::multiply);
      } else if (accept("/")) {
        atom();
        emit(Kind::divide);
      } else {
        return;
      }
    }
  }

  void atom() {
    if (accept("(")) {
      comparison();
      if (!accept(")")) throw std::invalid_argument("a ')' is missing");
      return;
    }
    if (next_ == words_.size()) throw std::invalid_argument("a name or number is missing");
    std::string const word = words_[next_++];
    char* end = nullptr;
    double const number = std::strtod(word.c_str(), &end);
    if (*end == '\0') {
      instructions_.push_back({Kind::number, number});
    } else if (auto const bracket = word.find('['); bracket != std::string::npos) {
      series(word, bracket);
    } else {
      instructions_.push_back({Kind::metric, 0.0, position_of(word, layout_.metrics)});
    }
  }

  void series(std::string const& word, std::size_t bracket) {
    char* middle = nullptr;
    char* end = nullptr;
    double const from = std::strtod(word.c_str() + bracket + 1, &middle);
    if (*middle != ':') throw std::invalid_argument("expected name[from:to], found '" + word + "'");
    double const to = std::strtod(middle + 1, &end);
    if (std::string(end) != "]" || to <= from)
      throw std::invalid_argument("expected name[from:to], found '" + word + "'");
    instructions_.push_back({Kind::series, 0.0,
                             position_of(word.substr(0, bracket), layout_.series),
                             cell_at(from, layout_), cell_at(to, layout_)});
  }

  bool accept(char const* word) {
    if (next_ == words_.size() || words_[next_] != word) return false;
    ++next_;
    return true;
  }

  void emit(Kind kind) { instructions_.push_back({kind}); }

  std::vector<std::string> words_;
  std::size_t next_ = 0;
  ResultLayout const& layout_;
  std::vector<Formula::Instruction>& instructions_;
};

Formula::Formula(std::string const& text, ResultLayout const& layout) {
  FormulaParser(text, layout, *this).parse();
}

double Formula::of(RunResult const& run) const {
  std::vector<double> stack;
  for (Instruction const& instruction : instructions_) {
    if (instruction.kind == Kind::number) {
      stack.push_back(instruction.number);
    } else if (instruction.kind == Kind::metric) {
      stack.push_back(run.values[instruction.position]);
    } else if (instruction.kind == Kind::series) {
      auto const& cells = run.series[instruction.position];
      auto const cell = [&](std::size_t i) {
        return cells.begin() + static_cast<std::ptrdiff_t>(i);
      };
      double const total =
          std::accumulate(cell(instruction.begin_cell), cell(instruction.end_cell), 0.0);
      stack.push_back(total / static_cast<double>(instruction.end_cell - instruction.begin_cell));
    } else {
      double const right = stack.back();
      stack.pop_back();
      double& left = stack.back();
      switch (instruction.kind) {
        case Kind::add:
          left += right;
          break;
        case Kind::subtract:
          left -= right;
          break;
        case Kind::multiply:
          left *= right;
          break;
        case Kind::divide:
          left /= right;
          break;
        default:
          left = left > right ? 1.0 : 0.0;
      }
    }
  }
  return stack.back();
}

}  // namespace sojourn::oracles
