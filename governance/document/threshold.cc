#include "governance/document/threshold.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/quorum.h"
#include "governance/document/text.h"

namespace commons::governance {
namespace {

constexpr char kBoard[] = "board";  // the group that a number alone is

// Bytes above ASCII are letters of names in other languages.
bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsKeyword(absl::string_view word) {
  return absl::EqualsIgnoreCase(word, "of") || absl::EqualsIgnoreCase(word, "and");
}

struct Token {
  enum class Kind { kEnd, kWord, kQuoted, kMark } kind = Kind::kEnd;
  std::string text;
  size_t at = 0;  // first byte

  bool Is(char mark) const { return kind == Kind::kMark && text[0] == mark; }
  bool IsWord(absl::string_view word) const {
    return kind == Kind::kWord && absl::EqualsIgnoreCase(text, word);
  }
};

absl::Status Wrong(size_t at, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("threshold, character ", at + 1, ": ", what));
}

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    do {
      ASSIGN_OR_RETURN(Token token, Next());
      tokens.push_back(std::move(token));
    } while (tokens.back().kind != Token::Kind::kEnd);
    return tokens;
  }

 private:
  absl::StatusOr<Token> Next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    Token token;
    token.at = at_;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '"') return Quoted();
    token.kind = absl::StrContains("(),", c) ? Token::Kind::kMark : Token::Kind::kWord;
    if (token.kind == Token::Kind::kMark) {
      token.text = c;
      ++at_;
      return token;
    }
    while (at_ < text_.size() && IsWordByte(text_[at_])) token.text += text_[at_++];
    if (token.text.empty()) return Wrong(at_, "write labels like this in double quotes");
    return token;
  }

  absl::StatusOr<Token> Quoted() {
    Token token{Token::Kind::kQuoted, "", at_++};
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && ++at_ == text_.size()) break;
      token.text += text_[at_];
    }
    if (at_ == text_.size()) return Wrong(token.at, "a label whose closing quote is missing");
    ++at_;
    return token;
  }

  absl::string_view text_;
  size_t at_ = 0;
};

class Parser {
 public:
  Parser(std::vector<Token> tokens, const LabelledKeys& seats)
      : tokens_(std::move(tokens)), seats_(seats) {}

  absl::StatusOr<v1::Quorum> Run() {
    v1::Quorum quorum;
    if (tokens_.size() == 2 && Number(quorum)) {
      AllSeats(quorum);
      return quorum;
    }
    RETURN_IF_ERROR(Group(quorum, 1));
    if (Here().IsWord("and")) RETURN_IF_ERROR(AndMore(quorum));
    if (Here().kind != Token::Kind::kEnd) return Wrong(Here().at, "expected AND, or the end");
    return quorum;
  }

 private:
  const Token& Here(size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }

  bool Number(v1::Quorum& quorum) const {
    uint32_t k = 0;
    if (Here().kind != Token::Kind::kWord || !absl::SimpleAtoi(Here().text, &k)) return false;
    quorum.set_k(k);
    return true;
  }

  void AllSeats(v1::Quorum& quorum) const {
    quorum.set_name(kBoard);
    for (const auto& [label, key] : seats_) quorum.add_members()->set_key(key.ToBytes());
  }

  // The first group is parsed: it becomes the first of several.
  absl::Status AndMore(v1::Quorum& quorum) {
    v1::Quorum all;
    *all.add_members()->mutable_group() = std::move(quorum);
    while (Here().IsWord("and")) {
      ++next_;
      RETURN_IF_ERROR(Group(*all.add_members()->mutable_group(), 2));
    }
    all.set_k(static_cast<uint32_t>(all.members_size()));
    quorum = std::move(all);
    return absl::OkStatus();
  }

