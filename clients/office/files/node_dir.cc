#include "clients/office/files/node_dir.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "base/text/host_port.h"
#include "clients/office/files/rule_file.h"
#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/text.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/org_root.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;
using crypto::SigningKey;
using node_files::Path;

// All that init makes in the directory.
constexpr const char* kMade[] = {node_files::kConfig, node_files::kCard, node_files::kKeys,
                                 node_files::kInbox, node_files::kOutbox};

std::string TomlString(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppend(&out, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string ConfigText(const NodeInit& init) {
  std::string text =
      absl::StrCat("name = ", TomlString(init.name), "\ncontact = ", TomlString(init.contact),
                   "\nlisten = ", TomlString(init.listen), "\nendpoints = [",
                   absl::StrJoin(init.endpoints, ", ",
                                 [](std::string* out, const std::string& endpoint) {
                                   absl::StrAppend(out, TomlString(endpoint));
                                 }),
                   "]\n");
  if (init.sync_interval_ms > 0) {
    absl::StrAppend(&text, "sync_interval_ms = ", init.sync_interval_ms, "\n");
  }
  return text;
}

absl::Status MakeDir(const fs::path& path, int mode) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error || chmod(path.c_str(), mode) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(path.string(), ": can't make this directory"));
  }
  return absl::OkStatus();
}

// Makes, writes and returns one key; people's are protected unless practice.
class KeyMaker {
 public:
  KeyMaker(const std::string& dir, const NodeInit& init, crypto::RandomSource& random)
      : dir_(dir), init_(init), random_(random) {}

  absl::StatusOr<SigningKey> Machine(absl::string_view label) {
    SigningKey key = SigningKey::Generate(random_);
    RETURN_IF_ERROR(crypto::WriteRawKey(MachineKeyPath(dir_, label), label, init_.practice, key));
    return key;
  }
  absl::StatusOr<SigningKey> Person(absl::string_view label) {
    SigningKey key = SigningKey::Generate(random_);
    const std::string path = PeopleKeyPath(dir_, label);
    RETURN_IF_ERROR(init_.practice ? crypto::WriteRawKey(path, label, true, key)
                                   : crypto::WriteProtectedKey(path, label, key, init_.passphrase,
                                                               crypto::KeyStrength::kModerate));
    return key;
  }

 private:
  const std::string& dir_;
  const NodeInit& init_;
  crypto::RandomSource& random_;
};

// The people's public keys as they were named, unsigned by any.
absl::Status NamePeople(const NodeInit& init, governance::OrgRootDraft& draft) {
  draft.seats = init.board;
  const std::string half = absl::StrCat(init.board.size() / 2 + 1);
  ASSIGN_OR_RETURN(draft.board, governance::ParseThreshold(
                                    init.threshold.empty() ? half : init.threshold, init.board));
  draft.guardians = init.guardians;
  draft.stewards = init.stewards;
  return absl::OkStatus();
}

// Keys made here, in `seats` those that sign the card.
absl::Status MakePeople(const NodeInit& init, KeyMaker& keys, governance::OrgRootDraft& draft,
                        std::vector<SigningKey>& seats) {
  draft.board_k = init.quorum;
  for (uint32_t i = 1; i <= init.seats; ++i) {
    const std::string label = absl::StrCat("board-", i);
    ASSIGN_OR_RETURN(SigningKey key, keys.Person(label));
    draft.seats.emplace_back(label, key.public_key());
    seats.push_back(std::move(key));
  }
  ASSIGN_OR_RETURN(const SigningKey guardian, keys.Person("guardian-1"));
  ASSIGN_OR_RETURN(const SigningKey steward, keys.Person("steward-1"));
  RETURN_IF_ERROR(keys.Person("researcher-1").status());
  draft.guardians = {guardian.public_key()};
  draft.stewards = {steward.public_key()};
  return absl::OkStatus();
}

absl::Status WriteCard(const std::string& dir, const NodeInit& init, KeyMaker& keys,
                       crypto::RandomSource& random, absl::Time now) {
  governance::OrgRootDraft draft;
  draft.name = init.name;
  draft.practice = init.practice;
  std::vector<SigningKey> seats;
  RETURN_IF_ERROR(init.board.empty() ? MakePeople(init, keys, draft, seats)
                                     : NamePeople(init, draft));
  if (!init.recovery.empty()) {
    ASSIGN_OR_RETURN(draft.recovery, governance::ParseThreshold(init.recovery, init.board));
  }
  ASSIGN_OR_RETURN(const SigningKey node, keys.Machine("node"));
  ASSIGN_OR_RETURN(const SigningKey tls, keys.Machine("tls"));
  ASSIGN_OR_RETURN(const SigningKey witness, keys.Machine("witness"));
  draft.node_key = node.public_key();
  draft.tls_key = tls.public_key();
  draft.witness_key = witness.public_key();
  const auto root = governance::DraftOrgRoot(draft, random, now);
  // A wrong option, and no document that somebody refuses.
  if (!root.ok()) return absl::InvalidArgumentError(root.status().message());

  std::vector<const SigningKey*> signers;
  for (const SigningKey& seat : seats) signers.push_back(&seat);
  v1::RuleFile card;
  *card.add_envelopes() = governance::SignDocument(governance::kinds::kOrgRoot, *root, signers);
  const OrgId org = crypto::Retype<OrgId>(governance::IdOf(card.envelopes(0)));
  *card.add_envelopes() = governance::SignDocument(
      governance::kinds::kNodeInfo,
      governance::DraftNodeInfo(org, absl::ToUnixSeconds(now), init.endpoints, init.contact, now),
      {&node});
  return WriteRuleFile(CardPath(dir), card);
}

