// How the dates and amounts of a column may be written, where it is not as definitions write them:
// for words, since it is the owner who knows.
#ifndef COMMONS_RECORDS_INFER_OWNERS_FORMS_H_
#define COMMONS_RECORDS_INFER_OWNERS_FORMS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"

namespace commons::records {

// Not thread-safe. Constant memory; the work ends with the first value that no form reads.
class OwnersForms {
 public:
  OwnersForms();
  void Observe(absl::string_view text);

  // The formats (strptime) and the properties of numbers ("\"groupChar\": \",\"") in which every
  // value so far can be read; of dates more than one where days and months cannot be told apart.
  // Both empty before the first value.
  std::vector<std::string> dates() const;
  std::vector<std::string> amounts() const;
  // The same as a field of a dialect; nothing: no form reads all, or the files do not tell which.
  std::optional<v1::FieldDialect> InDialect(const std::string& name) const;
  // What would have to be said in a dialect of the column; "": nothing that would help.
  std::string HowToRead(absl::string_view name) const;

 private:
  uint32_t dates_ = 0, amounts_ = 0;  // bit i: form i reads all
  bool any_ = false;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_OWNERS_FORMS_H_
