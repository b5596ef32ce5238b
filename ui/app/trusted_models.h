#pragma once

#include "storage/package/keyring.h"
#include "storage/store/store.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::app {

/// A model file that an administrator of this station trusts.
struct TrustedModel {
  std::string sha256;
  std::string name;
};

/// The station's own list, models/trusted.list: a line "SHA-256  NAME" for each model, then a line
/// "signature" and a minisign signature over what stands before it (docs/formats/keys.md).
std::string trusted_list_text(const std::vector<TrustedModel>& models);
/// What the list says, if one of `keys` signed it. Errors: Corrupt.
Result<std::vector<TrustedModel>> parse_trusted_list(std::string_view text,
                                                     const std::vector<package::KnownKey>& keys);

/// Digests of the models the station trusts besides those built in. Errors: Corrupt (the list was
/// altered or is signed by nobody's key here): then nothing is read rather than something wrong.
Result<std::vector<std::string>> trusted_models(store::Store& store);
/// Adds a file to the list and signs it. Needs Administrator; event "model.trusted". Errors:
/// Denied, NotFound, Corrupt (the present list), those of package::load_station_key.
Result<TrustedModel> trust_model(store::Store& store, const store::Session& by,
                                 const package::AskPassphrase& ask,
                                 const std::filesystem::path& file);

}  // namespace shiqu::app
