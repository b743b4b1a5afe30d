#include "governance/register/stop_words.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/fingerprint.h"
#include "governance/document/text.h"

namespace commons::governance {
namespace {

struct ReasonRow {
  v1::StopReason reason;
  const char* code;
  const char* words;
};
constexpr ReasonRow kReasons[] = {
    {v1::STOP_HARM, "harm", "people may come to harm"},
    {v1::STOP_CONSENT, "consent", "consent was withdrawn, or was never given"},
    {v1::STOP_DATA, "data", "the records are wrong"},
    {v1::STOP_MISUSE, "misuse", "used for something else than was agreed"},
    {v1::STOP_COMPLAINT, "complaint", "somebody complained"},
    {v1::STOP_KEY, "key", "a key may be in other hands"},
    {v1::STOP_TIKANGA, "tikanga", "custom asks for it"},
    {v1::STOP_LAW, "law", "the law asks for it"},
    {v1::STOP_OTHER, "other", "another reason"},
};
constexpr ReasonRow kNoReason = {v1::STOP_REASON_UNSPECIFIED, "", "no reason"};

template <typename Is>
const ReasonRow& RowOf(const Is& is) {
  const auto* row = std::find_if(std::begin(kReasons), std::end(kReasons), is);
  return row == std::end(kReasons) ? kNoReason : *row;
}

std::string Member(absl::string_view org, const Register* reg) {
  const auto id = OrgId::FromBytes(org);
  const Organisation* member = reg != nullptr && id.ok() ? reg->FindMember(*id) : nullptr;
  return member == nullptr ? "" : member->name;
}

std::string Requester(absl::string_view requester, const Register* reg) {
  const std::string member = Member(requester, reg);
  return member.empty() ? absl::StrCat("questions of ", Fingerprint(requester))
                        : absl::StrCat("questions of ", member);
}

}  // namespace

std::string ScopeWords(const v1::Scope& scope, const Register* reg) {
  switch (scope.scope_case()) {
    case v1::Scope::kAll:
      return "everything";
    case v1::Scope::kDataset:
      return absl::StrCat("the dataset '", OneLine(scope.dataset(), 128), "'");
    case v1::Scope::kPurpose:
      return absl::StrCat("the purpose '", OneLine(scope.purpose(), 128), "'");
    case v1::Scope::kRequester:
      return Requester(scope.requester(), reg);
    case v1::Scope::kProject: {
      const std::string issuer = Member(scope.project().issuer(), reg);
      return absl::StrCat("the project '", OneLine(scope.project().name(), 128), "' of ",
                          issuer.empty() ? Fingerprint(scope.project().issuer()) : issuer);
    }
    case v1::Scope::SCOPE_NOT_SET:
      break;
  }
  return "nothing";
}

absl::string_view StopReasonWords(v1::StopReason reason) {
  return RowOf([&](const ReasonRow& row) { return row.reason == reason; }).words;
}
absl::string_view StopReasonCode(v1::StopReason reason) {
  return RowOf([&](const ReasonRow& row) { return row.reason == reason; }).code;
}
v1::StopReason StopReasonOf(absl::string_view code) {
  return RowOf([&](const ReasonRow& row) { return row.code == code; }).reason;
}
std::string StopReasonCodes() {
  return absl::StrJoin(kReasons, ", ",
                       [](std::string* out, const ReasonRow& row) { out->append(row.code); });
}

}  // namespace commons::governance
