// Dates as one owner writes them, described as Table Schema and strptime(3) do.
#ifndef COMMONS_BASE_TEXT_DATE_FORMAT_H_
#define COMMONS_BASE_TEXT_DATE_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/period.h"
#include "base/text/moment.h"

namespace commons {

// Immutable. %Y (four digits), %y (two: 69 to 99 are of the 1900s, 00 to 68 of the 2000s), %m and
// %d, %b (Jan) and %B (January) in any case, %H %M %S, %I (1 to 12) with %p (AM or PM in any case),
// %f (a fraction of a second, of 1 to 9 digits, which is left out), %z (an offset as ParseMoment
// reads it) and %%. All else stands for itself. Numbers need no leading zero, at the end neither,
// unless another digit stands beside them in the format: 2024123 could be two days.
class DateFormat {
 public:
  // kInvalidArgument, "what, what to do", without the text itself: another directive, one that
  // stands there twice, no year, a day without a month.
  static absl::StatusOr<DateFormat> Parse(absl::string_view format);

  // What the whole text names; of a month or a year its first day. Nothing for another text or a
  // day that does not exist. Does not allocate.
  std::optional<Moment> ReadMoment(absl::string_view text) const;
  // Its day, as written.
  std::optional<int64_t> Read(absl::string_view text) const;
  bool has_offset() const { return has_offset_; }  // %z
  // What a text names: a day, a month or a year.
  PeriodUnit unit() const { return unit_; }

 private:
  struct Part {
    char directive = 0;  // 0: `literal` stands there
    char literal = 0;
    bool all_digits = false;  // no number may be shorter: another digit stands beside it
    bool is_number() const;
  };
  void Append(Part part);
  std::vector<Part> parts_;
  PeriodUnit unit_ = PeriodUnit::kYear;
  bool has_offset_ = false;
};

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_DATE_FORMAT_H_
