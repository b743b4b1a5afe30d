#include "node/machine/node_mark.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/hex.h"
#include "base/node_files.h"
#include "base/status.h"
#include "base/whole_file.h"

namespace commons::node {
namespace {

constexpr absl::string_view kDomain = "commons/node-mark/1\n";
constexpr uint64_t kWithoutKeys = 1;  // the format before
constexpr absl::string_view kFormat = "commons node mark, format ";
constexpr size_t kMostBytes = 1024;
constexpr absl::string_view kRestore =
    "Copy the database away, then restore the node's whole directory from its newest backup: peers "
    "hold its documents, but nobody else its data and what was spent of its budgets";

std::string MarkPath(const Home& home) { return node_files::Path(home.dir, node_files::kMark); }

std::string SignedText(const NodeMark& mark) {
  const bool keys = !mark.store_key.IsZero();
  std::string text =
      absl::StrCat(kFormat, keys ? kDirectoryFormat : kWithoutKeys, "\norg ", mark.org.ToHex(),
                   "\ndocuments ", mark.held.documents, "\nledger-entries ",
                   mark.held.ledger_entries, "\ndatasets ", mark.held.datasets, "\n");
  if (keys) {
    absl::StrAppend(&text, "store-key ", mark.store_key.ToHex(), "\nnoise-key ",
                    mark.noise_key.ToHex(), "\n");
  }
  return text;
}

absl::Status Damaged() { return absl::InvalidArgumentError("is damaged"); }

absl::StatusOr<uint64_t> FormatOf(absl::string_view line) {
  uint64_t format = 0;
  if (!absl::ConsumePrefix(&line, kFormat) || !absl::SimpleAtoi(line, &format)) return Damaged();
  if (format == kDirectoryFormat || format == kWithoutKeys) return format;
  return absl::FailedPreconditionError(
      absl::StrCat("the directory has format ", format, ", and this version knows ",
                   kDirectoryFormat, "; install the version of commonsd that made it"));
}

// "name value" -> value.
absl::StatusOr<uint64_t> Number(absl::string_view line, absl::string_view name) {
  uint64_t value = 0;
  if (!absl::ConsumePrefix(&line, name) || !absl::SimpleAtoi(line, &value)) return Damaged();
  return value;
}

// "name hex" -> value.
template <typename Id>
absl::StatusOr<Id> HexOf(absl::string_view line, absl::string_view name) {
  if (!absl::ConsumePrefix(&line, name)) return Damaged();
  const auto id = Id::FromHex(line);
  if (!id.ok()) return Damaged();
  return *id;
}

absl::StatusOr<std::optional<NodeMark>> ReadMark(const Home& home) {
  std::error_code unknown;
  if (!std::filesystem::exists(MarkPath(home), unknown) && !unknown) return std::nullopt;
  // Opening a pipe that somebody put there would never end.
  const bool file = std::filesystem::is_regular_file(MarkPath(home), unknown);
  std::ifstream in;
  if (file) in.open(MarkPath(home), std::ios::binary);
  if (!in.is_open()) {
    return absl::PermissionDeniedError(
        absl::StrCat(MarkPath(home),
                     ": is no plain file that can be read; the daemon's user must own the "
                     "directory and all that is in it"));
  }
  std::string text(kMostBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  const auto mark = DecodeNodeMark(text, home.node_key.public_key());
  if (absl::IsFailedPrecondition(mark.status())) return mark.status();
  if (!mark.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        MarkPath(home), ": ", mark.status().message(),
        "; restore the node's directory from a backup, or remove this file if you know that the "
        "database is whole"));
  }
  return *mark;
}

void AddMissing(std::vector<std::string>& missing, absl::string_view what, uint64_t had,
                uint64_t has) {
  if (has < had) missing.push_back(absl::StrCat(has, " of ", had, " ", what));
}

absl::Status CheckKey(const Home& home, absl::string_view label, const PublicKey& had,
                      const PublicKey& has) {
  if (had.IsZero() || had == has) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      node_files::MachineKey(home.dir, label),
      ": is another key than this node has had: ", MeaningOfKey(label),
      "; put the right one back from a backup of this directory. Nothing was changed"));
}

}  // namespace

