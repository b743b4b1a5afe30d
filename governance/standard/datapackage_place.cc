#include "governance/standard/datapackage_place.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

absl::string_view KindName(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kBoolean:
      return "true or false";
    case Json::Kind::kNumber:
      return "a number";
    case Json::Kind::kString:
      return "a text in quotes";
    case Json::Kind::kArray:
      return "a list in [ ]";
    case Json::Kind::kObject:
      return "an object in { }";
  }
  return "";
}

}  // namespace

std::vector<Place> Place::Items() const {
  std::vector<Place> items;
  if (!json_->Is(Json::Kind::kArray)) return items;
  for (size_t i = 0; i < json_->items.size(); ++i) {
    items.emplace_back(json_->items[i], absl::StrCat(path_, "[", i, "]"));
  }
  return items;
}

std::optional<Place> Place::Member(absl::string_view key) const {
  const Json* member = json_->Find(key);
  if (member == nullptr || member->Is(Json::Kind::kNull)) return std::nullopt;
  return Place(*member, absl::StrCat(path_, path_.empty() ? "" : ".", key));
}

absl::Status Place::Here(const absl::Status& status) const {
  return status.ok() ? status : Refuse(status.message());
}

absl::Status Place::Expect(Json::Kind kind) const {
  if (json_->Is(kind)) return absl::OkStatus();
  return Refuse("expected ", KindName(kind), ", found ", KindName(json_->kind));
}

absl::StatusOr<std::string> Place::String() const {
  RETURN_IF_ERROR(Expect(Json::Kind::kString));
  absl::StatusOr<std::string> text = Nfc(json_->text);
  if (!text.ok()) return Here(text.status());
  return text;
}

absl::StatusOr<std::string> Place::NumberText() const {
  if (json_->Is(Json::Kind::kString)) return json_->text;
  RETURN_IF_ERROR(Expect(Json::Kind::kNumber));
  return json_->text;
}

absl::StatusOr<int64_t> Place::Scaled(int decimals) const {
  ASSIGN_OR_RETURN(const std::string text, NumberText());
  absl::StatusOr<int64_t> scaled = ScaleDecimal(text, decimals);
  if (!scaled.ok()) return Here(scaled.status());
  return scaled;
}

absl::StatusOr<std::string> Place::StringOr(absl::string_view key,
                                            absl::string_view otherwise) const {
  const std::optional<Place> member = Member(key);
  if (!member) return std::string(otherwise);
  return member->String();
}

absl::StatusOr<bool> Place::BooleanOr(absl::string_view key, bool otherwise) const {
  const std::optional<Place> member = Member(key);
  if (!member) return otherwise;
  RETURN_IF_ERROR(member->Expect(Json::Kind::kBoolean));
  return member->json().boolean;
}

absl::StatusOr<uint32_t> Place::CountOr(absl::string_view key, uint32_t otherwise) const {
  const std::optional<Place> member = Member(key);
  if (!member) return otherwise;
  ASSIGN_OR_RETURN(const int64_t count, member->Scaled(0));
  if (count < 0 || count > 1'000'000) return member->Refuse("is out of range");
  return static_cast<uint32_t>(count);
}

absl::Status Place::CheckProperties(const std::vector<absl::string_view>& known) const {
  for (const std::string& key : json_->keys) {
    if (!absl::StartsWithIgnoreCase(key, "commons:")) continue;
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (known.empty()) return Refuse(Quoted(key), " does not belong here; move or remove it");
    return Refuse(Quoted(key), " is not known here; did you mean \"",
                  Nearest(key, {known.begin(), known.end()}), "\"?");
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
