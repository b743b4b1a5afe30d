// What reaches a member from the others, read after TLS: in one protected question, in comparing
// and pulling, and what they push by themselves while one of them imports. No planted word of an
// identifier, hidden or skipped column is in it.
#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "crypto/random.h"
#include "governance/document/payload_types.h"
#include "node/transport/servers.h"
#include "node/transport/tls.h"
#include "query/asker/asker.h"
#include "query/member/contributor.h"
#include "query/peer/peer_message.h"
#include "query/question/cell_space.h"
#include "query/testing/federation.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

class Wire : public WithLab<v1::PROTECTED> {};

// The word as bytes: as it is, in other cases, UTF-16, hex, and base64 at its three alignments.
std::vector<std::string> FormsOf(const std::string& word) {
  std::string wide;
  for (const char c : word) wide += {c, '\0'};
  const std::string hex = absl::BytesToHexString(word);
  std::vector<std::string> forms = {
      word, absl::AsciiStrToLower(word), absl::AsciiStrToUpper(word), wide,
      hex,  absl::AsciiStrToUpper(hex)};
  for (const size_t shift : {0, 1, 2}) {
    const std::string encoded = absl::Base64Escape(std::string(shift, '\0') + word);
    const size_t from = shift == 0 ? 0 : shift + 1;
    forms.push_back(encoded.substr(from, encoded.size() - 4 - from));
  }
  return forms;
}

void ExpectNothingPlanted(const std::string& bytes) {
  for (const std::string& canary : kCanaries) {
    for (const std::string& form : FormsOf(canary)) {
      EXPECT_FALSE(absl::StrContains(bytes, form)) << form;
    }
  }
}

TEST_F(Wire, TheSearchFindsWhatIsThere) {
  for (const std::string& word : {std::string("Female"), kCanaries[0]}) {
    const std::string text = absl::StrCat("..", word, "7,");
    for (const std::string& bytes :
         {text, absl::Base64Escape(text), absl::Base64Escape(text.substr(1)),
          absl::Base64Escape(text.substr(2)), absl::BytesToHexString(text)}) {
      const auto forms = FormsOf(word);
      EXPECT_TRUE(std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
        return absl::StrContains(bytes, form);
      })) << bytes;
    }
  }
}

TEST_F(Wire, AProtectedQuestionAndAllDocuments) {
  Intruder node(*lab);
  const auto reg = std::make_shared<const governance::Register>(node.reg());
  static constexpr PeerMethod kMethods[] = {PeerMethod::kPreview, PeerMethod::kPropose,
                                            PeerMethod::kSeal, PeerMethod::kSubmit,
                                            PeerMethod::kPublish};
  const TempDir dir;
  const auto db = *storage::Database::Open(dir / "db");
  const auto ledger = *storage::Ledger::Open(*db);
  storage::ReleaseStore releases(*db);
  const auto audit_log = *storage::AuditLog::Open(*db);
  query::AuditTrail audit(audit_log.get());
  query::MemberContext context{};
  context.org = node.OrgOf(kAttacker);
  context.noise_secret = std::string(32, 'n');
  context.ledger = ledger.get();
  context.releases = &releases;
  context.audit = &audit;
  context.execute = [](const v1::Question& question, const v1::Standard& standard,
                       const Hash32&) -> absl::StatusOr<query::LocalPartials> {
    return query::LocalPartials{
        std::vector<absl::int128>(query::CellSpace(question, standard).values()), 1};
  };
  context.current_edition = [](absl::string_view) { return 1; };
  context.node_key = &node.node_key;
  context.reg = [&] { return reg; };
  context.ready = [] { return absl::OkStatus(); };
  context.clock = &node.clock;
  context.random = &crypto::SystemRandom();
  // The asking node's own contribution does not cross the wire.
  query::Contributor own(context);
  query::Asker asker(context, [&](query::Phase phase, const auto& messages, absl::Duration) {
    std::vector<query::Incoming> replies;
    for (const query::Outgoing& each : messages) {
      if (each.to == context.org) {
        replies.push_back(
            {query::testing::Federation::Deliver1(own, phase, each.message), absl::ZeroDuration()});
        continue;
      }
      v1::Envelope reply;
      reply.ParseFromString(node.Send(reg->FindMember(each.to)->name,
                                      kMethods[static_cast<size_t>(phase)],
                                      each.message.SerializeAsString())
                                .bytes);
      replies.push_back({std::move(reply), absl::ZeroDuration()});
    }
    return replies;
  });
  const crypto::SigningKey researcher = lab->Researcher();
  v1::PrepareRequest request;
  request.set_sql(kCount);
  request.set_researcher(researcher.public_key().ToBytes());
  const size_t before = node.received.size();
  const auto ready = asker.Prepare(request);
  ASSERT_TRUE(ready.ok()) << ready.status();
  const v1::Answer answer =
      asker.Run(*ready, researcher.Sign(governance::ResearcherMessage(ready->query_id)), false);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(answer.signatures_size(), 3);
  EXPECT_GT(node.received.size(), before + 2 * 4 * 64);  // four replies of each other member
  for (const char* member : {kBystander, kVictim}) node.LearnFrom(member);
  EXPECT_TRUE(absl::StrContains(node.received, "Female"));  // the common definition is public
  ExpectNothingPlanted(node.received);
}

