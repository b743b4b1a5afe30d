#include "query/answer_size.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/refusal.h"
#include "query/question.h"
#include "query/wire.h"

namespace commons::query {
namespace {

// A vote, and the names, keys and signatures around a vector.
constexpr size_t kAroundEach = 2048;

}  // namespace

absl::Status CheckAnswerSize(const v1::Question& question, const v1::Standard& standard,
                             size_t owners) {
  const size_t width = question.release() == v1::OPEN ? kExactBytes : kMaskedBytes;
  const size_t vector = CellSpace(question, standard).values() * width;
  const size_t bytes = question.ByteSizeLong() + (owners + 1) * (vector + kAroundEach);
  if (bytes <= limits::kPeerMessageBytes) return absl::OkStatus();
  return governance::Refuse(v1::MESSAGE_TOO_LARGE,
                            absl::StrCat("the answers of ", owners, " members would be ", bytes,
                                         " bytes, at most ", limits::kPeerMessageBytes,
                                         " can be countersigned; ask for fewer groups or "
                                         "measures at a time"));
}

}  // namespace commons::query
