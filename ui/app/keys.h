#pragma once

#include "storage/package/keyring.h"
#include "storage/store/store.h"

#include <optional>
#include <string>

namespace shiqu::app {

/// What is done to the keys of an archive, each with its event in the journal. All but make_key()
/// need an administrator. A key file is changed before the event is written: a cut between the two
/// leaves a change that `shiqu key list` shows and the journal does not.

/// Makes the station's signing key; an empty `passphrase` leaves it unsealed. Errors: those of
/// package::make_station_key.
Result<package::VerifyingKey> make_key(store::Store& store, const store::Session& by,
                                       const std::string& passphrase);
Result<package::Rotation> rotate_key(store::Store& store, const store::Session& by,
                                     const package::AskPassphrase& ask,
                                     const std::string& fresh_passphrase);
Status seal_key(store::Store& store, const store::Session& by, const package::AskPassphrase& ask,
                const std::string& fresh_passphrase);
Status add_receiver(store::Store& store, const store::Session& by,
                    const package::Receiver& receiver);
/// Makes the key that others encrypt to; returns its recipient text "age1…".
Result<std::string> make_receiving_key(store::Store& store, const store::Session& by,
                                       const std::string& passphrase);

/// Makes the key of the second signature; returns the 16 digits it is known by.
Result<std::string> make_sm2_key(store::Store& store, const store::Session& by,
                                 const std::string& passphrase);

/// The station key to sign with; where there is none yet it is made and sealed with what `ask`
/// gives. Errors: those of package::load_station_key and make_key.
Result<package::StationKey> signing_key(store::Store& store, const store::Session& by,
                                        const package::AskPassphrase& ask);

}  // namespace shiqu::app
