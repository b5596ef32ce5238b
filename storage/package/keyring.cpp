#include "storage/package/keyring.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/text.h"
#include "storage/package/recipient.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestKeyFile = 4096;
constexpr const char* kHandover = "successor of this station key";

Status write_private(const fs::path& file, std::string_view content) {
  const FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) {
    return fail_errno(errno, "make key file", file.string());
  }
  if (::write(fd.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
      ::fsync(fd.get()) != 0) {
    const int error = errno;
    ::unlink(file.c_str());  // half a key is no key
    return fail_errno(error, "write key file", file.string());
  }
  return sync_folder(file.parent_path());
}

/// In one step: the file is the old one or the new one after a cut.
Status replace_private(const fs::path& file, std::string_view content) {
  const fs::path fresh = file.string() + ".new";
  std::error_code error;
  fs::remove(fresh, error);  // of an attempt that was cut
  SHIQU_TRY(write_private(fresh, content));
  fs::rename(fresh, file, error);
  if (error) {
    return fail_errno(error.value(), "replace key file", file.string());
  }
  return sync_folder(file.parent_path());
}

Result<std::string> read_private(const fs::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) {
    return fail_errno(errno, "open key", file.string());
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::Denied, "open key", file.string(),
                "other people may read it: set mode 0600");
  }
  return read_file(file, kLargestKeyFile);
}

Result<std::vector<std::uint8_t>> unseal(const SealedKey& key, KeyKind kind, const fs::path& file,
                                         const AskPassphrase& ask) {
  if (key.kind != kind) {
    return fail(ErrorCode::InvalidInput, "open key", file.string(), "a key of another kind");
  }
  if (!ask) {
    return fail(ErrorCode::Denied, "open key", file.string(), "it is sealed by a passphrase");
  }
  SHIQU_TRY_ASSIGN(std::string passphrase, ask());
  auto secret = open_key(key, passphrase);
  wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
  return secret;
}

/// What a sealed SM2 key says of its public half, which is longer than the field for it: its
/// SHA-256.
PublicKey fingerprint(const Sm2PublicKey& key) {
  PublicKey out{};
  const auto bytes = from_hex(sha256_hex(key.pem()));
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

Result<std::string> secret_text(const StationKey& key, const std::string& passphrase) {
  if (passphrase.empty()) {
    return unsealed_key_text(key);
  }
  SHIQU_TRY_ASSIGN(const SealedKey sealed,
                   seal_key(KeyKind::Signing, key.id, key.signing.public_key(),
                            key.signing.secret_bytes(), passphrase));
  return text_of(sealed);
}

/// Public half and form of station.key, without a passphrase.
Result<KnownKey> current_key(const fs::path& folder) {
  const fs::path file = folder / "station.key";
  SHIQU_TRY_ASSIGN(const std::string text, read_private(file));
  if (!is_sealed_key(text)) {
    SHIQU_TRY_ASSIGN(const StationKey key, parse_unsealed_key(text, file.string()));
    return KnownKey{key.verifying(), true, false, false};
  }
  SHIQU_TRY_ASSIGN(const SealedKey key, parse_sealed_key(text, file.string()));
  return KnownKey{{key.id, key.public_key}, true, true, false};
}

/// past/ID.pub with past/ID.next (a public key file) and past/ID.next.minisig.
Result<KnownKey> past_key(const fs::path& file) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, kLargestKeyFile));
  KnownKey out;
  SHIQU_TRY_ASSIGN(out.key, parse_public_key(text));
  fs::path next = file;
  next.replace_extension(".next");
  const auto successor = read_file(next, kLargestKeyFile);
  const auto signature = read_file(next.string() + ".minisig", kLargestKeyFile);
  out.handed_over = successor && signature && parse_public_key(*successor) &&
                    verify_text_signature(out.key, *successor, *signature, next.string());
  return out;
}

/// A handover counts only when it leads to a key that is known.
bool successor_known(const fs::path& past, const KnownKey& key, const std::vector<KnownKey>& all) {
  const auto text = read_file(past / (text_of(key.key.id) + ".next"), kLargestKeyFile);
  const auto next = text ? parse_public_key(*text) : Result<VerifyingKey>(VerifyingKey{});
  return next &&
         std::any_of(all.begin(), all.end(), [&](const KnownKey& one) { return one.key == *next; });
}

