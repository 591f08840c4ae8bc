#include "models/shared_cpu.h"

#include <algorithm>
#include <cmath>

#include "sim/ensure.h"

namespace sojourn {
namespace {

constexpr auto ends_later = [](auto const& left, auto const& right) {
  return left.finish != right.finish ? left.finish > right.finish : left.sequence > right.sequence;
};

}  // namespace

SharedCpu::SharedCpu(std::variant<SpeedTable, ScalabilityLaw> const& speed) {
  std::visit([this](auto const& law) { total_ = law; }, speed);
}

/// With the work that is there, at full speed.
double SharedCpu::total() const {
  auto const present = static_cast<double>(works_.size());
  if (auto const* cores = std::get_if<Cores>(&total_)) return std::min(present, cores->count);
  if (works_.empty()) return 0.0;
  if (auto const* table = std::get_if<SpeedTable>(&total_)) {
    return table->totals[std::min(works_.size(), table->totals.size()) - 1];
  }
  auto const& law = std::get<ScalabilityLaw>(total_);
  double const others = present - 1.0;
  return present / (1.0 + law.contention * others + law.coherency * present * others);
}

double SharedCpu::rate() const { return speed_ * (total() / static_cast<double>(works_.size())); }

void SharedCpu::advance(Time now) {
  ensure(works_.empty() || now >= last_, "a processor's time must not run backwards");
  if (works_.empty()) {
    virtual_time_ = 0.0;
  } else {
    virtual_time_ += in_seconds(now - last_) * rate();
  }
  last_ = now;
}

void SharedCpu::add(Time now, Duration work, std::uint32_t owner) {
  advance(now);
  works_.push_back({virtual_time_ + in_seconds(work), sequence_++, owner});
  std::push_heap(works_.begin(), works_.end(), ends_later);
}

Duration SharedCpu::remove(Time now, std::uint32_t owner) {
  advance(now);
  auto const found = std::find_if(works_.begin(), works_.end(),
                                  [&](Work const& work) { return work.owner == owner; });
  ensure(found != works_.end(), "removed work was in progress");
  double const left = std::max(0.0, found->finish - virtual_time_);
  *found = works_.back();
  works_.pop_back();
  std::make_heap(works_.begin(), works_.end(), ends_later);
  return from_seconds(left);
}

void SharedCpu::clear(Time now) {
  advance(now);
  works_.clear();
}

std::optional<Time> SharedCpu::next_completion() const {
  if (works_.empty() || speed_ <= 0.0) return std::nullopt;
  double const left = std::max(0.0, works_.front().finish - virtual_time_) / rate();
  return last_ + from_seconds(left);
}

std::uint32_t SharedCpu::complete(Time now) {
  ensure(!works_.empty(), "only work in progress completes");
  advance(now);
  // The clock has whole nanoseconds, the virtual time has not: take over the exact value.
  virtual_time_ = works_.front().finish;
  std::uint32_t const owner = works_.front().owner;
  std::pop_heap(works_.begin(), works_.end(), ends_later);
  works_.pop_back();
  return owner;
}

void SharedCpu::set_speed(Time now, double speed) {
  advance(now);
  speed_ = speed;
}

double SharedCpu::busy() const {
  if (speed_ <= 0.0) return 0.0;
  return total();
}

}  // namespace sojourn
