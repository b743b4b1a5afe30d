// Micro-rho of a person's privacy, apart by what it was spent on: the two tell an attacker
// differently much of a value (privacy/budget.h).
#ifndef COMMONS_BASE_SPENDING_H_
#define COMMONS_BASE_SPENDING_H_

#include <cstdint>
#include <limits>

namespace commons {

constexpr uint64_t SaturatingAdd(uint64_t a, uint64_t b) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  return a > kMax - b ? kMax : a + b;
}

// A value type. Every sum saturates at UINT64_MAX.
struct Spending {
  uint64_t counts_micro_rho = 0;  // of rows, persons or values
  uint64_t sums_micro_rho = 0;    // of values or their squares

  uint64_t total_micro_rho() const { return SaturatingAdd(counts_micro_rho, sums_micro_rho); }
  Spending& operator+=(const Spending& more) {
    counts_micro_rho = SaturatingAdd(counts_micro_rho, more.counts_micro_rho);
    sums_micro_rho = SaturatingAdd(sums_micro_rho, more.sums_micro_rho);
    return *this;
  }
  friend bool operator==(const Spending&, const Spending&) = default;
};

}  // namespace commons

#endif  // COMMONS_BASE_SPENDING_H_
