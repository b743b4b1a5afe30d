#include "clients/office/files/node_dir.h"

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "absl/strings/ascii.h"
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
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/org_root.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;
using crypto::SigningKey;
using node_files::Path;

constexpr size_t kPassphraseBytes = 1024;
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

absl::Status WriteCard(const std::string& dir, const NodeInit& init, KeyMaker& keys,
                       crypto::RandomSource& random, absl::Time now) {
  governance::OrgRootDraft draft;
  draft.name = init.name;
  draft.board_k = init.quorum;
  draft.practice = init.practice;
  std::vector<SigningKey> board;
  std::vector<const SigningKey*> signers;
  board.reserve(init.seats);
  for (uint32_t i = 1; i <= init.seats; ++i) {
    const std::string label = absl::StrCat("board-", i);
    ASSIGN_OR_RETURN(SigningKey key, keys.Person(label));
    draft.seats.emplace_back(label, key.public_key());
    signers.push_back(&board.emplace_back(std::move(key)));
  }
  ASSIGN_OR_RETURN(const SigningKey guardian, keys.Person("guardian-1"));
  ASSIGN_OR_RETURN(const SigningKey steward, keys.Person("steward-1"));
  RETURN_IF_ERROR(keys.Person("researcher-1").status());
  draft.guardians = {guardian.public_key()};
  draft.stewards = {steward.public_key()};
  ASSIGN_OR_RETURN(const SigningKey node, keys.Machine("node"));
  ASSIGN_OR_RETURN(const SigningKey tls, keys.Machine("tls"));
  ASSIGN_OR_RETURN(const SigningKey witness, keys.Machine("witness"));
  draft.node_key = node.public_key();
  draft.tls_key = tls.public_key();
  draft.witness_key = witness.public_key();
  ASSIGN_OR_RETURN(const std::string root, governance::DraftOrgRoot(draft, random, now));

  v1::RuleFile card;
  *card.add_envelopes() = governance::SignDocument(governance::kinds::kOrgRoot, root, signers);
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
  for (const char* sub : {node_files::kKeys, node_files::kPeople}) {
    RETURN_IF_ERROR(MakeDir(Path(dir, sub), 0700));
  }
  for (const char* sub : {node_files::kInbox, node_files::kOutbox}) {
    RETURN_IF_ERROR(MakeDir(Path(dir, sub), 0770));
  }
  if (!init.practice && init.passphrase.empty()) {
    init.passphrase = absl::BytesToHexString(random.Bytes(12));
    RETURN_IF_ERROR(WriteFile(Path(dir, node_files::kPassphrase), init.passphrase + "\n", 0600));
  }
  RETURN_IF_ERROR(WriteFile(Path(dir, node_files::kConfig), ConfigText(init), 0600));
  KeyMaker keys(dir, init, random);
  return WriteCard(dir, init, keys, random, now);
}

std::string AskPassphrase(const std::string& key_path) {
  termios before;
  std::cerr << "Passphrase for " << key_path << ": " << std::flush;
  const bool echo_off = tcgetattr(STDIN_FILENO, &before) == 0;
  if (echo_off) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  std::string line;
  std::getline(std::cin, line);
  if (echo_off) tcsetattr(STDIN_FILENO, TCSANOW, &before);
  std::cerr << "\n";
  return line;
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
std::string CardPath(const std::string& dir) { return Path(dir, node_files::kCard); }

std::string UnreachableAddress(const NodeInit& init) {
  const std::string& address = init.endpoints.empty() ? init.listen : init.endpoints[0];
  const auto parsed = ParseHostPort(address);
  return parsed.ok() && parsed->IsWildcard() ? address : "";
}

absl::Status InitNodeDir(const std::string& dir, const NodeInit& init, crypto::RandomSource& random,
                         absl::Time now) {
  if (init.seats < 1 || init.quorum < 1 || init.quorum > init.seats) {
    return absl::InvalidArgumentError(
        absl::StrCat("--quorum ", init.quorum, " of --seats ", init.seats, ": no such board"));
  }
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

absl::StatusOr<crypto::KeyFile> ReadPersonKey(const std::string& key_path,
                                              const std::string& passphrase_file) {
  ASSIGN_OR_RETURN(const bool needed, crypto::NeedsPassphrase(key_path));
  if (!needed) return crypto::ReadKey(key_path, "");
  std::string file = passphrase_file;
  const std::string beside = (fs::path(key_path).parent_path() / "passphrase").string();
  if (file.empty() && fs::exists(beside)) file = beside;
  if (!file.empty()) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kPassphraseBytes));
    return crypto::ReadKey(key_path, absl::StripAsciiWhitespace(text));
  }
  if (!isatty(STDIN_FILENO)) {
    return absl::FailedPreconditionError(absl::StrCat(
        key_path, ": needs its passphrase; name a file with --passphrase-file, or use a terminal"));
  }
  return crypto::ReadKey(key_path, AskPassphrase(key_path));
}

absl::StatusOr<std::vector<crypto::KeyFile>> ReadBoardKeys(const std::string& dir,
                                                           const std::string& passphrase_file) {
  std::vector<crypto::KeyFile> keys;
  for (int seat = 1;; ++seat) {
    const std::string path = PeopleKeyPath(dir, absl::StrCat("board-", seat));
    if (!fs::exists(path)) break;
    ASSIGN_OR_RETURN(crypto::KeyFile key, ReadPersonKey(path, passphrase_file));
    keys.push_back(std::move(key));
  }
  if (keys.empty()) {
    return absl::NotFoundError(absl::StrCat(
        PeopleKeyPath(dir, "board-1"),
        ": no board key lies here; write a draft with --out FILE and have the board sign it"));
  }
  return keys;
}

absl::StatusOr<Card> ReadCard(const std::string& card_path) {
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(card_path));
  Card card;
  ASSIGN_OR_RETURN(card.envelope, OnlyEnvelope(rules, governance::kinds::kOrgRoot, card_path));
  ASSIGN_OR_RETURN(const governance::Document document, governance::OpenDocument(card.envelope));
  if (!card.root.ParseFromString(card.envelope.payload())) {
    return absl::InvalidArgumentError(absl::StrCat(card_path, ": not an organisation card"));
  }
  card.org = governance::OrganisationOf(document);
  return card;
}

}  // namespace commons::clients
