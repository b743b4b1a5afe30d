// What it costs to hand in a document, by how many came before.
//   documents_bench NODE [DOCUMENTS [DATASETS]]
// NODE: a node's directory in a practice lab that is up, with its people's keys. Its board signs
// that many versions of rules (10,000) for so many datasets in turn (200), and hands them in.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/papers.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/register/next_header.h"

namespace commons {
namespace {

constexpr int kBatch = 100;

double Seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

[[noreturn]] void Fail(const absl::Status& status) {
  std::fprintf(stderr, "documents_bench: %s\n", status.ToString().c_str());
  std::exit(1);
}

template <typename Value>
Value OrFail(absl::StatusOr<Value> value) {
  if (!value.ok()) Fail(value.status());
  return *std::move(value);
}

class Board {
 public:
  explicit Board(const std::string& dir)
      : client_(OrFail(clients::LocalClient::Connect(dir))),
        card_(OrFail(clients::ReadCard(clients::CardPath(dir)))),
        key_(OrFail(clients::ReadPersonKey(clients::PeopleKeyPath(dir, "board-1"), ""))),
        reg_(OrFail(clients::FetchRegister(*client_, {}))) {}

  // The next version of the rules for a dataset.
  v1::Envelope Sign(const std::string& dataset) {
    const std::string chain = governance::PolicyChain(dataset);
    v1::OwnerPolicy policy;
    v1::Header& header = *policy.mutable_header();
    header = governance::NextHeader(reg_, card_.org, chain, absl::Now());
    if (auto last = tips_.find(chain); last != tips_.end()) {
      header.set_version(last->second.version + 1);
      header.clear_prev();
      header.add_prev(last->second.id.ToBytes());
    }
    policy.set_dataset(dataset);
    policy.mutable_rule()->set_release(v1::PROTECTED);
    policy.mutable_rule()->set_noise(v1::STANDARD);
    policy.mutable_rule()->add_purposes("to measure");
    v1::Envelope envelope = governance::SignDocument(governance::kinds::kOwnerPolicy,
                                                     policy.SerializeAsString(), {&key_.key});
    tips_[chain] = {header.version(), governance::IdOf(envelope)};
    return envelope;
  }

  void HandIn(const v1::RuleFile& rules) {
    const v1::SubmitReport report = OrFail(client_->Submit(rules));
    for (const auto& entry : report.entries()) {
      if (entry.has_refusal()) Fail(absl::InternalError(entry.refusal().message()));
    }
  }

 private:
  std::unique_ptr<clients::LocalClient> client_;
  clients::Card card_;
  crypto::KeyFile key_;
  governance::Register reg_;
  std::map<std::string, governance::ChainTip> tips_;
};

void Run(const std::string& dir, int documents, int datasets) {
  Board board(dir);
  std::printf("documents before | ms each\n");
  for (int done = 0; done < documents; done += kBatch) {
    v1::RuleFile rules;
    for (int i = 0; i < kBatch; ++i) {
      *rules.add_envelopes() = board.Sign(absl::StrCat("measured-", (done + i) % datasets));
    }
    const double start = Seconds();
    board.HandIn(rules);
    if (done == 0 || (done + kBatch) % (documents / 5) == 0) {
      std::printf("%16d | %.2f\n", done, 1000 * (Seconds() - start) / kBatch);
    }
  }
}

}  // namespace
}  // namespace commons

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fprintf(stderr, "usage: documents_bench NODE [DOCUMENTS [DATASETS]]\n");
    return 2;
  }
  const int documents = argc > 2 ? std::atoi(argv[2]) : 10000;
  const int datasets = argc > 3 ? std::atoi(argv[3]) : 200;
  if (documents < 500 || datasets < 1) {
    std::fprintf(stderr, "documents_bench: at least 500 documents and one dataset\n");
    return 2;
  }
  commons::Run(argv[1], documents, datasets);
}
