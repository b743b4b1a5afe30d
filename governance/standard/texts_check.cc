#include "governance/standard/texts_check.h"

#include <cstddef>

#include "base/status.h"
#include "governance/document/text.h"

namespace commons::governance {
namespace {

constexpr int kTexts = 16;
constexpr size_t kLanguageBytes = 35;  // BCP 47
constexpr size_t kTextBytes = 8192;

}  // namespace

absl::Status CheckTexts(const google::protobuf::RepeatedPtrField<v1::Text>& texts) {
  if (texts.size() > kTexts) return absl::InvalidArgumentError("too many translations");
  for (const v1::Text& text : texts) {
    RETURN_IF_ERROR(Because("a language tag", CheckText(text.lang(), kLanguageBytes)));
    if (text.text().size() > kTextBytes) {
      return absl::InvalidArgumentError("a title or description is too long; shorten it");
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