  absl::Status Group(v1::Quorum& quorum, size_t depth) {
    if (depth > limits::kQuorumDepth) return Wrong(Here().at, "groups are nested too deeply");
    if (!Number(quorum)) return Wrong(Here().at, "expected how many must sign, such as 2 of (...)");
    ++next_;
    if (!Here().IsWord("of")) return Wrong(Here().at, "expected 'of' after the number");
    ++next_;
    if (const Token& name = Here(); !name.Is('(')) {
      if (!IsName(name))
        return Wrong(name.at, "expected the group's name, or its members in (...)");
      quorum.set_name(name.text);
      ++next_;
    }
    if (!Here().Is('(')) return Wrong(Here().at, "expected the group's members in (...)");
    do {
      ++next_;
      RETURN_IF_ERROR(Member(quorum, depth));
    } while (Here().Is(','));
    if (!Here().Is(')')) return Wrong(Here().at, "expected ',' or ')' after a member");
    ++next_;
    return absl::OkStatus();
  }

  static bool IsName(const Token& token) {
    return token.kind == Token::Kind::kQuoted ||
           (token.kind == Token::Kind::kWord && !IsKeyword(token.text));
  }

  absl::Status Member(v1::Quorum& quorum, size_t depth) {
    const Token& member = Here();
    if (Here(1).IsWord("of")) return Group(*quorum.add_members()->mutable_group(), depth + 1);
    if (!IsName(member)) return Wrong(member.at, "expected a seat's label, a key or a group");
    ASSIGN_OR_RETURN(const PublicKey key, KeyOf(member));
    quorum.add_members()->set_key(key.ToBytes());
    ++next_;
    return absl::OkStatus();
  }

  absl::StatusOr<PublicKey> KeyOf(const Token& member) const {
    for (const auto& [label, key] : seats_) {
      if (label == member.text) return key;
    }
    const auto key = PublicKey::FromHex(member.text);
    if (key.ok()) return *key;
    return Wrong(member.at, absl::StrCat("no seat is named ", Quoted(member.text),
                                         ", and it is no "
                                         "key of 64 hexadecimal digits"));
  }

  std::vector<Token> tokens_;
  const LabelledKeys& seats_;
  size_t next_ = 0;
};

std::string AsWord(absl::string_view text) {
  const bool plain =
      !text.empty() && std::all_of(text.begin(), text.end(), IsWordByte) && !IsKeyword(text);
  if (plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

class Printer {
 public:
  explicit Printer(const LabelledKeys& seats) : seats_(seats) {}

  std::string All(const v1::Quorum& quorum) const {
    const auto is_group = [](const v1::Quorum::Member& member) { return member.has_group(); };
    const auto& members = quorum.members();
    const bool each = quorum.name().empty() && members.size() > 1 &&
                      quorum.k() == static_cast<uint32_t>(members.size()) &&
                      std::all_of(members.begin(), members.end(), is_group);
    if (!each) return Group(quorum);
    return absl::StrJoin(members, " AND ", [this](std::string* out, const auto& member) {
      absl::StrAppend(out, Group(member.group()));
    });
  }

 private:
  std::string Group(const v1::Quorum& quorum) const {
    const std::string name = quorum.name().empty() ? "" : AsWord(quorum.name());
    return absl::StrCat(quorum.k(), " of ", name, "(",
                        absl::StrJoin(quorum.members(), ", ",
                                      [this](std::string* out, const auto& member) {
                                        absl::StrAppend(out, Member(member));
                                      }),
                        ")");
  }

  std::string Member(const v1::Quorum::Member& member) const {
    if (member.has_group()) return Group(member.group());
    const auto key = PublicKey::FromBytes(member.key());
    if (!key.ok()) return "\"\"";
    for (const auto& [label, labelled] : seats_) {
      if (labelled == *key) return AsWord(label);
    }
    return key->ToHex();
  }

  const LabelledKeys& seats_;
};

}  // namespace

absl::StatusOr<v1::Quorum> ParseThreshold(absl::string_view text, const LabelledKeys& seats) {
  if (text.size() > kThresholdBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("threshold: longer than ", kThresholdBytesMax, " bytes"));
  }
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Lexer(text).Run());
  ASSIGN_OR_RETURN(v1::Quorum quorum, Parser(std::move(tokens), seats).Run());
  if (absl::Status valid = ValidateQuorum(quorum); !valid.ok()) {
    return absl::InvalidArgumentError(valid.message());
  }
  return quorum;
}

std::string PrintThreshold(const v1::Quorum& quorum, const LabelledKeys& seats) {
  return Printer(seats).All(quorum);
}

}  // namespace commons::governance
