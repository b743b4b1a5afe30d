#include "clients/office/context.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "governance/document/issuer.h"
#include "proto/local.pb.h"

namespace commons::clients {
namespace {

constexpr absl::string_view kMagic("\0CMNCTX1", 8);

absl::StatusOr<v1::DocumentsReply> Decode(absl::string_view bytes, const std::string& path) {
  v1::DocumentsReply reply;
  const absl::string_view body = absl::StripPrefix(bytes, kMagic);
  if (absl::StartsWith(bytes, kMagic) &&
      reply.ParseFromArray(body.data(), static_cast<int>(body.size())) &&
      reply.places_size() == reply.envelopes_size()) {
    return reply;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": not a context file, or damaged; ask for it again"));
}

absl::Status Write(const v1::DocumentsReply& reply, const std::string& path) {
  return WriteFile(path, absl::StrCat(kMagic, reply.SerializeAsString()), 0644);
}

}  // namespace

std::string ContextBeside(absl::string_view draft_path) {
  return absl::StrCat(absl::StripSuffix(draft_path, ".rule"), ".context.rule");
}

absl::Status WriteContext(LocalClient& client, const std::string& path) {
  ASSIGN_OR_RETURN(const v1::DocumentsReply reply, client.Documents({}));
  if (reply.commons_id().empty()) return absl::FailedPreconditionError(kNoCommonsYet);
  return Write(reply, path);
}

absl::Status WriteContextOfCards(absl::Span<const governance::Document> cards,
                                 const std::string& path) {
  v1::DocumentsReply reply;
  for (const governance::Document& card : cards) {
    v1::DocumentsReply::Place& place = *reply.add_places();
    place.set_log(governance::IssuerOf(card).ToBytes());
    place.set_index(static_cast<uint64_t>(reply.envelopes_size()));
    *reply.add_envelopes() = card.envelope;
  }
  return Write(reply, path);
}

std::string ContextWords(const Papers& context, absl::Time now) {
  if (!context.as_of().has_value()) return "";
  const int64_t days = absl::ToInt64Hours(now - *context.as_of()) / 24;
  const char* const old = days >= 7 ? "; what came into force since is not in it: ask a node for a "
                                      "newer one, commons doc context"
                                    : "";
  return absl::StrCat(
      "compared with what was in force on ",
      absl::FormatTime("%Y-%m-%d", *context.as_of(), absl::UTCTimeZone()),
      days < 1 ? "" : absl::StrCat(", ", days, days == 1 ? " day ago" : " days ago"), old);
}

bool IsContext(const std::string& path) {
  const auto bytes = ReadFile(path, kContextBytes);
  return bytes.ok() && absl::StartsWith(*bytes, kMagic);
}

absl::StatusOr<Papers> ReadContext(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kContextBytes));
  ASSIGN_OR_RETURN(const v1::DocumentsReply reply, Decode(bytes, path));
  return Papers::Of(reply);
}

absl::StatusOr<std::optional<Papers>> ReadContextBeside(const std::string& draft_path) {
  const std::string path = ContextBeside(draft_path);
  if (!std::filesystem::exists(path)) return std::optional<Papers>();
  return ReadContext(path);
}

}  // namespace commons::clients
