#include "governance/exchange/exchange.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"

namespace commons::governance {
namespace {

absl::Status Bad(absl::string_view what) { return Refuse(v1::MALFORMED, what); }

// The root a checkpoint names. Nobody's signature is checked: it only steers what to ask for, and
// AcceptPage verifies before anything is kept.
absl::StatusOr<Hash32> UnverifiedRoot(const v1::LogHead& head, const OrgId& org) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(head.checkpoint(), absl::MaxSplits('\n', 3));
  std::string root;
  if (lines.size() != 4 || lines[0] != LogOrigin(org) || lines[1] != absl::StrCat(head.size()) ||
      !absl::Base64Unescape(lines[2], &root)) {
    return Bad("a log's head does not match its checkpoint");
  }
  auto hash = Hash32::FromBytes(root);
  return hash.ok() ? hash : Bad("a log's root is not 32 bytes");
}

absl::StatusOr<Head> ParseHead(const v1::LogHead& wire, const OrgId& org) {
  if (wire.size() > limits::kLogEntriesPerOrg) return Bad("a log with too many entries");
  if (!wire.sets_hash().empty() && wire.sets_hash().size() != Hash32::kSize) {
    return Bad("a hash of sets that is not 32 bytes");
  }
  Head head{wire.size(),   Hash32(),        wire.checkpoint(), wire.node_info_counter(),
            wire.forked(), wire.sets_hash()};
  if (wire.size() > 0) {
    ASSIGN_OR_RETURN(head.root, UnverifiedRoot(wire, org));
  } else if (!wire.checkpoint().empty()) {
    return Bad("a checkpoint of an empty log");
  }
  return head;
}

v1::Pull::Range MakeRange(const OrgId& org, uint64_t from, uint64_t to) {
  v1::Pull::Range range;
  range.set_org_id(org.ToBytes());
  range.set_from(from);
  range.set_to(to);
  return range;
}

// The sets of `of`, unless `than` are the same: which of the two has more cannot be seen, so each
// gets the other's.
void AddSets(const OrgId& org, const Head& than, const Head& of,
             std::vector<v1::Pull::Range>& out) {
  if (of.sets_hash.empty() || of.sets_hash == than.sets_hash) return;
  const bool there = !out.empty() && out.back().org_id() == org.view();
  if (!there) out.push_back(MakeRange(org, than.size, 0));
  out.back().set_sets(true);
}

// What `behind` lacks of `ahead`, but for sets.
void AddMissing(const OrgId& org, const Head& behind, const Head& ahead,
                std::vector<v1::Pull::Range>& out) {
  // Proof of two histories goes before the entries, which may not follow those that are held.
  const bool proof = ahead.forked && !behind.forked;
  if (ahead.size > behind.size && !proof) {
    out.push_back(MakeRange(org, behind.size, ahead.size));
  } else if (ahead.size > 0 && (proof || ahead.node_info_counter > behind.node_info_counter)) {
    out.push_back(MakeRange(org, behind.size, 0));
  }
}

absl::StatusOr<PublicKey> NodeKeyOf(const v1::LogPage& page, const OrgId& org,
                                    const std::string* node_key_bytes) {
  if (page.from() > 0) {
    if (node_key_bytes == nullptr) return Bad("the node key of a log that is held is needed");
    return PublicKey::FromBytes(*node_key_bytes);
  }
  if (page.entries(0).payload_type() != kinds::kOrgRoot ||
      IdOf(page.entries(0)).view() != org.view()) {
    return Bad("a log begins with its organisation's card");
  }
  ASSIGN_OR_RETURN(const Document card, OpenDocument(page.entries(0)));
  if (card.header->version() != 1) return Bad("a log begins with its organisation's first card");
  return PublicKey::FromBytes(card.As<v1::OrgRoot>().node().node_key());
}

absl::Status CheckBounds(const v1::LogPage& page) {
  if (page.entries().empty()) return Bad("a page without entries");
  if (page.entries_size() > static_cast<int>(limits::kDocumentsPerBatch) ||
      page.from() > limits::kLogEntriesPerOrg ||
      page.entries_size() > static_cast<int>(limits::kLogEntriesPerOrg - page.from()) ||
      page.ByteSizeLong() > limits::kPeerMessageBytes) {
    return Bad("a page that is too large");
  }
  for (const v1::Envelope& entry : page.entries()) {
    if (entry.ByteSizeLong() > limits::kDocumentBytes) return Bad("an entry larger than 1 MiB");
  }
  return absl::OkStatus();
}

absl::Status CheckExtends(const v1::LogPage& page, const crypto::MerkleTree& tree,
                          const crypto::Checkpoint& checkpoint) {
  std::vector<Hash32> proof;
  for (const std::string& bytes : page.consistency()) {
    const auto node = Hash32::FromBytes(bytes);
    if (!node.ok()) return Bad("a consistency proof of something else than hashes");
    proof.push_back(*node);
  }
  if (crypto::VerifyConsistency(tree.size(), tree.Root(), checkpoint.size, checkpoint.root, proof)
          .ok()) {
    return absl::OkStatus();
  }
  return Refuse(v1::CONFLICTING_LOG, "the signed log is not proved to extend the one that is held");
}

}  // namespace