absl::Status Fill(const std::string& dir, NodeInit init, crypto::RandomSource& random,
                  absl::Time now) {
  // The node's group reaches the socket, the inbox and the outbox; what is not for it has a mode of
  // its own.
  RETURN_IF_ERROR(MakeDir(dir, 0750));
  RETURN_IF_ERROR(MakeDir(Path(dir, node_files::kKeys), 0700));
  if (init.board.empty()) RETURN_IF_ERROR(MakeDir(Path(dir, node_files::kPeople), 0700));
  for (const char* sub : {node_files::kInbox, node_files::kOutbox}) {
    RETURN_IF_ERROR(MakeDir(Path(dir, sub), 0770));
  }
  if (!init.practice && init.board.empty() && init.passphrase.empty()) {
    init.passphrase = absl::BytesToHexString(random.Bytes(12));
    RETURN_IF_ERROR(WriteFile(Path(dir, node_files::kPassphrase), init.passphrase + "\n", 0600));
  }
  RETURN_IF_ERROR(WriteFile(Path(dir, node_files::kConfig), ConfigText(init), 0600));
  KeyMaker keys(dir, init, random);
  return WriteCard(dir, init, keys, random, now);
}

absl::Status CheckAddresses(const NodeInit& init) {
  const auto listen = ParseHostPort(init.listen);
  if (!listen.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen ", listen.status().message(), "; write 0.0.0.0:7400 for example"));
  }
  if (listen->port == 0 && init.endpoints.empty()) {
    return absl::InvalidArgumentError(
        "--listen with port 0 takes any free one: name it, or say --endpoint host:port");
  }
  for (const std::string& text : init.endpoints) {
    const auto endpoint = ParseHostPort(text);
    if (!endpoint.ok() || endpoint->port == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("--endpoint \"", text.substr(0, 64),
                       "\" is not host:port that others reach; write node.example.nz:7400"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBoard(const NodeInit& init) {
  if (init.board.empty() && !(init.threshold.empty() && init.recovery.empty() &&
                              init.guardians.empty() && init.stewards.empty())) {
    return absl::InvalidArgumentError(
        "--board, --recovery, --guardian and --steward go with --seat LABEL=PUBLICKEY");
  }
  if (init.seats < 1 || init.quorum < 1 || init.quorum > init.seats) {
    return absl::InvalidArgumentError(
        absl::StrCat("--quorum ", init.quorum, " of --seats ", init.seats, ": no such board"));
  }
  if (init.seats > 1 && (!init.board.empty() || !init.practice)) {
    return absl::InvalidArgumentError(
        "--seats makes keys of several people in one place, for practice only; have each make "
        "their own (commons keygen --out FILE), and name them: --seat LABEL=PUBLICKEY");
  }
  return absl::OkStatus();
}

// As the daemon asks of node.toml.
absl::Status CheckContact(absl::string_view contact) {
  if (contact.empty()) return absl::OkStatus();
  return governance::Because("--contact", governance::CheckText(contact, limits::kConfigTextBytes));
}

// The card is written last: without it, and without what a daemon makes, an init that was killed
// left the rest.
absl::Status CheckNothingThere(const std::string& dir) {
  std::vector<std::string> there;
  for (const char* made : kMade) {
    if (fs::exists(Path(dir, made))) there.push_back(Path(dir, made));
  }
  if (there.empty()) return absl::OkStatus();
  const bool node = fs::exists(CardPath(dir)) || fs::exists(Path(dir, node_files::kMark)) ||
                    fs::exists(Path(dir, node_files::kDatabase));
  return absl::AlreadyExistsError(
      node ? absl::StrCat(there[0],
                          ": is there already; choose another directory than that of a node")
           : absl::StrCat("an init that did not finish left ", absl::StrJoin(there, ", "), " in ",
                          dir, "; remove that and try again"));
}

}  // namespace

std::string PeopleKeyPath(const std::string& dir, absl::string_view label) {
  return node_files::PersonKey(dir, label);
}
std::string MachineKeyPath(const std::string& dir, absl::string_view label) {
  return node_files::MachineKey(dir, label);
}

std::string UnreachableAddress(const NodeInit& init) {
  const std::string& address = init.endpoints.empty() ? init.listen : init.endpoints[0];
  const auto parsed = ParseHostPort(address);
  return parsed.ok() && parsed->IsWildcard() ? address : "";
}

absl::Status InitNodeDir(const std::string& dir, const NodeInit& init, crypto::RandomSource& random,
                         absl::Time now) {
  RETURN_IF_ERROR(CheckBoard(init));
  if (!governance::IsShortName(init.name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--name '", init.name,
                     "' is not a short name: 1 to 63 bytes of UTF-8 without "
                     "'/' and control characters, not starting with '.' or '-'"));
  }
  RETURN_IF_ERROR(
      governance::Because("--name", governance::CheckName(init.name, init.name.size())));
  RETURN_IF_ERROR(CheckContact(init.contact));
  RETURN_IF_ERROR(CheckAddresses(init));
  RETURN_IF_ERROR(CheckNothingThere(dir));
  const bool existed = fs::exists(dir);
  NodeInit filled = init;
  if (filled.endpoints.empty()) filled.endpoints = {init.listen};
  const absl::Status status = Fill(dir, std::move(filled), random, now);
  if (!status.ok()) {
    std::error_code ignored;
    for (const char* made : kMade) fs::remove_all(Path(dir, made), ignored);
    if (!existed) fs::remove_all(dir, ignored);
  }
  return status;
}

}  // namespace commons::clients
