#pragma once

#include "storage/base/result.h"
#include "storage/base/sm2.h"
#include "storage/model/catalogue.h"
#include "storage/package/key_file.h"
#include "storage/package/minisign.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::package {

/// Asks for the passphrase of a sealed key when it is needed; a failed Result is handed on.
using AskPassphrase = std::function<Result<std::string>()>;

/// Makes station.key (mode 0600) and station.pub in `folder`, which is made when absent. An empty
/// `passphrase` leaves the key open to whoever reads the file (minisign's unencrypted form).
/// Errors: Exists (never overwritten), InvalidInput (passphrase), NoSpace, Denied, Io.
Result<StationKey> make_station_key(const std::filesystem::path& folder,
                                    const std::string& passphrase = {});
/// Errors: NotFound, Denied (others may read the key file; sealed and `ask` is empty; another
/// passphrase), InvalidInput (not a key), those of `ask`.
Result<StationKey> load_station_key(const std::filesystem::path& folder,
                                    const AskPassphrase& ask = {});

/// Seals station.key anew: an open one, or with another passphrase. Errors: as load and make.
Status seal_station_key(const std::filesystem::path& folder, const AskPassphrase& ask,
                        const std::string& fresh_passphrase);

struct Rotation {
  VerifyingKey from;
  VerifyingKey to;
};
/// Puts a new station key in force. The public half of the old one stays in past/, with a signature
/// of the old key over the new public key file; its secret half is gone. A cut leaves the old key
/// or the new one in force, never none. Errors: as load and make.
Result<Rotation> rotate_station_key(const std::filesystem::path& folder, const AskPassphrase& ask,
                                    const std::string& fresh_passphrase);

/// A station key as anybody sees it.
struct KnownKey {
  VerifyingKey key;
  bool current = false;
  bool sealed = false;  ///< current one only
  /// Of an earlier key: it signed its successor, which is known as well.
  bool handed_over = false;
};
/// The current key, then earlier ones. Needs no passphrase. Errors: InvalidInput (a file that is no
/// key), Io. Empty: none was made yet.
Result<std::vector<KnownKey>> station_keys(const std::filesystem::path& folder);

/// Somebody that packages are encrypted for.
struct Receiver {
  std::string name;
  std::string recipient;  ///< "age1…"
  /// Highest grade it may have; nullopt: not said.
  std::optional<model::Grade> grade = std::nullopt;
};
/// Kept as a recipients file of age, the grade in a comment.
/// Errors: InvalidInput (name: 2 to 64 of letters, digits . _ -; not a recipient), Exists.
Status add_receiver(const std::filesystem::path& folder, const Receiver& receiver);
Result<std::vector<Receiver>> receivers(const std::filesystem::path& folder);  ///< by name
/// Errors: NotFound.
Result<Receiver> receiver_named(const std::filesystem::path& folder, const std::string& name);

/// The station's own key for what others encrypt to it: receiving.key, receiving.pub ("age1…"). An
/// empty `passphrase` leaves an age identity file. Errors: as make_station_key.
Result<ReceivingKey> make_receiving_key(const std::filesystem::path& folder,
                                        const std::string& passphrase = {});
/// Errors: as load_station_key.
Result<ReceivingKey> load_receiving_key(const std::filesystem::path& folder,
                                        const AskPassphrase& ask = {});
/// The key of the second signature: sm2.key, sm2.pub (PEM). Sealed by a passphrase like the others;
/// without one it is PKCS #8. Errors: as make_station_key.
Result<Sm2Key> make_sm2_key(const std::filesystem::path& folder,
                            const std::string& passphrase = {});
/// Errors: as load_station_key.
Result<Sm2Key> load_sm2_key(const std::filesystem::path& folder, const AskPassphrase& ask = {});

/// "age1…"; empty: none was made.
Result<std::string> receiving_recipient(const std::filesystem::path& folder);

}  // namespace shiqu::package
