#include "ocr/press/press.h"
#include "storage/base/channel.h"
#include "storage/base/text.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <optional>

namespace {

using namespace shiqu;
using namespace shiqu::ocr;

struct Arguments {
  std::string out;
  int pages = 1;
  std::string style = "ming";
  std::string ageing = "light";
  std::vector<std::string> strengths;
  std::string text;
  std::string title;
  std::string format = "jpg";
  std::string leaf = "half";
  double notes = -1;
  bool columns_only = false;
  bool no_seal = false;
  bool json = false;
  PressOptions page;
};

void declare(CLI::App& app, Arguments& a) {
  app.add_option("--out", a.out, "folder for the pages; made when missing")->required();
  app.add_option("--pages", a.pages, "number of pages")->check(CLI::Range(1, 9999));
  app.add_option("--seed", a.page.seed, "the same seed gives the same pages");
  app.add_option("--style", a.style, "ming, kai or mixed");
  app.add_option("--ageing", a.ageing, "none, light or strong");
  app.add_option("--strength", a.strengths,
                 "NAME=0…1, changes one strength: paper light show_through bleed loss rules skew "
                 "curvature noise");
  app.add_option("--text", a.text,
                 "UTF-8 file, one paragraph a line; （…） becomes small notes; "
                 "default: Tang poems");
  app.add_option("--title", a.title, "short title in the centre strip");
  app.add_option("--notes", a.notes, "share of sentences that get a small note, 0…1")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--format", a.format, "jpg, png or tif");
  app.add_option("--leaf", a.leaf, "half or full")->check(CLI::IsMember({"half", "full"}));
  app.add_option("--width", a.page.width_px, "px");
  app.add_option("--height", a.page.height_px, "px");
  app.add_option("--columns", a.page.columns, "columns of a half leaf");
  app.add_option("--rows", a.page.rows, "characters of a column");
  app.add_option("--dpi", a.page.dpi, "resolution written into the files");
  app.add_option("--rare", a.page.rare, "rare characters (CJK Extension B) on each page");
  app.add_option("--skew", a.page.skew_deg, "exact skew in degrees");
  app.add_option("--fonts", a.page.font_folder, "folder with the fonts");
  app.add_option("--head-notes", a.page.head_notes, "columns of small notes above the frame");
  app.add_option("--glosses", a.page.glosses, "small notes to the right of the text");
  app.add_option("--head-line", a.page.head_line, "horizontal text above the frame");
  app.add_flag("!--no-rules", a.page.rules, "no rules between the columns");
  app.add_option("--band", a.page.band, "horizontal text inside the frame, a line each");
  app.add_option("--band-row", a.page.band_row, "rows of the columns above the band");
  app.add_option("--band-columns", a.page.band_columns, "columns it takes, the last ones; 0: all");
  app.add_flag("--figure", a.page.figure, "a drawing in the place of four columns");
  app.add_flag("--no-seal", a.no_seal, "never a red seal");
  app.add_flag("--columns-only", a.columns_only, "write each column as an image of its own");
  app.add_flag("--json", a.json, "print one JSON line with the files written");
}

Status apply(Arguments& a) {
  SHIQU_TRY_ASSIGN(a.page.style, press_style_from(a.style));
  SHIQU_TRY_ASSIGN(a.page.ageing, ageing_preset(a.ageing));
  for (const std::string& one : a.strengths) {
    const std::size_t equals = std::min(one.find('='), one.size());
    double value = -1;
    const char* const first = one.data() + std::min(equals + 1, one.size());
    const char* const last = one.data() + one.size();
    if (std::from_chars(first, last, value).ptr != last || first == last) {
      return fail(ErrorCode::InvalidInput, "read --strength", one, "NAME=NUMBER is wanted");
    }
    SHIQU_TRY(set_strength(a.page.ageing, std::string_view(one).substr(0, equals), value));
  }
  a.page.leaf = a.leaf == "full" ? Leaf::Full : Leaf::Half;
  a.page.seal = !a.no_seal;
  a.page.strip_title = !a.title.empty() ? a.title : a.text.empty() ? "唐詩三百首" : "";
  return {};
}

Result<std::vector<Paragraph>> text_for(const Arguments& a) {
  SHIQU_TRY_ASSIGN(std::vector<Paragraph> text,
                   a.text.empty() ? tang_poems() : paragraphs_from_file(a.text));
  const double share = a.notes >= 0 ? a.notes : a.text.empty() ? 0.25 : 0;
  if (share > 0) {
    text = with_quoted_notes(text, share, a.page.seed);
  }
  return a.text.empty() ? started_anywhere(text, a.page.seed) : text;
}

Result<std::vector<std::string>> press_all(Arguments& a) {
  SHIQU_TRY(apply(a));
  SHIQU_TRY_ASSIGN(const PressFormat format, press_format_from(a.format));
  SHIQU_TRY_ASSIGN(const std::vector<Paragraph> text, text_for(a));
  std::vector<std::string> files;
  TextPosition at;
  const std::uint64_t seed = a.page.seed;
  for (int number = 1; number <= a.pages; ++number) {
    PressOptions options = a.page;
    options.page_number = number;
    options.seed = seed * 10000 + static_cast<std::uint64_t>(number);
    SHIQU_TRY_ASSIGN(const PressedPage page, press_page(options, text, at));
    const std::string name = fmt::format("page-{:04}", number);
    SHIQU_TRY_ASSIGN(const std::vector<std::filesystem::path> written,
                     a.columns_only ? write_lines(page, a.out, name, format)
                                    : write_page(page, a.out, name, format));
    for (const std::filesystem::path& file : written) {
      files.push_back(file.string());
    }
    at = page.text_ended ? TextPosition{} : page.next;  // more pages than text: begin again
  }
  return files;
}

int exit_status(const Error& error) {
  return error.code == ErrorCode::InvalidInput ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Typesets classical Chinese text as woodblock leaves with exact ground truth.",
               "shiqu-press");
  declare(app, arguments);
  CLI11_PARSE(app, argc, argv);
  const auto files = press_all(arguments);
  if (!files) {
    fmt::print(stderr, "shiqu-press: {}\n", files.error().text());
    return exit_status(files.error());
  }
  if (arguments.json) {
    fmt::print("{}\n", Json{{"files", *files}}.dump());
  } else {
    for (const std::string& file : *files) {
      fmt::print("{}\n", file);
    }
  }
  return 0;
}
