#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace sojourn {

/// A value that may be missing, out of the way: where it is, as where it is not, it takes the room
/// of a pointer here. For what few have of the records that all requests run through. A copy has a
/// value of its own.
template <class Value>
class Boxed {
 public:
  Boxed() = default;
  Boxed(std::optional<Value> const& value)
      : value_(value ? std::make_unique<Value>(*value) : nullptr) {}
  Boxed(Boxed const& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Boxed() = default;

  template <class... Arguments>
  Value& emplace(Arguments&&... arguments) {
    value_ = std::make_unique<Value>(std::forward<Arguments>(arguments)...);
    return *value_;
  }

  [[nodiscard]] explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] Value& operator*() { return *value_; }
  [[nodiscard]] Value const& operator*() const { return *value_; }
  [[nodiscard]] Value* operator->() { return value_.get(); }
  [[nodiscard]] Value const* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace sojourn
