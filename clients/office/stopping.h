// An organisation's people stop its answers at their own node, and lift what was stopped.
#ifndef COMMONS_CLIENTS_OFFICE_STOPPING_H_
#define COMMONS_CLIENTS_OFFICE_STOPPING_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "clients/office/context.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/node_dir.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"
#include "proto/local.pb.h"

namespace commons::clients {

// What a person names: at most one of these.
struct StopTarget {
  std::string dataset = {}, purpose = {}, project = {};
  std::string requester = {};  // a member, an org_id or a researcher's key in hex, or a key file
  bool all = false;
};
// Unset: none was named. kInvalidArgument: two are, or one that nobody here knows.
absl::StatusOr<std::optional<v1::Scope>> ScopeOf(const StopTarget& target,
                                                 const governance::Register& reg);

// Not thread-safe. Errors as of Office.
class Stopping {
 public:
  static absl::StatusOr<Stopping> Open(const std::string& dir);

  const Card& card() const { return card_; }
  const governance::Register& reg() const { return reg_; }
  // In force at this node, of its own organisation.
  absl::StatusOr<std::vector<v1::StatusReply::Freeze>> Frozen();

  // A document with no signature yet.
  absl::StatusOr<v1::Envelope> DraftFreeze(const v1::Scope& scope, v1::StopReason reason) const;
  absl::StatusOr<v1::Envelope> DraftLift(const std::vector<DocId>& freezes) const;
  absl::StatusOr<v1::Envelope> DraftLiftOf(const PublicKey& guardian) const;

  // kFailedPrecondition when the key does not count on it.
  absl::Status Sign(v1::Envelope& envelope, const crypto::KeyFile& key) const;
  // What is in force here, beside a draft, for whoever signs it elsewhere.
  absl::Status WriteContextBeside(const std::string& draft) const {
    return WriteContext(*client_, ContextBeside(draft));
  }
  // In force when this returns.
  absl::Status Submit(const v1::Envelope& envelope);

 private:
  Stopping(Card card, CommonsId commons, governance::Register reg,
           std::unique_ptr<LocalClient> client)
      : card_(std::move(card)),
        commons_(commons),
        reg_(std::move(reg)),
        client_(std::move(client)) {}

  Card card_;
  CommonsId commons_;
  governance::Register reg_;
  std::unique_ptr<LocalClient> client_;
};

// The guardian's key that lies in the directory. kNotFound.
absl::StatusOr<crypto::KeyFile> ReadGuardianKey(const std::string& dir,
                                                const std::string& passphrase_file);
// A key in hex, or of a key file.
absl::StatusOr<PublicKey> PublicKeyOf(const std::string& text, const std::string& passphrase_file);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_STOPPING_H_
