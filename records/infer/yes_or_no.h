// Columns that say yes and no in words: these are nobody's, however few rows have them.
#ifndef COMMONS_RECORDS_INFER_YES_OR_NO_H_
#define COMMONS_RECORDS_INFER_YES_OR_NO_H_

#include <optional>
#include <string>
#include <vector>

#include "records/infer/responses_profile.h"

namespace commons::records {

struct YesOrNo {
  std::vector<std::string> yes, no;  // the words found, and the same in other capitals
  bool one_sided = false;            // nobody said no
};

// Of all texts of a column; nothing: there are others among them, or no yes.
std::optional<YesOrNo> YesOrNoOf(const RowsOfTexts& texts);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_YES_OR_NO_H_