bool is_receiver_name(const std::string& name) {
  return name.size() >= 2 && name.size() <= 64 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

constexpr std::string_view kGradeComment = "# grade: ";

/// A file of add_receiver, without the name.
Result<Receiver> parse_receiver(const std::string& text) {
  Receiver out;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view trimmed = trim(line);
    if (trimmed.starts_with(kGradeComment)) {
      model::Grade grade = model::Grade::Ungraded;
      if (!model::grade_from(trimmed.substr(kGradeComment.size()), grade)) {
        return fail(ErrorCode::InvalidInput, "read receiver", line, "no such grade");
      }
      out.grade = grade;
    } else if (!trimmed.empty() && trimmed.front() != '#') {
      if (!out.recipient.empty()) {
        return fail(ErrorCode::InvalidInput, "read receiver", line, "more than one key");
      }
      out.recipient = std::string(trimmed);
    }
  }
  SHIQU_TRY(parse_recipient(out.recipient));
  return out;
}

}  // namespace

Result<StationKey> make_station_key(const fs::path& folder, const std::string& passphrase) {
  SHIQU_TRY(make_folders(folder));
  StationKey key = new_station_key();
  SHIQU_TRY_ASSIGN(const std::string text, secret_text(key, passphrase));
  SHIQU_TRY(write_private(folder / "station.key", text));
  SHIQU_TRY(replace_file(folder / "station.pub", public_key_text(key.verifying())));
  return key;
}

Result<StationKey> load_station_key(const fs::path& folder, const AskPassphrase& ask) {
  const fs::path file = folder / "station.key";
  SHIQU_TRY_ASSIGN(const std::string text, read_private(file));
  if (!is_sealed_key(text)) {
    return parse_unsealed_key(text, file.string());
  }
  SHIQU_TRY_ASSIGN(const SealedKey sealed, parse_sealed_key(text, file.string()));
  SHIQU_TRY_ASSIGN(auto secret, unseal(sealed, KeyKind::Signing, file, ask));
  auto signing = SigningKey::from_bytes(secret);
  wipe(secret);
  if (!signing) {
    return fail(signing.error());
  }
  return StationKey{sealed.id, std::move(*signing)};
}

Status seal_station_key(const fs::path& folder, const AskPassphrase& ask,
                        const std::string& fresh_passphrase) {
  SHIQU_TRY_ASSIGN(const StationKey key, load_station_key(folder, ask));
  SHIQU_TRY_ASSIGN(const std::string text, secret_text(key, fresh_passphrase));
  return replace_private(folder / "station.key", text);
}

Result<Rotation> rotate_station_key(const fs::path& folder, const AskPassphrase& ask,
                                    const std::string& fresh_passphrase) {
  SHIQU_TRY_ASSIGN(const StationKey old, load_station_key(folder, ask));
  const StationKey fresh = new_station_key();
  SHIQU_TRY_ASSIGN(const std::string secret, secret_text(fresh, fresh_passphrase));
  const std::string public_text = public_key_text(fresh.verifying());
  SHIQU_TRY_ASSIGN(const std::string handover,
                   sign_text(old, public_text, kHandover, "handover of a station key"));
  const fs::path past = folder / "past";
  const std::string id = text_of(old.id);
  SHIQU_TRY(make_folders(past));
  SHIQU_TRY(replace_file(past / (id + ".next"), public_text));
  SHIQU_TRY(replace_file(past / (id + ".next.minisig"), handover));
  SHIQU_TRY(replace_file(past / (id + ".pub"), public_key_text(old.verifying())));
  SHIQU_TRY(replace_private(folder / "station.key", secret));
  SHIQU_TRY(replace_file(folder / "station.pub", public_text));
  return Rotation{old.verifying(), fresh.verifying()};
}

Result<std::vector<KnownKey>> station_keys(const fs::path& folder) {
  std::vector<KnownKey> out;
  if (fs::exists(folder / "station.key")) {
    SHIQU_TRY_ASSIGN(const KnownKey current, current_key(folder));
    out.push_back(current);
  }
  const fs::path past = folder / "past";
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(past, none)) {
    if (entry.path().extension() == ".pub") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    SHIQU_TRY_ASSIGN(const KnownKey key, past_key(file));
    // After a cut between the two steps of a rotation the old key is still in force.
    if (out.empty() || key.key != out.front().key) {
      out.push_back(key);
    }
  }
  for (KnownKey& key : out) {
    key.handed_over = key.handed_over && successor_known(past, key, out);
  }
  return out;
}

