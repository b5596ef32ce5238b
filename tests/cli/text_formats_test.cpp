#include "storage/base/file.h"
#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

/// A folder with one pressed leaf of 400 × 600 pixels.
fs::path pressed_leaf(Terminal& terminal) {
  const fs::path images = terminal.folder() / "images";
  REQUIRE(make_folders(images));
  fs::copy_file(terminal.press_leaf(2, 6, 400, 600), images / "leaf.jpg");
  return images;
}

/// An ALTO file of one column with the text `words` on a page of that size.
fs::path alto_file(Terminal& terminal, const std::string& name, const std::string& words, int width,
                   int height, const std::string& attributes = "") {
  const fs::path file = terminal.folder() / name;
  REQUIRE(write_new_file(
      file, fmt::format("<alto xmlns='http://www.loc.gov/standards/alto/ns-v4#'><Description>"
                        "<MeasurementUnit>pixel</MeasurementUnit><Processing ID='p'>"
                        "<processingSoftware><softwareName>Other</softwareName><softwareVersion>7"
                        "</softwareVersion></processingSoftware></Processing></Description><Layout>"
                        "<Page ID='g' PHYSICAL_IMG_NR='1' WIDTH='{}' HEIGHT='{}'><PrintSpace>"
                        "<TextBlock ID='b'><TextLine ID='l' BASEDIRECTION='ttb' HPOS='100' "
                        "VPOS='20' WIDTH='40' HEIGHT='200'><String CONTENT='{}' {}/></TextLine>"
                        "</TextBlock></PrintSpace></Page></Layout></alto>",
                        width, height, words, attributes)));
  return file;
}

struct Archive {
  Terminal terminal;

  Archive() {
    terminal.make_archive({"operator", "annotator", "reviewer"});
    const fs::path images = pressed_leaf(terminal);
    terminal.facts(
        {"import", images.string(), "--item", "GJ0001", "--title", "詩", "--user", "operator"});
  }

  Json take(const fs::path& file, Arguments more = {}) {
    Arguments all{"ocr", "import", "GJ0001/1", file.string(), "--user", "annotator"};
    all.insert(all.end(), more.begin(), more.end());
    return terminal.facts(all);
  }

  Json shown() { return terminal.facts({"label", "show", "GJ0001/1"}); }
};

}  // namespace

TEST_CASE("a picture is read into each format that is asked for, and an unknown one is refused") {
  Terminal terminal;
  const fs::path leaf = pressed_leaf(terminal) / "leaf.jpg";
  const fs::path out = terminal.folder() / "read";
  const Ran refused =
      terminal.run({"ocr", "read", leaf.string(), "--out", out.string(), "--format", "text,docx"});
  CHECK(refused.status == 3);
  CHECK(refused.words.find("docx") != std::string::npos);
  CHECK_FALSE(fs::exists(out));
  CHECK(terminal.facts({"ocr", "read", leaf.string(), "--out", out.string(), "--format",
                        "alto,hocr,text"})["read"] == 1);
  CHECK(read_file(out / "leaf.alto.xml").value().find("<alto ") != std::string::npos);
  CHECK(read_file(out / "leaf.hocr").value().find("ocr_page") != std::string::npos);
  CHECK_FALSE(trim(read_file(out / "leaf.txt").value()).empty());
  CHECK_FALSE(fs::exists(out / "leaf.page.xml"));
}

TEST_CASE("an imported text is a proposal of the other program, in the journal with its file") {
  Archive archive;
  const fs::path file = alto_file(archive.terminal, "other.xml", "牀前明月光", 400, 600);
  const Json made = archive.take(file);
  CHECK(made["format"] == "alto");
  CHECK(made["producer"] == "import:Other/7");
  CHECK(made["lines"] == 1);
  CHECK(made["lines_without_glyphs"] == 1);
  CHECK(made["in_force"] == true);
  CHECK(made["by_person"] == false);
  const Json shown = archive.shown();
  CHECK(shown["state"] == "proposed");
  CHECK(shown["author"] == "software:import:Other/7");
  CHECK(shown["text"]["lines"][0]["text"] == "牀前明月光");
  CHECK(shown["text"]["lines"][0]["box"] == Json({100, 20, 40, 200}));
  const Json log = archive.terminal.facts({"audit", "log"});
  const auto event = std::find_if(log["events"].begin(), log["events"].end(),
                                  [](const Json& one) { return one["action"] == "text.imported"; });
  REQUIRE(event != log["events"].end());
  CHECK((*event)["agent"] == "person:annotator");
  CHECK((*event)["detail"].dump().find("other.xml") != std::string::npos);
}

TEST_CASE("the work of a person stays in force when a machine's text is imported") {
  Archive archive;
  archive.take(alto_file(archive.terminal, "a.xml", "牀前明月光", 400, 600));
  archive.terminal.facts(
      {"label", "correct", "GJ0001/1", "1", "床前明月光", "--user", "annotator"});
  const Json made = archive.take(alto_file(archive.terminal, "b.xml", "他", 400, 600));
  CHECK(made["in_force"] == false);
  CHECK(archive.shown()["text"]["lines"][0]["text"] == "床前明月光");
}

TEST_CASE("what the file says a person corrected becomes a draft by who imports it") {
  Archive archive;
  const Json made =
      archive.take(alto_file(archive.terminal, "a.xml", "牀前明月光", 400, 600, "CS='true'"));
  CHECK(made["by_person"] == true);
  const Json shown = archive.shown();
  CHECK(shown["state"] == "drafted");
  CHECK(shown["author"] == "person:annotator");
}

TEST_CASE("a file about a picture of another size is refused, or scaled when it is a copy") {
  Archive archive;
  const std::string page = "GJ0001/1";
  const fs::path half = alto_file(archive.terminal, "half.xml", "牀前明月光", 200, 300);
  const Ran refused =
      archive.terminal.run({"ocr", "import", page, half.string(), "--user", "annotator"});
  CHECK(refused.status == 6);
  CHECK(refused.words.find("200 × 300") != std::string::npos);
  CHECK(refused.words.find("--scale") != std::string::npos);
  const fs::path other = alto_file(archive.terminal, "other.xml", "月", 300, 300);
  CHECK(archive.terminal
            .run({"ocr", "import", page, other.string(), "--scale", "--user", "annotator"})
            .status == 6);
  const Json made = archive.take(half, {"--scale"});
  CHECK(made["scaled"] == true);
  const Json shown = archive.shown();
  CHECK(shown["text"]["lines"][0]["box"] == Json({200, 40, 80, 400}));
  CHECK(shown["text"]["width_px"] == 400);
}

TEST_CASE("import needs an annotator, a file that is known and a page that exists") {
  Archive archive;
  Terminal& terminal = archive.terminal;
  const std::string file = alto_file(terminal, "a.xml", "月", 400, 600).string();
  const std::string text = (terminal.folder() / "text.txt").string();
  const auto status = [&](const std::string& page, const std::string& name, const char* user,
                          Arguments more = {}) {
    Arguments all{"ocr", "import", page, name, "--user", user};
    all.insert(all.end(), more.begin(), more.end());
    return terminal.run(all).status;
  };
  CHECK(status("GJ0001/1", file, "operator") == 4);
  CHECK(status("GJ0001/9", file, "annotator") == 3);
  CHECK(status("GJ0001/1", text, "annotator") == 6);
  CHECK(status("GJ0001/1", file, "annotator", {"--format", "page"}) == 6);
  CHECK(status("GJ0001/1", file, "annotator", {"--format", "docx"}) == 3);
  CHECK(status("GJ0001/1", file, "annotator", {"--file-page", "2"}) == 3);
}
