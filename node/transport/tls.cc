#include "node/transport/tls.h"

#include <fcntl.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/tls/x509.h"
#include "node/log/log.h"
#include "node/log/log_limit.h"

namespace commons::node {

namespace ge = grpc::experimental;

namespace {

// Anybody may knock as often as they like.
constexpr uint64_t kRefusalLinesAMinute = 20;

// A file without a name on any disk.
class MemoryFile {
 public:
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  // A reader of path() sees the old contents or the new, never a mixture: the new file takes the
  // descriptor's place in one step.
  absl::Status Replace(absl::string_view contents) {
    const int fresh = memfd_create("commonsd-tls", MFD_CLOEXEC);
    if (fresh < 0) return absl::InternalError("TLS certificate: no memory file");
    const bool written =
        write(fresh, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size());
    if (written && fd_ < 0) {
      fd_ = fresh;
      return absl::OkStatus();
    }
    const bool placed = written && dup3(fresh, fd_, O_CLOEXEC) >= 0;
    close(fresh);
    return placed ? absl::OkStatus() : absl::InternalError("TLS certificate: cannot be written");
  }
  std::string path() const { return absl::StrCat("/proc/self/fd/", fd_); }

 private:
  int fd_ = -1;
};

class PinVerifier : public ge::ExternalCertificateVerifier {
 public:
  PinVerifier(StandingOf standing_of, PublicKey pinned, const Clock* clock)
      : standing_of_(std::move(standing_of)), pinned_(pinned), clock_(clock) {}

  bool Verify(ge::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    const absl::Status checked = Check(request->peer_cert());
    if (!checked.ok()) {
      // The other side sees only a closed connection: here is why.
      if (const auto left_out = log_limit_.Admit(clock_->Now())) {
        LogWarning("peer_refused",
                   {{"side", "server"}, {"reason", checked.message()}, {"left_out", *left_out}});
      }
    }
    *status = checked.ok()
                  ? grpc::Status::OK
                  : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, std::string(checked.message()));
    return true;
  }
  void Cancel(ge::TlsCustomVerificationCheckRequest*) override {}

 private:
  absl::Status Check(grpc::string_ref pem) const {
    ASSIGN_OR_RETURN(const PublicKey key,
                     crypto::KeyFromCertificatePem({pem.data(), pem.size()}, clock_->Now()));
    if (key != pinned_) {
      return absl::UnauthenticatedError("peer key is not the pinned one");
    }
    if (standing_of_(key) == Standing::kUnknown) {
      return absl::UnauthenticatedError(
          absl::StrCat("peer key is not in the register: ", key.ToHex()));
    }
    return absl::OkStatus();
  }

  const StandingOf standing_of_;
  const PublicKey pinned_;
  const Clock* const clock_;
  LogLimit log_limit_{kRefusalLinesAMinute};
};

}  // namespace

void PrepareGrpcEnvironment() {
  setenv("GRPC_SSL_CIPHER_SUITES", "ECDHE-RSA-AES256-GCM-SHA384", 1);
  setenv("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "100", 1);
}

class OwnCertificate::Impl {
 public:
  explicit Impl(const crypto::SigningKey& tls_key) : tls_key_(tls_key) {}

  absl::Status Renew(absl::Time now, absl::Duration lifetime) {
    ASSIGN_OR_RETURN(const crypto::TlsIdentity minted,
                     crypto::MintTlsIdentity(tls_key_, now, lifetime));
    std::lock_guard lock(mu_);
    // The private key never changes, so the pair fits together at every moment.
    if (provider_ == nullptr) RETURN_IF_ERROR(key_.Replace(minted.private_key_pem));
    RETURN_IF_ERROR(certificate_.Replace(minted.certificate_pem));
    latest_ = std::make_shared<const crypto::TlsIdentity>(minted);
    return absl::OkStatus();
  }
  std::shared_ptr<const crypto::TlsIdentity> latest() const {
    std::lock_guard lock(mu_);
    return latest_;
  }
  void StartWatching(unsigned refresh_s) {
    // Our own certificate stands in for the roots: without any, gRPC looks for the system's bundle
    // and the channel never works where there is none.
    provider_ = std::make_shared<ge::FileWatcherCertificateProvider>(
        key_.path(), certificate_.path(), certificate_.path(), refresh_s);
  }
  const std::shared_ptr<ge::CertificateProviderInterface>& provider() const { return provider_; }

 private:
  const crypto::SigningKey& tls_key_;
  mutable std::mutex mu_;
  std::shared_ptr<const crypto::TlsIdentity> latest_;
  MemoryFile key_;
  MemoryFile certificate_;
  std::shared_ptr<ge::CertificateProviderInterface> provider_;
};

OwnCertificate::OwnCertificate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OwnCertificate::~OwnCertificate() = default;

absl::StatusOr<std::unique_ptr<OwnCertificate>> OwnCertificate::Create(
    const crypto::SigningKey& tls_key, absl::Time now, unsigned refresh_s) {
  auto impl = std::make_unique<Impl>(tls_key);
  RETURN_IF_ERROR(impl->Renew(now, kLifetime));
  impl->StartWatching(refresh_s);
  return std::unique_ptr<OwnCertificate>(new OwnCertificate(std::move(impl)));
}

std::shared_ptr<const crypto::TlsIdentity> OwnCertificate::latest() const {
  return impl_->latest();
}

absl::Status OwnCertificate::Renew(absl::Time now, absl::Duration lifetime) {
  return impl_->Renew(now, lifetime);
}

std::shared_ptr<grpc::ChannelCredentials> PeerChannelCredentials(const OwnCertificate& own,
                                                                 StandingOf standing_of,
                                                                 const PublicKey& pinned,
                                                                 const Clock* clock) {
  ge::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(own.impl().provider());
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      ge::ExternalCertificateVerifier::Create<PinVerifier>(std::move(standing_of), pinned, clock));
  return ge::TlsCredentials(options);
}

}  // namespace commons::node
