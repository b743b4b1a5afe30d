// Import: a file that lies in inbox/, rejected rows to outbox/.
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/refusal.h"
#include "node/admin_service.h"
#include "node/exchanged_file.h"
#include "node/log.h"
#include "node/transport/guard.h"
#include "query/question/layout.h"
#include "query/question/question.h"
#include "storage/import/importer.h"

namespace commons::node {

using governance::Refuse;

absl::Status AdminService::ImportFile(const v1::ImportRequest& request, v1::ImportReply& reply) {
  if (!IsPlainName(request.file())) {
    return Refuse(v1::MALFORMED, "the file must be a plain name in inbox/");
  }
  const auto now = parts_.archive->snapshot();
  const auto* standard = now->reg->FindStandard(request.dataset());
  if (standard == nullptr) {
    return Refuse(v1::UNKNOWN_DATASET,
                  absl::StrCat("the commons has no common definition of \"",
                               request.dataset().substr(0, limits::kNameBytes), "\""));
  }
  const ExchangedFile csv(parts_.home->inbox(), request.file());
  if (csv.fd() < 0) {
    return Refuse(v1::MALFORMED,
                  absl::StrCat("inbox/", request.file(), ": no readable plain file of that name"));
  }
  const std::string rejects = absl::StrCat(request.file(), ".rejects.csv");
  storage::ImportOptions options;
  options.csv_path = absl::StrCat("/proc/self/fd/", csv.fd());
  options.rejects_path = absl::StrCat(parts_.home->outbox(), "/", rejects);
  for (const v1::Column& column : standard->standard.columns()) {
    if (column.role() == v1::IDENTIFIER || column.role() == v1::LINKAGE_KEY) {
      options.identifiers.push_back(column.name());
    }
  }
  options.rows_per_person = standard->standard.max_rows_per_person();
  options.replace = request.replace();
  std::error_code error;  // of an import before; it need not be there
  std::filesystem::remove(options.rejects_path, error);
  const auto imported = storage::ImportCsv(*parts_.tables, request.dataset(),
                                           query::LayoutOf(standard->standard), options);
  // The rejects are for the steward, who is in the group of the outbox; they are written also when
  // the import is refused.
  if (std::filesystem::exists(options.rejects_path, error)) {
    const absl::Status shared = LetGroupRead(parts_.home->outbox(), rejects);
    if (!shared.ok()) LogWarning("rejects_not_shared", {{"reason", shared.message()}});
    reply.set_rejects_file(rejects);
    reply.set_rejects_add(standard->standard.entity().empty());
  }
  if (!imported.ok()) return imported.status();
  const storage::ImportReport& report = *imported;
  reply.set_epoch(report.epoch);
  reply.set_accepted(report.accepted);
  reply.set_rows(report.rows);
  reply.set_rejected(report.rejected);
  for (const std::string& warning : report.warnings) reply.add_warnings(warning);
  return absl::OkStatus();
}

grpc::Status AdminService::Import(grpc::ServerContext*, const v1::ImportRequest* request,
                                  v1::ImportReply* reply) {
  return Guarded("Admin.Import", [&]() -> grpc::Status {
    const absl::Status status = ImportFile(*request, *reply);
    if (!status.ok()) {
      v1::Refusal refusal = governance::RefusalOf(status);
      if (absl::IsFailedPrecondition(status)) refusal.set_reason(v1::NO_DATA);
      *reply->mutable_refusal() = std::move(refusal);
      // Storage names the file by its descriptor; people know it by its name.
      std::string& message = *reply->mutable_refusal()->mutable_message();
      const size_t at = message.find("/proc/self/fd/");
      if (at != std::string::npos) {
        const size_t end = message.find_first_not_of("0123456789", at + 14);
        message.replace(at, (end == std::string::npos ? message.size() : end) - at,
                        absl::StrCat("inbox/", request->file()));
      }
    }
    LogInfo("import", {{"dataset", request->dataset()},
                       {"epoch", reply->epoch()},
                       {"accepted", reply->accepted()},
                       {"rejected", reply->rejected()},
                       {"outcome",
                        status.ok() ? "done" : governance::ReasonName(reply->refusal().reason())}});
    return grpc::Status::OK;
  });
}

}  // namespace commons::node
