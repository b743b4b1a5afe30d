#include "node/services/audit_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/merkle/merkle.h"
#include "node/transport/guard.h"
#include "proto/audit.pb.h"

namespace commons::node {
namespace {

// Of a page; an entry is at most storage::AuditLog::kEntryBytes longer.
constexpr size_t kPageBytes = limits::kLocalMessageBytes / 2;

// A clock that was set back leaves later times before earlier ones: each entry is looked at.
bool IsOlder(absl::string_view entry, int64_t since_ms) {
  if (since_ms == 0) return false;
  v1::AuditEntry parsed;
  return parsed.ParseFromArray(entry.data(), static_cast<int>(entry.size())) &&
         parsed.at_ms() < since_ms;
}

}  // namespace

grpc::Status AuditService::List(grpc::ServerContext*, const v1::AuditRequest* request,
                                v1::AuditReply* reply) {
  return Guarded("Audit.List", [&]() -> grpc::Status {
    const storage::AuditLog::Position position = log_->position();
    const uint64_t before = request->before() == 0 ? position.size : request->before();
    size_t bytes = 0;
    const absl::Status read = log_->ReadBack(before, [&](uint64_t index, absl::string_view entry) {
      if (IsOlder(entry, request->since_ms())) return true;
      if (bytes + entry.size() > kPageBytes) {
        reply->set_more(true);
        return false;
      }
      v1::AuditReply::Entry& out = *reply->add_entries();
      out.set_index(index);
      out.set_entry(entry.data(), entry.size());
      bytes += entry.size() + 16;
      return true;
    });
    if (!read.ok()) return {grpc::StatusCode::DATA_LOSS, std::string(read.message())};
    reply->set_note(crypto::SignCheckpoint(
        {absl::StrCat("data-commons/", home_->org.ToHex(), "/audit"), position.size, position.root},
        home_->node_key));
    return grpc::Status::OK;
  });
}

}  // namespace commons::node
