#pragma once

#include "storage/package/keyring.h"
#include "storage/store/store.h"
#include "ui/app/settings.h"

#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::app {

/// The station's signing key, if it can be used without a passphrase. Errors: NotFound (none has
/// been made), Denied (it is sealed).
Result<package::StationKey> key_at_hand(store::Store& store);

/// Every public key of `keys/`, the station's own and earlier ones.
std::vector<store::HeadKey> known_keys(store::Store& store);

/// What is due after changes: a journal segment and a signed head for every `checkpoint_every`
/// entries, the head only with the key at hand. Cheap when nothing is due. Work is never refused
/// because of it: what goes wrong is logged, and `audit verify` will name it.
void upkeep(store::Store& store, const Settings& settings);

/// Signs the journal's head now with signing_key(). Errors: those of the key and of
/// Store::add_checkpoint.
Result<store::Head> sign_journal(store::Store& store, const store::Session& by,
                                 const package::AskPassphrase& ask, const std::string& reason);

/// Checks the journal against everything that has its heads: checkpoints, `heads.jsonl` of the
/// archive, of `packages/` and of the second disk, packages in `packages/`, and `against`: package
/// folders or head files. `more_keys`: public key files that are trusted beside those of `keys/`.
/// Errors: NotFound, InvalidInput (one of `against` or `more_keys`), those of the store.
Result<store::AuditReport> audit_journal(store::Store& store, const Settings& settings,
                                         const std::vector<std::filesystem::path>& against = {},
                                         const std::vector<std::filesystem::path>& more_keys = {});

}  // namespace shiqu::app