Hash32 HashOfHeads(const Heads& heads) {
  crypto::FieldHasher hasher("commons/heads/1");
  for (const auto& [org, head] : heads) {
    hasher.Add(org).AddU64(head.size).Add(head.root).AddU64(head.node_info_counter);
    if (head.forked) hasher.Add("forked");
    if (!head.sets_hash.empty()) hasher.Add("sets").Add(head.sets_hash);
  }
  return hasher.Finish();
}

absl::StatusOr<Heads> HeadsFromWire(const google::protobuf::RepeatedPtrField<v1::LogHead>& wire) {
  if (wire.size() > static_cast<int>(limits::kMembers)) return Bad("heads of too many logs");
  Heads heads;
  for (const v1::LogHead& one : wire) {
    const auto org = OrgId::FromBytes(one.org_id());
    if (!org.ok()) return Bad("a head without an organisation");
    ASSIGN_OR_RETURN(Head head, ParseHead(one, *org));
    if (!heads.emplace(*org, std::move(head)).second) return Bad("two heads of one log");
  }
  return heads;
}

Heads HeadsOfPages(const google::protobuf::RepeatedPtrField<v1::LogPage>& pages) {
  Heads heads;
  for (const v1::LogPage& page : pages) {
    const auto org = OrgId::FromBytes(page.org_id());
    if (!org.ok() || page.entries().empty() || page.from() > limits::kLogEntriesPerOrg) continue;
    v1::LogHead wire;
    wire.set_size(page.from() + page.entries_size());
    wire.set_checkpoint(page.checkpoint());
    if (auto head = ParseHead(wire, *org); head.ok()) heads[*org] = *std::move(head);
  }
  return heads;
}

ExchangeDiff Diff(const Heads& mine, const Heads& theirs) {
  ExchangeDiff diff;
  Heads all = mine;
  all.insert(theirs.begin(), theirs.end());
  const auto head_in = [](const Heads& heads, const OrgId& org) {
    const auto it = heads.find(org);
    return it == heads.end() ? Head() : it->second;
  };
  for (const auto& [org, unused] : all) {
    const Head my = head_in(mine, org), their = head_in(theirs, org);
    if (my.size == their.size && my.root != their.root) {
      diff.forked.push_back(org);
      // Nothing but the proof, to whoever lacks it.
      if (their.forked && !my.forked) diff.pull.push_back(MakeRange(org, my.size, 0));
      if (my.forked && !their.forked) diff.push.push_back(MakeRange(org, their.size, 0));
    } else {
      AddMissing(org, my, their, diff.pull);
      AddMissing(org, their, my, diff.push);
    }
    AddSets(org, my, their, diff.pull);
    AddSets(org, their, my, diff.push);
  }
  return diff;
}

std::string LogOrigin(const OrgId& org) {
  return absl::StrCat("data-commons/", org.ToHex(), "/governance");
}

std::string LogLeaf(const v1::Envelope& entry) { return IdOf(entry).ToBytes(); }

absl::Status AddConsistencyProof(const crypto::MerkleTree& tree, v1::LogPage& page) {
  ASSIGN_OR_RETURN(const std::vector<Hash32> proof,
                   tree.ConsistencyProof(page.from(), page.from() + page.entries_size()));
  page.clear_consistency();
  for (const Hash32& node : proof) page.add_consistency(node.ToBytes());
  return absl::OkStatus();
}

absl::Status AcceptPage(const v1::LogPage& page, crypto::MerkleTree& tree,
                        const std::string* node_key_bytes) {
  const auto org = OrgId::FromBytes(page.org_id());
  if (!org.ok()) return Bad("a page without an organisation");
  RETURN_IF_ERROR(CheckBounds(page));
  if (page.from() != tree.size()) {
    return Refuse(v1::OUT_OF_ORDER, absl::StrCat("a page from ", page.from(), ", ", tree.size(),
                                                 " entries are held"));
  }
  const auto key = NodeKeyOf(page, *org, node_key_bytes);
  if (!key.ok()) return key.status();
  const auto checkpoint = crypto::OpenCheckpoint(page.checkpoint(), *key);
  if (!checkpoint.ok()) {
    return Refuse(absl::IsUnauthenticated(checkpoint.status()) ? v1::BAD_SIGNATURE : v1::MALFORMED,
                  checkpoint.status().message());
  }
  if (checkpoint->origin != LogOrigin(*org)) return Bad("a checkpoint of another log");
  if (checkpoint->size != page.from() + static_cast<uint64_t>(page.entries_size())) {
    return Bad("a checkpoint of another size than the page leads to");
  }
  RETURN_IF_ERROR(CheckExtends(page, tree, *checkpoint));
  crypto::MerkleTree extended = tree;
  for (const v1::Envelope& entry : page.entries()) extended.Append(LogLeaf(entry));
  if (extended.Root() != checkpoint->root) {
    return Bad("the entries do not lead to the signed root");
  }
  tree = std::move(extended);
  return absl::OkStatus();
}

}  // namespace commons::governance
