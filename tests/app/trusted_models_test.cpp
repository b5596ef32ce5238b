#include "ui/app/trusted_models.h"

#include "tests/support/archive.h"
#include "ui/app/keys.h"

using namespace shiqu;

TEST_CASE("the list of trusted models counts only as a key of this station signed it") {
  test::Archive archive;
  store::Store& store = archive.store;
  const auto file = archive.folder.path() / "tib.traineddata";
  REQUIRE_OK(write_new_file(file, "data"));
  CHECK(app::trusted_models(store)->empty());
  REQUIRE_OK(app::make_key(store, archive.admin, {}));
  CHECK(app::trust_model(store, archive.lead, {}, file).error().code == ErrorCode::Denied);
  const auto model = app::trust_model(store, archive.admin, {}, file);
  REQUIRE_OK(model);
  REQUIRE_OK(app::trusted_models(store));
  CHECK(app::trusted_models(store).value() == std::vector<std::string>{model->sha256});
  CHECK(store.events()->back().action == "model.trusted");

  // Signed by an earlier key, it still counts; by a stranger's key, or altered, it does not.
  REQUIRE_OK(app::rotate_key(store, archive.admin, {}, {}));
  CHECK(app::trusted_models(store)->size() == 1);
  const auto list = store.models() / "trusted.list";
  const std::string text = read_file(list).value();
  int accepted = 0;
  const auto keys = package::station_keys(store.keys());
  for (std::size_t i = 0; i < text.find("\nsignature\n"); ++i) {
    std::string altered = text;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    accepted += app::parse_trusted_list(altered, *keys) ? 1 : 0;
  }
  CHECK(accepted == 0);
  CHECK_FALSE(app::parse_trusted_list(text, {}));
  REQUIRE_OK(replace_file(list, "x"));
  CHECK(app::trusted_models(store).error().code == ErrorCode::Corrupt);
}
