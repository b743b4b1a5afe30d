#include "governance/kinds/dataset/manifest.h"

#include <algorithm>
#include <functional>
#include <set>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "base/ceil_div.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/register/next_header.h"
#include "governance/register/state.h"
#include "governance/review/screen.h"
#include "governance/standard/not_held.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::Manifest& p) { return ManifestChain(p.dataset()); }

// Of columns, in their one order.
absl::Status CheckNames(const google::protobuf::RepeatedPtrField<std::string>& names) {
  const bool sized = std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return !name.empty() && name.size() <= limits::kNameBytes;
  });
  const bool sorted =
      std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
  if (sized && sorted && names.size() <= static_cast<int>(limits::kColumns)) {
    return absl::OkStatus();
  }
  return Malformed("notice: not_held names columns, sorted, each once");
}

absl::Status Check(const v1::Manifest& p) {
  if (p.dataset().empty() || p.dataset().size() > limits::kNameBytes)
    return Malformed("notice: dataset");
  if (!Is32(p.standard_id())) return Malformed("notice: standard_id");
  if (!p.as_of().empty() && !ParseDate(p.as_of(), PeriodUnit::kDay).has_value())
    return Malformed("notice: as_of is not a date");
  if (p.left_out_percent() > 100) return Malformed("notice: more left out than there was");
  RETURN_IF_ERROR(CheckNames(p.not_held()));
  uint64_t digit = p.stated_scale();
  while (digit >= 10 && digit % 10 == 0) digit /= 10;
  if (digit >= 10) return Malformed("notice: stated scale has more than one significant digit");
  return absl::OkStatus();
}

// Whether `next` opens nothing that `board`, the last version the board signed, did not.
bool Narrows(const v1::Manifest& next, const v1::Manifest& board) {
  const std::set<std::string> labels(next.labels().begin(), next.labels().end());
  const std::set<std::string> absent(next.not_held().begin(), next.not_held().end());
  const int64_t until = board.header().expires_at();
  return next.standard_id() == board.standard_id() && next.provenance() == board.provenance() &&
         next.consent_basis() == board.consent_basis() && next.retention() == board.retention() &&
         next.each_row_is_a_person() == board.each_row_is_a_person() &&
         std::all_of(board.labels().begin(), board.labels().end(),
                     [&](const std::string& label) { return labels.contains(label); }) &&
         std::all_of(board.not_held().begin(), board.not_held().end(),
                     [&](const std::string& column) { return absent.contains(column); }) &&
         (until == 0 || (next.header().expires_at() != 0 && next.header().expires_at() <= until));
}

// A steward, with the node: a notice that narrows the last one that the board signed.
bool ByStewardAndNode(const Document& d, const v1::OrgRoot& card, const OrgState& before) {
  const auto& p = d.As<v1::Manifest>();
  const auto board = before.board_manifests.find(p.dataset());
  return board != before.board_manifests.end() &&
         std::any_of(card.stewards().begin(), card.stewards().end(),
                     [&](const std::string& key) { return d.SignedBy(key); }) &&
         d.SignedBy(card.node().node_key()) &&
         Narrows(p, static_cast<const v1::Manifest&>(*board->second));
}

void Record(const Counted& counted, OrgState& state) {
  const std::string& dataset = counted.document.As<v1::Manifest>().dataset();
  state.manifests[dataset].Append(counted);
  if (counted.by_board) state.board_manifests[dataset] = counted.document.payload;
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::Manifest>();
  s.Title("Notice of holdings");
  s.Line("dataset", Shown(p.dataset()));
  s.Line("by the common definition", Fingerprint(p.standard_id()));
  const StandardInForce* standard = reg == nullptr ? nullptr : reg->FindStandard(p.dataset());
  if (standard != nullptr && standard->id.view() != absl::string_view(p.standard_id())) {
    s.Warn("that is not the common definition in force");
  }
  s.Line("edition", absl::StrCat(p.epoch()));
  s.Line("as of", Shown(p.as_of()));
  if (p.left_out_percent() > 0) {
    s.Line("left out", absl::StrCat("at most ", p.left_out_percent(), " % of the file's rows"));
  }
  s.Items("columns not held", p.not_held());
  s.Line("covers", Shown(p.coverage()));
  s.Line("comes from", Shown(p.provenance()));
  s.Line("consent", Shown(p.consent_basis()));
  s.Line("kept for", Shown(p.retention()));
  s.Items("labels", p.labels());
  if (p.stated_scale() > 0) {
    s.Line("stated scale", absl::StrCat("about ", p.stated_scale(), " records"));
  }
  if (p.each_row_is_a_person()) s.Line("stated", "each row is a person");
}

}  // namespace

constinit const Kind kManifestKind = {.type = kinds::kManifest,
                                      .make = Make<v1::Manifest>,
                                      .chain = Of<v1::Manifest, ChainOf>,
                                      .check = Of<v1::Manifest, Check>,
                                      .also_by = ByStewardAndNode,
                                      .by_stewards = true,
                                      .record = Record,
                                      .show = Show};

uint32_t LeftOutPercent(uint64_t rows, uint64_t rejected) {
  if (rejected == 0) return 0;
  const absl::uint128 all = absl::uint128(rows) + rejected;
  return static_cast<uint32_t>(CeilDiv(absl::uint128(rejected) * 100, all));
}

absl::StatusOr<std::string> DraftManifest(const Register& reg, const OrgId& issuer,
                                          absl::string_view dataset, const Holding& holding,
                                          absl::Time now) {
  const StandardInForce* standard = holding.standard_id.empty()
                                        ? reg.FindStandard(dataset)
                                        : reg.FindDefinition(dataset, holding.standard_id);
  if (standard == nullptr) {
    return absl::NotFoundError(absl::StrCat(dataset, ": the commons has no such definition",
                                            OrIsIt(dataset, reg.Datasets())));
  }
  RETURN_IF_ERROR(CheckNotHeld(holding.not_held, standard->standard));
  v1::Manifest manifest;
  *manifest.mutable_header() = NextHeader(reg, issuer, ManifestChain(dataset), now);
  manifest.set_dataset(std::string(dataset));
  manifest.set_standard_id(standard->id.ToBytes());
  manifest.set_epoch(holding.edition);
  manifest.set_as_of(holding.as_of);
  manifest.set_left_out_percent(holding.left_out_percent);
  manifest.mutable_not_held()->Add(holding.not_held.begin(), holding.not_held.end());
  manifest.set_retention(standard->standard.retention());
  manifest.set_consent_basis(standard->standard.consent_basis());
  manifest.set_each_row_is_a_person(standard->standard.entity().empty());
  return manifest.SerializeAsString();
}

}  // namespace commons::governance
