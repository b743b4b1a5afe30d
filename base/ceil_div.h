// Division that rounds up.
#ifndef COMMONS_BASE_CEIL_DIV_H_
#define COMMONS_BASE_CEIL_DIV_H_

namespace commons {

// For unsigned types; by: not 0. Never overflows.
template <typename Unsigned>
constexpr Unsigned CeilDiv(Unsigned value, Unsigned by) {
  return value / by + (value % by != 0 ? 1 : 0);
}

}  // namespace commons

#endif  // COMMONS_BASE_CEIL_DIV_H_
