#include "clients/office/trusted.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/context.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/papers.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/merge.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;
using governance::Document;

constexpr size_t kFilesMax = 4096;

absl::Status In(const std::string& path, const absl::Status& status) {
  const v1::Refusal refusal = governance::RefusalOf(status);
  return governance::Refuse(refusal.reason(), absl::StrCat(path, ": ", refusal.message()));
}

absl::StatusOr<std::vector<std::string>> FilesOf(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path, error)) {
      if (entry.path().extension() == ".rule") files.push_back(entry.path().string());
    }
    if (error) return absl::PermissionDeniedError(absl::StrCat(path, ": can't be read"));
  }
  if (files.size() > kFilesMax) {
    return absl::ResourceExhaustedError(absl::StrCat("more than ", kFilesMax, " files to trust"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Of a context file, what counts or waits there.
absl::StatusOr<v1::RuleFile> KnownInContext(const std::string& path) {
  ASSIGN_OR_RETURN(const Papers papers, ReadContext(path));
  v1::RuleFile known;
  for (const Paper& paper : papers.all()) {
    if (paper.standing == Paper::Standing::kNothing) continue;
    *known.add_envelopes() = paper.document->envelope;
  }
  return known;
}

// Without what only later versions know.
absl::StatusOr<v1::RuleFile> ReadKnown(const std::string& path) {
  if (IsContext(path)) return KnownInContext(path);
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(path));
  v1::RuleFile known;
  if (rules.has_invitation()) *known.add_envelopes() = rules.invitation().charter();
  for (const v1::Envelope& envelope : rules.envelopes()) {
    const auto document = governance::OpenDocument(envelope);
    const v1::Reason reason = governance::ReasonOf(document.status());
    if (document.ok()) {
      *known.add_envelopes() = envelope;
    } else if (reason != v1::UNKNOWN_KIND && reason != v1::NOT_SUPPORTED_YET) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": ", document.status().message()));
    }
  }
  return known;
}

}  // namespace

absl::StatusOr<std::vector<Document>> OpenAll(const v1::RuleFile& rules, const std::string& path) {
  std::vector<Document> documents;
  for (const v1::Envelope& envelope : rules.envelopes()) {
    auto document = governance::OpenDocument(envelope);
    if (!document.ok()) return In(path, document.status());
    documents.push_back(*std::move(document));
  }
  if (!documents.empty()) return documents;
  return absl::InvalidArgumentError(absl::StrCat(
      path, ": holds no document",
      rules.has_invitation() ? "; an invitation is taken up with commons node join" : ""));
}

absl::StatusOr<std::vector<Document>> ReadTrusted(const std::vector<std::string>& paths) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOf(paths));
  std::vector<v1::RuleFile> all;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(v1::RuleFile known, ReadKnown(file));
    all.push_back(std::move(known));
  }
  ASSIGN_OR_RETURN(const v1::RuleFile merged, governance::MergeRules(all));
  std::vector<Document> documents;
  for (const v1::Envelope& envelope : merged.envelopes()) {
    ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
    documents.push_back(std::move(document));
  }
  return documents;
}

std::optional<v1::OrgRoot> SigningCard(const std::vector<Document>& documents,
                                       const Document& document) {
  const OrgId org = governance::IssuerOf(document);
  const uint64_t end = governance::IsACard(document)
                           ? std::max<uint64_t>(document.header->version(), 2)
                           : UINT64_MAX;
  const Document* newest = nullptr;
  const auto look = [&](const Document& card) {
    const uint64_t version = card.header->version();
    if (governance::OrganisationOf(card) != org || version >= end) return;
    if (newest == nullptr || version > newest->header->version()) newest = &card;
  };
  for (const Document& each : documents) {
    if (governance::IsACard(each)) look(each);
    for (const auto& card : each.cards) look(*card);
  }
  if (newest == nullptr) return std::nullopt;
  return newest->As<v1::OrgRoot>();
}

}  // namespace commons::clients
