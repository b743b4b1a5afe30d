#include "records/infer/responses_profile.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace commons::records {
namespace {

constexpr absl::string_view kSeparators[] = {";", "|", ","};
constexpr size_t kResponseBytes = 64;  // longer ones are no codes

}  // namespace

std::vector<absl::string_view> ResponsesIn(absl::string_view text, absl::string_view separator) {
  std::vector<absl::string_view> responses;
  for (const absl::string_view piece : absl::StrSplit(text, separator)) {
    const absl::string_view response = absl::StripAsciiWhitespace(piece);
    if (!response.empty() && !absl::c_linear_search(responses, response)) {
      responses.push_back(response);
    }
  }
  return responses;
}

ResponsesProfile::ResponsesProfile() {
  for (const absl::string_view separator : kSeparators) {
    divided_.emplace_back().separator = separator;
  }
}

void ResponsesProfile::Note(absl::string_view text, Divided* divided) {
  const auto responses = ResponsesIn(text, divided->separator);
  for (const absl::string_view response : responses) {
    if (response.size() > kResponseBytes) divided->possible = false;
    ++divided->responses[response];
  }
  divided->possible &= divided->responses.size() <= limits::kCodesOfResponses;
  if (!divided->possible) return divided->responses.clear();
  if (divided->rows_by_count.size() <= responses.size()) {
    divided->rows_by_count.resize(responses.size() + 1);
  }
  ++divided->rows_by_count[responses.size()];
  divided->with_one += responses.size() == 1;
  divided->with_several += responses.size() > 1;
}

void ResponsesProfile::Observe(absl::string_view text) {
  if (!open_) return;
  open_ = false;
  for (Divided& divided : divided_) {
    if (divided.possible) Note(text, &divided);
    open_ |= divided.possible;
  }
  if (texts_.size() < kTextsMax) texts_.insert(absl::HashOf(text));
}

const ResponsesProfile::Divided* ResponsesProfile::Found() const {
  const auto found = absl::c_find_if(divided_, [&](const Divided& divided) {
    return divided.possible && divided.with_one > 0 && divided.with_several > 0 &&
           divided.responses.size() < texts_.size();
  });
  return found == divided_.end() ? nullptr : &*found;
}

std::optional<absl::string_view> ResponsesProfile::separator() const {
  const Divided* found = Found();
  return found == nullptr ? std::nullopt : std::optional(found->separator);
}

const RowsOfTexts& ResponsesProfile::responses() const { return Found()->responses; }

const std::vector<uint64_t>& ResponsesProfile::rows_by_count() const {
  return Found()->rows_by_count;
}

}  // namespace commons::records
