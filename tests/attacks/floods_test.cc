// Too much at once: what a peer or the own people can take is bounded, and others are still served.
#include <gmock/gmock.h>
#include <signal.h>

#include <latch>
#include <list>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/dsse.h"
#include "tests/attacks/connections.h"
#include "tests/attacks/daemon_process.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

class Floods : public WithLab<v1::OPEN> {};

TEST_F(Floods, TwoHundredConnectionsThatSayNothingOrHalfAHello) {
  const auto sockets = Knock(lab->PortOf(kVictim), 200, true);
  ASSERT_EQ(sockets.size(), 200u);
  lab->ExpectStillRight();
  Intruder newcomer(*lab);  // a new connection is served as well
  EXPECT_EQ(newcomer.Outcome(kVictim, PeerMethod::kPropose,
                             newcomer.HeaderOnly(PeerMethod::kPropose, newcomer.HeaderTo(kVictim))),
            "MALFORMED");
}

TEST_F(Floods, FortyCallsThatNeverEnd) {
  Intruder intruder(*lab);
  const UnfinishedCalls calls(lab->PortOf(kVictim), intruder.tls_key, 40);
  lab->ExpectStillRight();
  EXPECT_EQ(intruder.Outcome(kVictim, PeerMethod::kPush,
                             intruder.HeaderOnly(PeerMethod::kPush, intruder.HeaderTo(kVictim))),
            "ok");
}

TEST_F(Floods, MoreProposalsThanOneMemberMayHaveOpen) {
  Intruder intruder(*lab);
  std::list<HostileQuestion> questions;
  for (size_t i = 0; i < limits::kOpenProposalsPerOrg; ++i) {
    HostileQuestion& question = questions.emplace_back(intruder);
    EXPECT_EQ(intruder.Outcome(kVictim, PeerMethod::kPropose, question.ProposalTo(kVictim)), "ok");
  }
  for (int i = 0; i < 20; ++i) {
    HostileQuestion one_more(intruder);
    EXPECT_EQ(intruder.Outcome(kVictim, PeerMethod::kPropose, one_more.ProposalTo(kVictim)),
              "BUSY");
  }
  lab->ExpectStillRight();
  questions.pop_front();  // withdrawn: there is room again
  HostileQuestion next(intruder);
  EXPECT_EQ(intruder.Outcome(kVictim, PeerMethod::kPropose, next.ProposalTo(kVictim)), "ok");
}

TEST_F(Floods, ManyMegabytesOfZerosCompressed) {
  Intruder intruder(*lab);
  const int before = MemoryMib(lab->PidOf(kVictim), "VmHWM");
  const std::string zeros(64 << 20, '\0');
  for (const PeerMethod method : {PeerMethod::kCompare, PeerMethod::kPublish}) {
    const RawReply reply = intruder.Send(kVictim, method, zeros, GRPC_COMPRESS_GZIP);
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  }
  EXPECT_LT(MemoryMib(lab->PidOf(kVictim), "VmHWM"), before + 32);
}

// Two bytes of a message, fifty of memory: in a payload, and in the envelope around it.
TEST_F(Floods, TwoMillionEmptySubMessages) {
  Intruder intruder(*lab);
  const int before = MemoryMib(lab->PidOf(kVictim), "VmHWM");
  std::string empty;
  while (empty.size() < limits::kPeerMessageBytes - 4096) empty += std::string("\x12\x00", 2);
  v1::Envelope pages = intruder.HeaderOnly(PeerMethod::kPush, intruder.HeaderTo(kVictim));
  pages.mutable_payload()->append(empty);
  for (const bool well_signed : {false, true}) {
    if (well_signed) {
      const auto signature =
          crypto::SignDsse(intruder.node_key, KindOf(PeerMethod::kPush), pages.payload());
      pages.mutable_signatures(0)->set_signature(signature.signature);
    }
    EXPECT_EQ(intruder.Outcome(kVictim, PeerMethod::kPush, pages),
              well_signed ? "MALFORMED" : "BAD_SIGNATURE");
  }
  std::string signatures;
  while (signatures.size() < limits::kPeerMessageBytes - 4096) {
    signatures += std::string("\x1a\x00", 2);
  }
  EXPECT_EQ(intruder.Send(kVictim, PeerMethod::kPush, signatures).status.error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(intruder.Send(kVictim, PeerMethod::kCompare, signatures).status.error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_LT(MemoryMib(lab->PidOf(kVictim), "VmHWM"), before + 64);
}

// A member that is stopped holds every question for a whole phase; all set out together. As many of
// one researcher as may wait for their turn, and whoever is refused keeps no place: the node is
// there for the next.
TEST_F(Floods, MoreQuestionsThanOneNodeRuns) {
  constexpr size_t kTooMany = 3;
  std::vector<Lab::Prepared> prepared;
  for (size_t i = 0; i < limits::kConcurrentQuestions + limits::kQuestionsWaitingEach + kTooMany;
       ++i) {
    prepared.push_back(lab->Prepare(kAttacker, kCount));
  }
  const int pid = lab->PidOf(kVictim);
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  std::vector<v1::Answer> answers(prepared.size());
  std::latch together(static_cast<std::ptrdiff_t>(answers.size()));
  std::vector<std::thread> askers;
  for (size_t i = 0; i < answers.size(); ++i) {
    askers.emplace_back([&, i] {
      together.arrive_and_wait();
      answers[i] = lab->Run(prepared[i]);
    });
  }
  for (std::thread& asker : askers) asker.join();
  ASSERT_EQ(kill(pid, SIGCONT), 0);
  EXPECT_TRUE(lab->IsUp(kVictim));
  size_t busy = 0;
  for (const v1::Answer& answer : answers) {
    if (answer.refusal().reason() == v1::BUSY) {
      ++busy;
      EXPECT_THAT(answer.refusal().message(), testing::HasSubstr("before yours, about "));
    }
    EXPECT_NE(answer.refusal().reason(), v1::INTERNAL) << answer.DebugString();
  }
  EXPECT_EQ(busy, kTooMany);
  EXPECT_FALSE(lab->Ask(kAttacker, kCount).has_refusal());
}

// 64 of them made the node BUSY to everybody for 50 s.
TEST_F(Floods, QuestionsThatAreNeverRun) {
  std::vector<Lab::Prepared> prepared;
  for (int i = 0; i < 100; ++i) {
    prepared.push_back(lab->Prepare(kVictim, kCount));
    ASSERT_FALSE(prepared.back().refused.has_refusal()) << i;
    prepared.back().client.reset();  // its ticket stays, its connection does not
  }
  EXPECT_FALSE(lab->Ask(kVictim, kCount).has_refusal());
}

}  // namespace
}  // namespace commons::attacks
