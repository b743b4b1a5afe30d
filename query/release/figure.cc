#include "query/release/figure.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_format.h"

namespace commons::query {
namespace {

std::string TrimZeros(std::string text) {
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace

void Suppress(privacy::SuppressReason reason, v1::CellValue& value) {
  value.set_status(v1::CellValue::SUPPRESSED);
  value.set_reason(reason == privacy::SuppressReason::kBelowNoise ? "BELOW_NOISE" : "SMALL_CELL");
}

void SetExact(v1::CellValue& value) {
  value.set_status(v1::CellValue::RELEASED);
  value.set_margin95("0");
  value.set_noise_sd("0");
  value.set_value("null");
}

void SetEstimate(const privacy::Estimate& estimate, privacy::EstimateStatus status, int digits,
                 Shown& shown) {
  shown.value.set_status(status == privacy::EstimateStatus::kReleased ? v1::CellValue::RELEASED
                                                                      : v1::CellValue::UNRELIABLE);
  shown.value.set_value(TrimZeros(absl::StrFormat("%.*f", digits, estimate.value)));
  shown.value.set_margin95(Upwards(estimate.margin95, digits));
  shown.value.set_noise_sd(Rounded(NoiseSd(estimate)));
  // What is sorted by is what is read: figures that are shown alike are alike.
  shown.sort_key = std::strtold(shown.value.value().c_str(), nullptr);
}

int DecimalsFor(double margin) {
  if (!(margin > 0) || !std::isfinite(margin)) return 6;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(margin))), 0, 12);
}

std::string Rounded(double deviation) {
  return TrimZeros(absl::StrFormat("%.*f", DecimalsFor(deviation) + 2, deviation));
}

std::string Upwards(double margin, int digits) {
  const double unit = std::pow(10.0, digits);
  return TrimZeros(absl::StrFormat("%.*f", digits, std::ceil(margin * unit) / unit));
}

void SetInterval(double low, double high, double value, int digits, v1::CellValue& cell) {
  constexpr double kEven = 1e-9;  // of the interval: what rounding of doubles makes
  const double below = value - low, above = high - value;
  if (std::abs(below - above) <= kEven * (high - low)) return;
  const double unit = std::pow(10.0, digits);
  cell.set_low95(TrimZeros(absl::StrFormat("%.*f", digits, std::floor(low * unit) / unit)));
  cell.set_high95(Upwards(high, digits));
}

}  // namespace commons::query
