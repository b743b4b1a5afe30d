#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/merkle/merkle.h"
#include "crypto/sodium.h"

namespace commons::crypto {
namespace {

constexpr size_t kNoteBytes = 8 << 10;
constexpr size_t kSignatureLines = 16;
constexpr size_t kOriginBytes = 256;
constexpr size_t kKeyIdBytes = 4;
constexpr absl::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // em dash, space

absl::Status NotACheckpoint(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("checkpoint: ", why));
}

bool IsKeyName(absl::string_view name) {
  return !name.empty() && name.size() <= kOriginBytes &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c < '\x7f' && c != '+'; });
}

// Strict: absl's decoder also takes blanks and missing padding.
absl::StatusOr<std::string> Base64(absl::string_view text) {
  std::string out;
  if (!absl::Base64Unescape(text, &out) || absl::Base64Escape(out) != text) {
    return NotACheckpoint("bad base64");
  }
  return out;
}

// c2sp.org/signed-note: SHA-256(name || 0x0A || 0x01 || public key), the first four bytes.
std::string KeyId(absl::string_view name, const PublicKey& key) {
  return Sha256(absl::StrCat(name, "\n\x01", key.view())).ToBytes().substr(0, kKeyIdBytes);
}

std::string BodyOf(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                      absl::Base64Escape(checkpoint.root.view()), "\n");
}

absl::StatusOr<Checkpoint> ParseBody(absl::string_view body) {
  const std::vector<absl::string_view> lines = absl::StrSplit(body, '\n');
  // Three lines and the nothing after the last newline.
  if (lines.size() != 4) return NotACheckpoint("expected an origin, a size and a root");
  Checkpoint out;
  if (!IsKeyName(lines[0])) return NotACheckpoint("bad origin");
  out.origin = std::string(lines[0]);
  if (!absl::SimpleAtoi(lines[1], &out.size) || absl::StrCat(out.size) != lines[1]) {
    return NotACheckpoint("bad size");
  }
  ASSIGN_OR_RETURN(const std::string root, Base64(lines[2]));
  ASSIGN_OR_RETURN(out.root, Hash32::FromBytes(root));
  return out;
}

struct NoteSignature {
  absl::string_view name;
  std::string key_id;
  std::string signature;
};

absl::StatusOr<NoteSignature> ParseSignature(absl::string_view line) {
  NoteSignature out;
  if (!absl::ConsumePrefix(&line, kSignaturePrefix)) {
    return NotACheckpoint("bad signature line");
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  if (parts.size() != 2 || !IsKeyName(parts[0])) return NotACheckpoint("bad signature line");
  out.name = parts[0];
  ASSIGN_OR_RETURN(const std::string bytes, Base64(parts[1]));
  if (bytes.size() <= kKeyIdBytes) return NotACheckpoint("bad signature line");
  out.key_id = bytes.substr(0, kKeyIdBytes);
  out.signature = bytes.substr(kKeyIdBytes);
  return out;
}

absl::StatusOr<std::vector<NoteSignature>> ParseSignatures(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, "\n")) return NotACheckpoint("no signature line");
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() > kSignatureLines) return NotACheckpoint("too many signature lines");
  std::vector<NoteSignature> out;
  for (absl::string_view line : lines) {
    ASSIGN_OR_RETURN(NoteSignature signature, ParseSignature(line));
    out.push_back(std::move(signature));
  }
  return out;
}

}  // namespace

std::string SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  internal::Require(IsKeyName(checkpoint.origin));
  const std::string body = BodyOf(checkpoint);
  return absl::StrCat(
      body, "\n", kSignaturePrefix, checkpoint.origin, " ",
      absl::Base64Escape(absl::StrCat(KeyId(checkpoint.origin, key.public_key()), key.Sign(body))),
      "\n");
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, const PublicKey& key) {
  if (note.size() > kNoteBytes) return NotACheckpoint("longer than 8 KiB");
  const size_t blank = note.find("\n\n");
  if (blank == note.npos) return NotACheckpoint("no empty line before the signatures");
  const absl::string_view body = note.substr(0, blank + 1);
  ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseBody(body));
  ASSIGN_OR_RETURN(const auto signatures, ParseSignatures(note.substr(blank + 2)));

  const std::string key_id = KeyId(checkpoint.origin, key);
  bool signed_by_key = false;
  for (const NoteSignature& s : signatures) {
    if (s.name != checkpoint.origin || s.key_id != key_id) continue;
    if (!VerifyStrict(key, body, s.signature)) {
      return absl::UnauthenticatedError("checkpoint: the signature does not verify");
    }
    signed_by_key = true;
  }
  if (!signed_by_key) return absl::UnauthenticatedError("checkpoint: not signed by this key");
  return checkpoint;
}

}  // namespace commons::crypto