std::string EncodeNodeMark(const NodeMark& mark, const crypto::SigningKey& node_key) {
  const std::string text = SignedText(mark);
  return absl::StrCat(text, "signature ",
                      absl::BytesToHexString(node_key.Sign(absl::StrCat(kDomain, text))), "\n");
}

absl::StatusOr<NodeMark> DecodeNodeMark(absl::string_view text, const PublicKey& node_key) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  ASSIGN_OR_RETURN(const uint64_t format, FormatOf(lines[0]));
  const size_t signature_at = format == kWithoutKeys ? 5 : 7;
  if (text.size() > kMostBytes || lines.size() != signature_at + 2) return Damaged();
  NodeMark mark;
  absl::string_view signature = lines[signature_at];
  if (!absl::ConsumePrefix(&signature, "signature ")) return Damaged();
  ASSIGN_OR_RETURN(mark.org, HexOf<OrgId>(lines[1], "org "));
  ASSIGN_OR_RETURN(mark.held.documents, Number(lines[2], "documents "));
  ASSIGN_OR_RETURN(mark.held.ledger_entries, Number(lines[3], "ledger-entries "));
  ASSIGN_OR_RETURN(mark.held.datasets, Number(lines[4], "datasets "));
  if (format != kWithoutKeys) {
    ASSIGN_OR_RETURN(mark.store_key, HexOf<PublicKey>(lines[5], "store-key "));
    ASSIGN_OR_RETURN(mark.noise_key, HexOf<PublicKey>(lines[6], "noise-key "));
  }
  // The text that these values give is what was signed: there is one spelling.
  const absl::StatusOr<std::string> read = HexToBytes(signature);
  if (!read.ok()) return Damaged();
  const std::string& bytes = *read;
  const std::string was_signed = SignedText(mark);
  if (text != absl::StrCat(was_signed, "signature ", absl::BytesToHexString(bytes), "\n")) {
    return Damaged();
  }
  if (!crypto::VerifyStrict(node_key, absl::StrCat(kDomain, was_signed), bytes)) {
    return absl::InvalidArgumentError("is not signed with this node's key");
  }
  return mark;
}

absl::Status CheckNodeMark(const Home& home) {
  ASSIGN_OR_RETURN(const std::optional<NodeMark> mark, ReadMark(home));
  if (!mark) return absl::OkStatus();
  if (mark->org != home.org) {
    return absl::FailedPreconditionError(absl::StrCat(
        MarkPath(home), ": is of another organisation; each node has a directory of its own"));
  }
  RETURN_IF_ERROR(CheckKey(home, node_files::kStoreKey, mark->store_key, home.store_public));
  RETURN_IF_ERROR(CheckKey(home, node_files::kNoiseKey, mark->noise_key, home.noise_public));
  const auto has = storage::ReadHoldings(home.database(), home.org);
  // What may not be looked at is not lost, and a restored copy would spend its budgets again.
  if (absl::IsPermissionDenied(has.status())) return has.status();
  if (!has.ok()) {
    return absl::Status(has.status().code(),
                        absl::StrCat(has.status().message(), ". Nothing was changed. ", kRestore));
  }
  std::vector<std::string> missing;
  AddMissing(missing, "documents", mark->held.documents, has->documents);
  AddMissing(missing, "ledger entries", mark->held.ledger_entries, has->ledger_entries);
  AddMissing(missing, "datasets", mark->held.datasets, has->datasets);
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(home.database(), ": a part is missing: it holds ", absl::StrJoin(missing, ", "),
                   " that this node has had. Nothing was changed. ", kRestore));
}

absl::Status NodeMarkKeeper::Update() {
  std::lock_guard lock(mu_);
  ASSIGN_OR_RETURN(const storage::Holdings held, storage::HoldingsOf(*db_, home_->org));
  if (written_ == held) return absl::OkStatus();
  const NodeMark mark{home_->org, held, home_->store_public, home_->noise_public};
  RETURN_IF_ERROR(WriteWholeFile(MarkPath(*home_), EncodeNodeMark(mark, home_->node_key), 0600,
                                 IfThere::kReplace));
  written_ = held;
  return absl::OkStatus();
}

}  // namespace commons::node
