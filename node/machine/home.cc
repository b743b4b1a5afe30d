#include "node/machine/home.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"
#include "governance/document/document.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/rule_file.h"
#include "governance/kinds/open_document.h"

namespace commons::node {
namespace {

absl::Status MakeSharedDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0770) == 0) {
    // The umask took the group's bits away.
    if (chmod(path.c_str(), 0770) == 0) return absl::OkStatus();
  } else if (errno == EEXIST) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrCat(path, ": ", std::strerror(errno)));
}

absl::StatusOr<crypto::SigningKey> ReadMachineKey(const std::string& path) {
  auto file = crypto::ReadKey(path, "");
  if (!file.ok()) {
    return absl::Status(file.status().code(),
                        absl::StrCat(path, ": ", file.status().message(),
                                     absl::IsNotFound(file.status())
                                         ? "; put it back from a backup of this directory"
                                         : ""));
  }
  return std::move(file->key);
}

// Whether the node has run here before.
bool HoldsData(const std::string& dir) {
  std::error_code unknown;
  for (const std::string& made : {node_files::Path(dir, node_files::kMark),
                                  node_files::Path(dir, node_files::kDatabase, "CURRENT")}) {
    if (std::filesystem::exists(made, unknown) || unknown) return true;
  }
  return false;
}

// A key that only this daemon uses. Made at the first start, and never over data:
// a new one would leave what the old one sealed unreadable, or round the same rows anew.
absl::StatusOr<crypto::SigningKey> OwnKey(const std::string& dir, absl::string_view label,
                                          bool practice, crypto::RandomSource& random) {
  const std::string path = node_files::MachineKey(dir, label);
  struct stat info;
  if (stat(path.c_str(), &info) != 0 && errno == ENOENT) {
    if (HoldsData(dir)) {
      return absl::FailedPreconditionError(
          absl::StrCat(path, ": missing, and this node holds data: ", MeaningOfKey(label),
                       "; put it back from a backup of this directory"));
    }
    RETURN_IF_ERROR(
        crypto::WriteRawKey(path, label, practice, crypto::SigningKey::Generate(random)));
  }
  return ReadMachineKey(path);
}

absl::StatusOr<v1::Envelope> ReadCard(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": missing; run `commons node init`"));
  std::string bytes(limits::kDocumentBytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(in.gcount()));
  auto file = governance::DecodeRuleFile(bytes);
  if (!file.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", file.status().message()));
  }
  for (v1::Envelope& envelope : *file->mutable_envelopes()) {
    if (envelope.payload_type() == governance::kinds::kOrgRoot) return std::move(envelope);
  }
  return absl::InvalidArgumentError(absl::StrCat(path, ": holds no organisation card"));
}

}  // namespace

absl::string_view MeaningOfKey(absl::string_view label) {
  if (label == node_files::kStoreKey) {
    return "its datasets are sealed with this key and can't be read without it";
  }
  return "its answers are protected with this key, and with another the same rows would be rounded "
         "anew, which many answers could average out";
}

absl::StatusOr<Home> OpenHome(const std::string& dir, crypto::RandomSource& random) {
  const std::string card_path = node_files::Path(dir, node_files::kCard);
  ASSIGN_OR_RETURN(v1::Envelope card, ReadCard(card_path));
  auto document = governance::OpenDocument(card);
  if (!document.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(card_path, ": ", document.status().message()));
  }
  const auto& root = document->As<v1::OrgRoot>();
  if (document->header->version() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        card_path,
        ": not the first card of this organisation; put that back, and hand later ones "
        "in with `commons doc submit`"));
  }
  if (!governance::Satisfies(root.board(), document->signers)) {
    return absl::InvalidArgumentError(absl::StrCat(
        card_path, ": the board has not signed it: ",
        governance::SignedWords(root.board(), document->signers, governance::SeatsOf(root)),
        "; each signs a copy with commons doc sign, then: commons doc submit --dir ", dir,
        " card.rule"));
  }
  ASSIGN_OR_RETURN(crypto::SigningKey node_key,
                   ReadMachineKey(node_files::MachineKey(dir, node_files::kNodeKey)));
  ASSIGN_OR_RETURN(crypto::SigningKey tls_key,
                   ReadMachineKey(node_files::MachineKey(dir, node_files::kTlsKey)));
  if (node_key.public_key().ToBytes() != root.node().node_key() ||
      tls_key.public_key().ToBytes() != root.node().tls_key()) {
    return absl::InvalidArgumentError(absl::StrCat(node_files::Path(dir, node_files::kKeys),
                                                   ": not the keys that are on ", card_path));
  }
  RETURN_IF_ERROR(MakeSharedDirectory(node_files::Path(dir, node_files::kInbox)));
  RETURN_IF_ERROR(MakeSharedDirectory(node_files::Path(dir, node_files::kOutbox)));
  ASSIGN_OR_RETURN(const crypto::SigningKey store,
                   OwnKey(dir, node_files::kStoreKey, root.practice(), random));
  ASSIGN_OR_RETURN(const crypto::SigningKey noise,
                   OwnKey(dir, node_files::kNoiseKey, root.practice(), random));
  constexpr auto kSecret = crypto::SecretKeyAccess::IKnowWhatIAmDoing;
  ASSIGN_OR_RETURN(crypto::AeadKey store_key,
                   crypto::AeadKey::FromBytes(store.Seed(kSecret()), kSecret()));
  const OrgId org = crypto::Retype<OrgId>(document->id);
  return Home{dir,
              std::move(card),
              root,
              org,
              std::move(node_key),
              std::move(tls_key),
              std::move(store_key),
              noise.Seed(kSecret()),
              store.public_key(),
              noise.public_key()};
}

}  // namespace commons::node
