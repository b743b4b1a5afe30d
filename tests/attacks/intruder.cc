#include "tests/attacks/intruder.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/office/daemon/local_client.h"
#include "crypto/random.h"
#include "crypto/tls/x509.h"
#include "governance/document/document.h"
#include "governance/document/refusal.h"
#include "governance/exchange/exchange.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/open_document.h"
#include "query/peer/peer_message.h"

namespace commons::attacks {
namespace {

constexpr const char* kRequestKinds[] = {kinds::kCompare, kinds::kPull,    kinds::kPush,
                                         kinds::kPreview, kinds::kPropose, kinds::kSeal,
                                         kinds::kSubmit,  kinds::kPublish};

template <typename Reply>
v1::Reason ReasonIn(const std::string& payload) {
  Reply reply;
  EXPECT_TRUE(reply.ParseFromString(payload));
  return reply.refusal().reason();
}

v1::Reason ReasonOf(PeerMethod method, const v1::Envelope& reply) {
  const std::string& payload = reply.payload();
  switch (method) {
    case PeerMethod::kCompare:
      return ReasonIn<v1::CompareReply>(payload);
    case PeerMethod::kPull:
      return ReasonIn<v1::PullReply>(payload);
    case PeerMethod::kPush:
      return ReasonIn<v1::PushReply>(payload);
    case PeerMethod::kPreview:
      return ReasonIn<v1::PreviewReply>(payload);
    case PeerMethod::kPropose:
      return reply.payload_type() == kinds::kVote ? v1::REASON_UNSPECIFIED
                                                  : ReasonIn<v1::ProposeReply>(payload);
    case PeerMethod::kSeal:
      return ReasonIn<v1::SealReply>(payload);
    case PeerMethod::kSubmit:
      return ReasonIn<v1::SubmitReply>(payload);
    case PeerMethod::kPublish:
      break;
  }
  return ReasonIn<v1::PublishReply>(payload);
}

}  // namespace

const char* KindOf(PeerMethod method) { return kRequestKinds[static_cast<size_t>(method)]; }

std::string PathOf(PeerMethod method) {
  return absl::StrCat("/commons.v1.", method <= PeerMethod::kPush ? "Exchange/" : "Aggregation/",
                      node::PeerMethodName(method));
}

std::shared_ptr<grpc::Channel> Dial(int port, const crypto::TlsIdentity& identity) {
  grpc::ChannelArguments args;
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(
      absl::StrCat("127.0.0.1:", port),
      node::CredulousClient(identity.private_key_pem, identity.certificate_pem,
                            identity.certificate_pem),
      args);
}

RawReply SendBytes(const std::shared_ptr<grpc::Channel>& channel, PeerMethod method,
                   const std::string& bytes, grpc_compression_algorithm compression) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_compression_algorithm(compression);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(&context, PathOf(method), request, &queue);
  call->StartCall();
  grpc::ByteBuffer reply;
  RawReply result;
  call->Finish(&reply, &result.status, nullptr);
  void* tag = nullptr;
  bool done = false;
  queue.Next(&tag, &done);
  std::vector<grpc::Slice> slices;
  if (reply.Valid() && reply.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      result.bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return result;
}

Intruder::Intruder(const Lab& in, const std::string& as)
    : lab(in),
      member(as),
      node_key(in.KeyOf(as, "node")),
      tls_key(in.KeyOf(as, "tls")),
      board_key(in.KeyOf(as, "people/board-1")) {
  const auto identity = *crypto::MintTlsIdentity(tls_key, clock.Now(), absl::Hours(1));
  for (const std::string& each : lab.members()) {
    channels_[each] = Dial(lab.PortOf(each), identity);
    const auto client = clients::LocalClient::Connect(lab.DirOf(each));
    const auto status = (*client)->Status(absl::Seconds(60));
    orgs_[each] = *OrgId::FromBytes(status->org_id());
    commons_ = *CommonsId::FromBytes(status->commons_id());
  }
  LearnFrom(kVictim);
}

RawReply Intruder::Send(const std::string& to, PeerMethod method, const std::string& bytes,
                        grpc_compression_algorithm compression) {
  RawReply reply = SendBytes(channels_.at(to), method, bytes, compression);
  received += reply.bytes;
  return reply;
}

std::string Intruder::Outcome(const std::string& to, PeerMethod method,
                              const v1::Envelope& message) {
  const RawReply raw = Send(to, method, message.SerializeAsString());
  if (!raw.status.ok()) return absl::StrCat("grpc ", raw.status.error_code());
  v1::Envelope envelope;
  EXPECT_TRUE(envelope.ParseFromString(raw.bytes));
  const v1::Reason reason = ReasonOf(method, envelope);
  return reason == v1::REASON_UNSPECIFIED ? "ok" : std::string(governance::ReasonName(reason));
}

v1::PeerHeader Intruder::HeaderTo(const std::string& to) const {
  return query::MakeHeader(commons_, orgs_.at(member), orgs_.at(to), clock.Now(),
                           crypto::SystemRandom());
}

v1::Envelope Intruder::Sign(PeerMethod method, const google::protobuf::Message& message) const {
  return query::SignPeerMessage(KindOf(method), message, node_key);
}

v1::Envelope Intruder::HeaderOnly(PeerMethod method, const v1::PeerHeader& header) const {
  v1::Compare message;
  *message.mutable_header() = header;
  return Sign(method, message);
}

void Intruder::LearnFrom(const std::string& from) {
  v1::Compare compare;
  *compare.mutable_header() = HeaderTo(from);
  const auto compared =
      Ask<v1::CompareReply>(from, PeerMethod::kCompare, Sign(PeerMethod::kCompare, compare));
  logs_.clear();
  while (PullOnce(from, compared)) {
  }
  reg_ = std::make_shared<governance::Register>(governance::FoldLogs(logs_, commons_));
  ASSERT_EQ(reg_->members().size(), lab.members().size());
}

bool Intruder::PullOnce(const std::string& from, const v1::CompareReply& compared) {
  v1::Pull pull;
  for (const v1::LogHead& head : compared.heads()) {
    const uint64_t held = logs_[*OrgId::FromBytes(head.org_id())].entries.size();
    if (held >= head.size()) continue;
    v1::Pull::Range& range = *pull.add_ranges();
    range.set_org_id(head.org_id());
    range.set_from(held);
    range.set_to(head.size());
  }
  if (pull.ranges().empty()) return false;
  *pull.mutable_header() = HeaderTo(from);
  const auto pulled = Ask<v1::PullReply>(from, PeerMethod::kPull, Sign(PeerMethod::kPull, pull));
  for (const v1::LogPage& page : pulled.pages()) Took(page);
  return !pulled.pages().empty();
}

void Intruder::Took(const v1::LogPage& page) {
  governance::OrgLog& log = logs_[*OrgId::FromBytes(page.org_id())];
  for (const v1::Envelope& entry : page.entries()) {
    log.entries.push_back(
        {std::make_shared<governance::Document>(*governance::OpenDocument(entry)), clock.Now()});
  }
}

crypto::MerkleTree Intruder::TreeOf(const std::string& of) const {
  crypto::MerkleTree tree;
  for (const auto& entry : logs_.at(orgs_.at(of)).entries) {
    tree.Append(governance::LogLeaf(entry.document->envelope));
  }
  return tree;
}

v1::LogPage Intruder::PageOf(const std::string& of, const std::vector<v1::Envelope>& entries,
                             const crypto::SigningKey& key) const {
  crypto::MerkleTree tree = TreeOf(of);
  v1::LogPage page;
  page.set_org_id(orgs_.at(of).ToBytes());
  page.set_from(tree.size());
  for (const v1::Envelope& entry : entries) {
    tree.Append(governance::LogLeaf(entry));
    *page.add_entries() = entry;
  }
  page.set_checkpoint(
      crypto::SignCheckpoint({governance::LogOrigin(orgs_.at(of)), tree.size(), tree.Root()}, key));
  EXPECT_TRUE(governance::AddConsistencyProof(tree, page).ok());
  return page;
}

std::string Intruder::PushPages(const std::string& to, const std::vector<v1::LogPage>& pages) {
  v1::Push push;
  *push.mutable_header() = HeaderTo(to);
  for (const v1::LogPage& page : pages) *push.add_pages() = page;
  return Outcome(to, PeerMethod::kPush, Sign(PeerMethod::kPush, push));
}

}  // namespace commons::attacks