TEST_F(Wire, WhatMembersPushWhileOneImports) {
  Intruder node(*lab);
  ASSERT_TRUE(lab->StopMember(kAttacker));
  const auto certificate = node::OwnCertificate::Create(node.tls_key, node.clock.Now());
  std::mutex mu;
  std::condition_variable came;
  std::string received;
  uint64_t newest_edition = 0;
  // A member that has nothing yet: everybody pushes all there is, again and again.
  auto server = node::PeerServer::Start(
      absl::StrCat("127.0.0.1:", lab->PortOf(kAttacker)),
      {[&] { return (*certificate)->latest(); },
       [](const PublicKey&) { return node::Standing::kMember; }, &node.clock},
      [&](PeerMethod method, const v1::Envelope& request) {
        std::lock_guard lock(mu);
        received += request.SerializeAsString();
        v1::Push push;
        push.ParseFromString(request.payload());
        for (const v1::LogPage& page : push.pages()) {
          for (const v1::Envelope& entry : page.entries()) {
            v1::Manifest manifest;
            if (entry.payload_type() != kinds::kManifest) continue;
            manifest.ParseFromString(entry.payload());
            newest_edition = std::max(newest_edition, manifest.epoch());
          }
        }
        came.notify_all();
        const bool push_reply = method == PeerMethod::kPush;
        v1::Compare to;
        to.ParseFromString(request.payload());
        v1::CompareReply reply;  // a PushReply of nothing but a header is the same bytes
        for (const std::string& member : kMembers) {
          if (node.OrgOf(member).ToBytes() == to.header().sender()) {
            *reply.mutable_header() = node.HeaderTo(member);
          }
        }
        return query::SignPeerMessage(push_reply ? kinds::kPushReply : kinds::kCompareReply, reply,
                                      node.node_key);
      });
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE(lab->Commons(absl::StrCat("dataset import --dir ", lab->DirOf(kBystander),
                                        " --dataset visits --data ", lab->DataOf(kBystander))));
  {
    std::unique_lock lock(mu);
    EXPECT_TRUE(came.wait_for(lock, std::chrono::seconds(30), [&] { return newest_edition >= 2; }))
        << "the new edition was never announced";
    EXPECT_TRUE(absl::StrContains(received, "Female"));
    ExpectNothingPlanted(received);
  }
  (*server)->Shutdown(absl::Seconds(1));
  server->reset();
  EXPECT_TRUE(lab->StartMember(kAttacker));
}

}  // namespace
}  // namespace commons::attacks
