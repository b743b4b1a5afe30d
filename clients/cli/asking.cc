#include "clients/cli/asking.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/csv_marks.h"
#include "base/text/unicode.h"
#include "clients/answer/refusal_text.h"
#include "clients/answer/render.h"
#include "clients/answer/status_words.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/node_dir.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

constexpr std::chrono::seconds kTellEvery(1);

absl::StatusOr<v1::PrepareRequest> RequestOf(const Asking& asking, const PublicKey& researcher) {
  if (asking.sql.size() > limits::kSqlBytes) {
    return governance::Refuse(v1::SQL_TOO_LARGE, absl::StrCat("the question has more than ",
                                                              limits::kSqlBytes, " bytes"));
  }
  for (const std::string* text : {&asking.sql, &asking.purpose, &asking.project}) {
    if (!Nfc(*text).ok()) return governance::Refuse(v1::MALFORMED, "not UTF-8 text");
  }
  v1::PrepareRequest request;
  request.set_sql(asking.sql);
  request.set_purpose(asking.purpose);
  request.set_project(asking.project);
  request.set_researcher(researcher.ToBytes());
  return request;
}

absl::StatusOr<std::unique_ptr<LocalClient>> Connect(const Asking& asking) {
  if (!asking.unreachable.empty()) return absl::UnavailableError(asking.unreachable);
  auto client = LocalClient::Connect(asking.dir);
  if (absl::IsUnavailable(client.status()) && !asking.start_with.empty()) {
    return absl::UnavailableError(
        absl::StrCat("this member does not run; start it with: ", asking.start_with));
  }
  return client;
}

// On a terminal it says how long it may take, once it takes longer than most.
absl::StatusOr<v1::Answer> RunWhileTelling(LocalClient& client, const v1::RunRequest& run) {
  if (!isatty(STDERR_FILENO)) return client.Run(run);
  auto answer = std::async(std::launch::async, [&] { return client.Run(run); });
  std::string told;
  while (answer.wait_for(kTellEvery) != std::future_status::ready) {
    const auto place = client.Place(run.ticket());
    if (!place.ok() || !place->waiting()) continue;
    const std::string words = WaitingWords(*place);
    if (words != told) Progress(words);
    told = words;
  }
  return answer.get();
}

absl::StatusOr<v1::Answer> Ask(const Asking& asking, const crypto::KeyFile& researcher) {
  ASSIGN_OR_RETURN(const v1::PrepareRequest request,
                   RequestOf(asking, researcher.key.public_key()));
  ASSIGN_OR_RETURN(auto client, Connect(asking));
  ASSIGN_OR_RETURN(const v1::PrepareReply prepared, client->Prepare(request));
  if (prepared.has_refusal()) {
    v1::Answer refused;
    *refused.mutable_refusal() = prepared.refusal();
    *refused.mutable_members() = prepared.members();
    return refused;
  }
  ASSIGN_OR_RETURN(const QueryId query_id, QueryId::FromBytes(prepared.query_id()));
  v1::RunRequest run;
  run.set_ticket(prepared.ticket());
  run.set_per_member(asking.per_member);
  run.set_researcher_signature(researcher.key.Sign(governance::ResearcherMessage(query_id)));
  return RunWhileTelling(*client, run);
}

absl::StatusOr<v1::ExplainReply> Explain(const Asking& asking, const PublicKey& researcher) {
  ASSIGN_OR_RETURN(const v1::PrepareRequest request, RequestOf(asking, researcher));
  ASSIGN_OR_RETURN(auto client, Connect(asking));
  return client->Explain(request);
}

ExitCode PrintRefusal(const Asking& asking, const v1::Answer& answer) {
  const bool json = asking.format == Format::kJson;
  if (json || !isatty(STDOUT_FILENO)) PrintOut(AnswerJson(answer));
  if (json) return kRefused;
  Warn(RefusalLine(answer.refusal(), asking.sql));
  if (isatty(STDERR_FILENO)) {
    std::cerr << governance::Printable(Caret(answer.refusal(), asking.sql)) << std::flush;
    for (const v1::MemberState& member : answer.members()) {
      if (member.reason().empty()) continue;
      Warn(absl::StrCat(member.member(), ": ", member.reason(), ": ", member.message()));
    }
  }
  return kRefused;
}

bool IsPartial(const v1::Answer& answer) {
  return std::any_of(answer.members().begin(), answer.members().end(), [](const auto& member) {
    return member.status() != v1::MemberState::ANSWERED;
  });
}

v1::Answer RefusedBy(const absl::Status& status) {
  v1::Answer answer;
  *answer.mutable_refusal() = governance::RefusalOf(status);
  return answer;
}

}  // namespace

absl::StatusOr<ExitCode> AskAndPrint(const Asking& asking) {
  if (asking.per_member && asking.format != Format::kJson) {
    return absl::InvalidArgumentError("--per-member is shown with --format json alone");
  }
  if (asking.bom && asking.format != Format::kCsv) {
    return absl::InvalidArgumentError("--bom goes with --format csv alone");
  }
  ASSIGN_OR_RETURN(const crypto::KeyFile key, ReadPersonKey(asking.key, asking.passphrase_file));
  const auto answer = Ask(asking, key);
  if (!answer.ok()) return PrintRefusal(asking, RefusedBy(answer.status()));
  if (answer->has_refusal()) return PrintRefusal(asking, *answer);
  switch (asking.format) {
    case Format::kJson:
      PrintOut(AnswerJson(*answer));
      break;
    case Format::kCsv:
      PrintOut(absl::StrCat(asking.bom ? kUtf8Mark : "", AnswerCsv(*answer)));
      for (const std::string& caveat : answer->caveats()) Warn(caveat);
      break;
    case Format::kTable:
      PrintOut(AnswerTable(*answer));
      break;
  }
  return asking.strict && IsPartial(*answer) ? kFailed : kDone;
}

absl::StatusOr<ExitCode> ExplainAndPrint(const Asking& asking) {
  ASSIGN_OR_RETURN(const crypto::KeyFile key, ReadPersonKey(asking.key, asking.passphrase_file));
  const auto reply = Explain(asking, key.key.public_key());
  if (!reply.ok()) return PrintRefusal(asking, RefusedBy(reply.status()));
  if (reply->has_refusal()) {
    v1::Answer refused;
    *refused.mutable_refusal() = reply->refusal();
    return PrintRefusal(asking, refused);
  }
  switch (asking.format) {
    case Format::kJson:
      PrintOut(ExplainJson(*reply));
      break;
    case Format::kCsv:
      PrintOut(ExplainCsv(*reply));
      break;
    case Format::kTable:
      PrintOut(ExplainTable(*reply));
      break;
  }
  return kDone;
}

}  // namespace commons::clients
