#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Queueing theory: models with known solutions. Times are in seconds and rates in 1/s, or in any
/// other unit of time that is kept throughout.
namespace sojourn::theory {

/// Why a model has no answer, as the end of a sentence: "the load is 1.2 times the capacity".
struct Unsolvable {
  std::string reason;
};

/// What a model says, or why it says nothing. An answer holds no NaN.
template <class T>
class [[nodiscard]] Answer {
 public:
  Answer(T value) : content_(std::move(value)) {}
  Answer(Unsolvable why) : content_(std::move(why)) {}

  explicit operator bool() const { return content_.index() == 0; }

  /// Precondition: there is one.
  T const& operator*() const { return std::get<0>(content_); }
  T const* operator->() const { return &std::get<0>(content_); }

  /// Precondition: there is none.
  [[nodiscard]] Unsolvable const& failure() const { return std::get<1>(content_); }
  [[nodiscard]] std::string const& reason() const { return failure().reason; }

 private:
  std::variant<T, Unsolvable> content_;
};

/// Collects what a model asks of its parameters; the first that does not hold is the reason.
class Requirements {
 public:
  Requirements& positive(std::string_view what, double value);
  Requirements& not_negative(std::string_view what, double value);
  Requirements& at_least(std::string_view what, double value, double least);
  /// Offered load over capacity below one.
  Requirements& stable(double load);
  Requirements& that(bool holds, std::string_view reason);

  [[nodiscard]] bool broken() const { return !reason_.empty(); }
  [[nodiscard]] Unsolvable failure() const { return {reason_}; }

 private:
  Requirements& require(bool holds, std::string reason);

  std::string reason_;
};

/// A number in a sentence: "0.853".
std::string in_words(double value);

}  // namespace sojourn::theory