Status add_receiver(const fs::path& folder, const Receiver& receiver) {
  if (!is_receiver_name(receiver.name)) {
    return fail(ErrorCode::InvalidInput, "add receiver", receiver.name,
                "2 to 64 letters, digits, . _ -");
  }
  SHIQU_TRY(parse_recipient(receiver.recipient));
  SHIQU_TRY(make_folders(folder / "receivers"));
  std::string text = receiver.recipient + "\n";
  if (receiver.grade) {
    text = std::string(kGradeComment) + std::string(name_of(*receiver.grade)) + "\n" + text;
  }
  return write_new_file(folder / "receivers" / (receiver.name + ".age"), text);
}

Result<Receiver> receiver_named(const fs::path& folder, const std::string& name) {
  SHIQU_TRY_ASSIGN(const auto all, receivers(folder));
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Receiver& one) { return one.name == name; });
  if (found == all.end()) {
    return fail(ErrorCode::NotFound, "find receiver", name);
  }
  return *found;
}

Result<std::vector<Receiver>> receivers(const fs::path& folder) {
  std::vector<Receiver> out;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder / "receivers", none)) {
    if (entry.path().extension() != ".age") {
      continue;
    }
    SHIQU_TRY_ASSIGN(const std::string text, read_file(entry.path(), kLargestKeyFile));
    SHIQU_TRY_ASSIGN(Receiver receiver, parse_receiver(text));
    receiver.name = entry.path().stem().string();
    out.push_back(std::move(receiver));
  }
  std::sort(out.begin(), out.end(),
            [](const Receiver& a, const Receiver& b) { return a.name < b.name; });
  return out;
}

Result<ReceivingKey> make_receiving_key(const fs::path& folder, const std::string& passphrase) {
  SHIQU_TRY(make_folders(folder));
  ReceivingKey key = ReceivingKey::make();
  std::string text = identity_text(key) + "\n";
  if (!passphrase.empty()) {
    SHIQU_TRY_ASSIGN(const SealedKey sealed, seal_key(KeyKind::Receiving, {}, key.public_key(),
                                                      key.secret_bytes(), passphrase));
    text = text_of(sealed);
  }
  SHIQU_TRY(write_private(folder / "receiving.key", text));
  SHIQU_TRY(replace_file(folder / "receiving.pub", recipient_text(key.public_key()) + "\n"));
  return key;
}

Result<ReceivingKey> load_receiving_key(const fs::path& folder, const AskPassphrase& ask) {
  const fs::path file = folder / "receiving.key";
  SHIQU_TRY_ASSIGN(const std::string text, read_private(file));
  if (!is_sealed_key(text)) {
    return parse_identity(trim(text));
  }
  SHIQU_TRY_ASSIGN(const SealedKey sealed, parse_sealed_key(text, file.string()));
  SHIQU_TRY_ASSIGN(auto secret, unseal(sealed, KeyKind::Receiving, file, ask));
  auto key = ReceivingKey::from_bytes(secret);
  wipe(secret);
  return key;
}

Result<Sm2Key> make_sm2_key(const fs::path& folder, const std::string& passphrase) {
  SHIQU_TRY(make_folders(folder));
  SHIQU_TRY_ASSIGN(Sm2Key key, Sm2Key::make());
  SHIQU_TRY_ASSIGN(std::string text, key.pem());
  if (!passphrase.empty()) {
    SHIQU_TRY_ASSIGN(
        const SealedKey sealed,
        seal_key(KeyKind::Sm2, {}, fingerprint(key.public_key()),
                 {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, passphrase));
    wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    text = text_of(sealed);
  }
  SHIQU_TRY(write_private(folder / "sm2.key", text));
  SHIQU_TRY(replace_file(folder / "sm2.pub", key.public_key().pem()));
  return key;
}

Result<Sm2Key> load_sm2_key(const fs::path& folder, const AskPassphrase& ask) {
  const fs::path file = folder / "sm2.key";
  SHIQU_TRY_ASSIGN(const std::string text, read_private(file));
  if (!is_sealed_key(text)) {
    return Sm2Key::from_pem(text);
  }
  SHIQU_TRY_ASSIGN(const SealedKey sealed, parse_sealed_key(text, file.string()));
  SHIQU_TRY_ASSIGN(auto secret, unseal(sealed, KeyKind::Sm2, file, ask));
  auto key = Sm2Key::from_pem({reinterpret_cast<const char*>(secret.data()), secret.size()});
  wipe(secret);
  return key;
}

Result<std::string> receiving_recipient(const fs::path& folder) {
  const fs::path file = folder / "receiving.pub";
  if (!fs::exists(file)) {
    return std::string();
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, kLargestKeyFile));
  const std::string recipient(trim(text));
  SHIQU_TRY(parse_recipient(recipient));
  return recipient;
}

}  // namespace shiqu::package
