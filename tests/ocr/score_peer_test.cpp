// Our figures beside those of the shared tools' own program, on the same texts.

#include "ocr/score/page_score.h"
#include "storage/base/file.h"
#include "storage/base/process.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

using namespace shiqu;
using namespace shiqu::ocr::score;
namespace fs = std::filesystem;

namespace {

fs::path shared_folder() {
  const char* const named = std::getenv("SHIQU_SHARED");
  return named != nullptr ? fs::path(named) : fs::path(SHIQU_SOURCE_DIR) / "../shared";
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char piece[4096];
  while (std::fgets(piece, sizeof piece, pipe) != nullptr) {
    out += piece;
  }
  REQUIRE(::pclose(pipe) == 0);
  return out;
}

struct Pair {
  const char* truth;
  const char* read;
};

}  // namespace

TEST_CASE("errors and lengths are those of eval.py, strict and folded") {
  const fs::path tools = shared_folder() / "tools/ocr-eval";
  if (!fs::exists(tools / "eval.py")) {
    MESSAGE("SKIPPED: no " << tools.string());
    return;
  }
  const auto variants = VariantClasses::read(tools / "fold");
  REQUIRE_OK(variants);
  const Pair pairs[] = {
      {"子曰學而時習之\n不亦說乎", "子日學而时習之\n不亦悅乎"},
      {"欽定四庫全書（右半一二/左半三四）卷一\n甲乙", "欽定四庫全書\n右半一三\n左半三四\n卷一甲乙"},
      {"眾寶爲說去棄還不\n錄録录", "衆寳為説棄去还否録錄錄"},
      {"ＡＢ１．２…○□〇甲々 #%&@・･ﾞｶﾞ\u00A0\u2003\u3000乙～＿—–\uF91D\uFA11",
       "AB12甲々#%&@乙欄﨑\u2015\u2212·｡｢｣"},
      {"（只有一邊）（右/左/更左）（甲（乙/丙）丁）\r\n尾", "只有一邊右左更左甲乙丙丁尾"},
      {"", "無中生有"},
      {"全部漏讀", ""},
      {"𠀀𠀁𪜀䶵龜亀龟", "𠀀𠀂𪜁䶵龟龜亀"},
      {"\xEF\xBB\xBF帶標記\u2028又行\x1D三", "帶標記又行三\u200B\u00AD"},
      {"株式①㈱㍻㌔", "株式1(株)平成キロ"},
  };
  TempDir folder;
  for (const Pair& pair : pairs) {
    INFO(pair.truth);
    REQUIRE_OK(replace_file(folder.path() / "t.gt.txt", pair.truth));
    REQUIRE_OK(replace_file(folder.path() / "t.txt", pair.read));
    const std::string theirs = output_of(
        fmt::format("python3 '{}' '{}' '{}'", (tools / "eval.py").string(),
                    (folder.path() / "t.txt").string(), (folder.path() / "t.gt.txt").string()));
    const PageScore ours =
        score_page(truth_of_text(pair.truth), reading_of_text(pair.read), *variants);
    INFO(theirs);
    CHECK(theirs.find(fmt::format("errors {} of {} ", ours.strict.errors, ours.strict.characters)) <
          theirs.find("folded"));
    CHECK(theirs.find(fmt::format("errors {} of {} ", ours.folded.errors, ours.folded.characters),
                      theirs.find("folded")) != std::string::npos);
  }
}
