#include "ocr/station.h"

#include "ocr/ocr_job.h"
#include "storage/base/digest.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::ocr;
using model::PageText;

namespace {

Learning something_learnt(double after) {
  Learning out;
  out.characters = 2500;
  out.trials = {{0, 100}, {0.3, after}};
  out.best = out.trials.back();
  out.model = LanguageModel::learn(std::vector<std::string>(9, "蘅蕪苑瀟湘館"), {1, 1, 1});
  return out;
}

struct Station : test::Archive {
  /// A page that a machine has read and, with `corrected`, a person has changed.
  PageId page(int seed, PageText read, const std::vector<std::string>& corrected, bool accept) {
    const PageId id = keep(item, seed).page;
    REQUIRE(store.propose_text(store::Session::for_program(), id, read));
    if (!corrected.empty()) {
      for (std::size_t i = 0; i < corrected.size(); ++i) {
        read.lines[i].text = corrected[i];
      }
      REQUIRE(store.save_text(annotator, id, 1, read, "corrected"));
    }
    REQUIRE(store.submit_text(annotator, id));
    if (accept) {
      REQUIRE(store.review_text(reviewer, id, true, ""));
    }
    return id;
  }
  ItemId item = add_item("GJ0001");
};

}  // namespace

TEST_CASE("a station learns from accepted lines that people wrote, and from no others") {
  Station station;
  PageText read = test::page_text({"床前明月光", "疑是地上霜", "李太白集"});
  read.lines[2].kind = model::LineKind::CentreStrip;
  station.page(1, read, {"牀前明月光", "疑是地上霜", "李太白詩"}, true);
  station.page(2, test::page_text({"床前明月光"}), {"牀前看月光"}, false);
  station.page(3, test::page_text({"舉頭望明月"}), {}, true);
  const auto pages = learning_pages(station.store);
  REQUIRE_OK(pages);
  REQUIRE(pages->size() == 1);
  CHECK(pages->front().item == "GJ0001");
  CHECK(pages->front().lines == std::vector<std::string>{"牀前明月光"});
}

TEST_CASE("what was learnt is a file of its own name, an event, and in force until forgotten") {
  Station station;
  CHECK_FALSE(station_model(station.store)->has_value());
  CHECK(station_language(station.store)->sha256.empty());
  const auto kept = keep_station_model(station.store, station.lead, something_learnt(80));
  REQUIRE_OK(kept);
  CHECK(kept->share == 0.3);
  CHECK(kept->characters == 2500);
  CHECK(kept->perplexity_before == 100);
  CHECK(kept->perplexity_after == 80);
  CHECK(kept->by == "person:li");
  const auto file = station_model_file(station.store, kept->sha256);
  CHECK(sha256_hex(read_file(file).value()) == kept->sha256);
  CHECK(LanguageModel::load(file)->knows(U'蘅'));
  CHECK(station_language(station.store)->file == file);

  REQUIRE_OK(forget_station_model(station.store, station.lead));
  CHECK_FALSE(station_model(station.store)->has_value());
  CHECK(std::filesystem::exists(file));
  CHECK(forget_station_model(station.store, station.lead).error().code == ErrorCode::NotFound);
  REQUIRE_OK(keep_station_model(station.store, station.lead, something_learnt(80)));
  CHECK(station_model(station.store)->has_value());
  CHECK(station.store.verify_journal()->intact);
}

TEST_CASE("nothing is kept without gain or without a lead; a file of another content gives way") {
  Station station;
  CHECK(keep_station_model(station.store, station.reviewer, something_learnt(80)).error().code ==
        ErrorCode::Denied);
  CHECK(keep_station_model(station.store, station.lead, something_learnt(99.5)).error().code ==
        ErrorCode::InvalidInput);
  CHECK(std::filesystem::is_empty(station.store.models()));
  const std::string sha256 = sha256_hex(something_learnt(80).model.bytes());
  REQUIRE(write_new_file(station_model_file(station.store, sha256), "other"));
  REQUIRE_OK(keep_station_model(station.store, station.lead, something_learnt(80)));
  CHECK(file_digest_hex(station_model_file(station.store, sha256), DigestKind::Sha256).value() ==
        sha256);
}

TEST_CASE("a reading job says with which language it reads, and none with the ink alone") {
  EngineSettings settings;
  CHECK_FALSE(ocr_job(PageId("p"), "", settings).spec.contains("station"));
  settings.station = {"ab12", 0.3, {}};
  const Json with = ocr_job(PageId("p"), "", settings).spec;
  CHECK(with["language"] == true);
  CHECK(with["station"] == Json{{"sha256", "ab12"}, {"share", 0.3}});
  settings.language = false;
  const Json without = ocr_job(PageId("p"), "", settings).spec;
  CHECK(without["language"] == false);
  CHECK_FALSE(without.contains("station"));
}
