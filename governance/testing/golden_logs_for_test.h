// For tests: logs and sets on disk, as two files. documents.rule holds each document once, as it is
// handed over by hand; logs.txt says where each lies and when it came.
#ifndef COMMONS_GOVERNANCE_TESTING_GOLDEN_LOGS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_GOLDEN_LOGS_FOR_TEST_H_

#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "governance/document/document.h"
#include "governance/document/rule_file.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/open_document.h"
#include "gtest/gtest.h"

namespace commons::governance {

struct GoldenLogs {
  CommonsId commons;
  std::map<OrgId, OrgLog> logs;
};

class GoldenWriter {
 public:
  explicit GoldenWriter(const GoldenLogs& golden) {
    Line("commons", golden.commons.ToHex());
    for (const auto& [org, log] : golden.logs) {
      Line("log", org.ToHex());
      if (log.own) Line("own", org.ToHex());
      for (const OrgLog::Entry& entry : log.entries) {
        Line("entry", absl::ToUnixSeconds(entry.seen_at), Put(*entry.document));
      }
      if (log.node_info.has_value()) Line("info", Put(*log.node_info));
      if (log.sets != nullptr) PutSet(*log.sets);
      if (log.forked_at != absl::InfiniteFuture()) {
        Line("forked", absl::ToUnixSeconds(log.forked_at));
      }
    }
  }

  std::string documents_rule() const { return EncodeRuleFile(rules_); }
  const std::string& logs_txt() const { return text_; }

 private:
  template <typename... Words>
  void Line(const char* what, const Words&... words) {
    absl::StrAppend(&text_, what);
    (absl::StrAppend(&text_, " ", words), ...);
    absl::StrAppend(&text_, "\n");
  }
  std::string Put(const Document& document) {
    if (seen_.insert(document.id).second) *rules_.add_envelopes() = document.envelope;
    return document.id.ToHex();
  }
  void PutSet(const DocumentSet& set) {
    for (const auto& [id, entry] : set) {
      Line("set", absl::ToUnixSeconds(entry.seen_at), Put(*entry.document));
    }
  }

  std::string text_;
  v1::RuleFile rules_;
  std::set<DocId> seen_;
};

class GoldenReader {
 public:
  GoldenReader(const std::string& documents_rule, const std::string& logs_txt) {
    const auto rules = DecodeRuleFile(documents_rule);
    EXPECT_TRUE(rules.ok()) << rules.status();
    if (!rules.ok()) return;
    for (const v1::Envelope& envelope : rules->envelopes()) Open(envelope);
    std::istringstream lines(logs_txt);
    for (std::string line; std::getline(lines, line);) Take(line);
  }

  const GoldenLogs& golden() const { return golden_; }
  const std::map<DocId, std::shared_ptr<const Document>>& documents() const { return documents_; }

 private:
  void Open(const v1::Envelope& envelope) {
    auto opened = OpenDocument(envelope);
    EXPECT_TRUE(opened.ok()) << envelope.payload_type() << ": " << opened.status();
    if (!opened.ok()) return;
    EXPECT_EQ(opened->signers.size(), static_cast<size_t>(envelope.signatures_size()))
        << opened->id.ToHex() << ": a signature is not valid any more";
    const DocId id = opened->id;
    documents_[id] = std::make_shared<const Document>(*std::move(opened));
  }
  std::shared_ptr<const Document> Find(const std::string& hex) const {
    const auto it = documents_.find(*DocId::FromHex(hex));
    EXPECT_NE(it, documents_.end()) << "no document has the id " << hex;
    return it == documents_.end() ? nullptr : it->second;
  }
  void Take(const std::string& line) {
    std::istringstream words(line);
    std::string what, hex;
    int64_t seconds = 0;
    words >> what;
    if (what == "entry" || what == "set" || what == "forked") words >> seconds;
    words >> hex;
    const absl::Time when = absl::FromUnixSeconds(seconds);
    if (what == "commons") {
      golden_.commons = *CommonsId::FromHex(hex);
    } else if (what == "log") {
      log_ = &golden_.logs[*OrgId::FromHex(hex)];
    } else if (what == "own") {
      log_->own = true;
    } else if (what == "entry") {
      log_->entries.push_back({Find(hex), when, log_->entries.size()});
    } else if (what == "info") {
      if (const auto info = Find(hex); info != nullptr) log_->node_info = *info;
    } else if (what == "forked") {
      log_->forked_at = when;
    } else {
      ASSERT_EQ(what, "set") << line;
      TakeIntoSet({Find(hex), when});
    }
  }
  void TakeIntoSet(const SetEntry& entry) {
    if (entry.document == nullptr) return;
    auto set = log_->sets == nullptr ? std::make_shared<DocumentSet>()
                                     : std::make_shared<DocumentSet>(*log_->sets);
    set->emplace(entry.document->id, entry);
    log_->sets = std::move(set);
  }

  GoldenLogs golden_;
  OrgLog* log_ = nullptr;
  std::map<DocId, std::shared_ptr<const Document>> documents_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_GOLDEN_LOGS_FOR_TEST_H_
