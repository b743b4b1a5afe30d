#include "node/transport/peer_channels.h"

#include <grpc/compression.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/tls/x509.h"
#include "governance/document/refusal.h"
#include "node/log/log.h"
#include "node/transport/grpc_status.h"
#include "node/transport/peer_service.h"

namespace commons::node {
namespace {

constexpr size_t kEndpoints = 8;
constexpr absl::Duration kDialTurn = absl::Milliseconds(10);

grpc::ChannelArguments ChannelArgs(const PublicKey& tls_key, const std::string& http_proxy) {
  grpc::ChannelArguments args;
  args.SetSslTargetNameOverride(crypto::TlsNameOf(tls_key));
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  args.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10 * 1000);
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // gRPC holds its size limit against a message only once it is inflated whole.
  args.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  args.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  args.SetMaxReceiveMessageSize(limits::kPeerMessageBytes);
  args.SetMaxSendMessageSize(limits::kPeerMessageBytes);
  // gRPC obeys the environment's proxy even for 127.0.0.1.
  args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, http_proxy.empty() ? 0 : 1);
  if (!http_proxy.empty()) args.SetString(GRPC_ARG_HTTP_PROXY, http_proxy);
  return args;
}

// People read the reason beside the member's name; gRPC's own words are for the log.
absl::Status InPlainWords(const grpc::Status& status, const std::string& endpoint,
                          PeerMethod method) {
  const absl::Status detail = FromGrpc(status, absl::StrCat(endpoint, " ", PeerMethodName(method)));
  if (absl::IsPermissionDenied(detail)) {
    return governance::Refuse(
        v1::NOT_A_MEMBER,
        absl::StrCat(endpoint,
                     " does not take this organisation for a member: it was suspended, or its "
                     "admission is not known there yet"));
  }
  if (!absl::IsUnavailable(detail) && !absl::IsDeadlineExceeded(detail)) return detail;
  Log(LogLevel::kDebug, "call_failed", {{"reason", detail.message()}});
  if (absl::IsDeadlineExceeded(detail)) {
    return absl::DeadlineExceededError(absl::StrCat(endpoint, " did not answer in time"));
  }
  // What our own verifier said of the peer's key.
  const std::vector<absl::string_view> parts =
      absl::StrSplit(detail.message(), "verification check failed with error: ");
  return absl::UnavailableError(parts.size() == 2
                                    ? absl::StrCat(endpoint, " is not trusted: ", parts[1])
                                    : absl::StrCat(endpoint, " does not answer"));
}

}  // namespace

PeerChannels::PeerChannels(const OwnCertificate& own, StandingOf standing_of, const Clock* clock,
                           Options options)
    : own_(own),
      standing_of_(std::move(standing_of)),
      clock_(clock),
      options_(std::move(options)) {}
PeerChannels::~PeerChannels() = default;

std::shared_ptr<grpc::Channel> PeerChannels::ChannelTo(const PeerAddress& peer,
                                                       const std::string& endpoint) {
  std::lock_guard lock(mu_);
  std::shared_ptr<grpc::Channel>& channel = channels_[Key(peer.org, peer.tls_key, endpoint)];
  // A peer that was away may be back before the channel's back-off ends, and gRPC 1.51 does not
  // always heed a reset of it: a new channel tries at once, and knows at once that nobody is there.
  if (channel == nullptr || channel->GetState(false) == GRPC_CHANNEL_TRANSIENT_FAILURE) {
    // Only names and addresses: no other resolver of gRPC's, whatever a peer published.
    channel =
        grpc::CreateCustomChannel(absl::StrCat("dns:///", endpoint),
                                  PeerChannelCredentials(own_, standing_of_, peer.tls_key, clock_),
                                  ChannelArgs(peer.tls_key, options_.http_proxy));
  }
  return channel;
}

absl::StatusOr<PeerChannels::Line> PeerChannels::Dial(const PeerAddress& peer,
                                                      absl::Time deadline) {
  std::vector<Line> lines;
  for (size_t i = 0; i < peer.endpoints.size() && i < kEndpoints; ++i) {
    lines.push_back({peer.endpoints[i], ChannelTo(peer, peer.endpoints[i])});
    if (lines.back().channel->GetState(true) == GRPC_CHANNEL_READY) return lines.back();
  }
  if (lines.empty()) return absl::UnavailableError("no known endpoint");
  // A call to the only one finds out by itself, and in the words of its own error.
  while (lines.size() > 1) {
    for (size_t i = 0; i < lines.size() && lines.size() > 1;) {
      grpc::Channel& channel = *lines[i].channel;
      const grpc_connectivity_state state = channel.GetState(true);
      if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) {
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
        continue;
      }
      // A connection makes progress while somebody waits for it, so each gets its turn.
      const absl::Time turn = std::min(deadline, absl::Now() + kDialTurn);
      channel.WaitForStateChange(state, absl::ToChronoTime(turn));
      if (channel.GetState(true) == GRPC_CHANNEL_READY) return lines[i];
      ++i;
    }
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("none of ", lines.size(), " addresses answered in time"));
    }
  }
  return lines[0];
}

void PeerChannels::HangUp(const PeerAddress& peer, const Line& line) {
  std::lock_guard lock(mu_);
  const auto kept = channels_.find(Key(peer.org, peer.tls_key, line.endpoint));
  if (kept != channels_.end() && kept->second == line.channel) channels_.erase(kept);
}

absl::StatusOr<v1::Envelope> PeerChannels::Call(const PeerAddress& peer, PeerMethod method,
                                                const v1::Envelope& request,
                                                absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  for (bool again = false;; again = true) {
    ASSIGN_OR_RETURN(const Line line, Dial(peer, deadline));
    const bool stood = line.channel->GetState(false) == GRPC_CHANNEL_READY;
    v1::Envelope reply;
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    const grpc::Status status = CallPeer(*line.channel, method, context, request, &reply);
    if (status.ok()) return reply;
    const absl::Status told = InPlainWords(status, line.endpoint, method);
    if (!absl::IsUnavailable(told) || !stood || again || !MayComeTwice(method)) return told;
    HangUp(peer, line);
  }
}

void PeerChannels::Keep(const std::vector<PeerAddress>& current) {
  std::set<Key> keep;
  for (const PeerAddress& peer : current) {
    for (const std::string& endpoint : peer.endpoints) {
      keep.insert(Key(peer.org, peer.tls_key, endpoint));
    }
  }
  std::lock_guard lock(mu_);
  std::erase_if(channels_, [&](const auto& each) { return keep.count(each.first) == 0; });
}

}  // namespace commons::node
