// Reads the true columns of the shared pages (those of lines.json, cut by the boxes of
// columns.json) and writes what was read beside the truth, one pair of files a segment set: the
// recogniser alone, without layout. "odd" and "even" are pages 1, 3, 5 … of each set and the
// others; folded by the shared tools' tables. usage: score_columns SHARED OUT_FOLDER BASE.onnx
// HEAD.safetensors|- GLYPHS.safetensors|- KEYS.txt|- [LANGUAGE|- [NAME=NUMBER…]], NAME: lambda,
// omission, fresh, sure, weight, least, new (ocr/ctc.h, ocr/second_look.h)

#include "ocr/ctc.h"
#include "ocr/evaluate.h"
#include "ocr/onnx/column_reader.h"
#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/internal/seals.h"
#include "ocr/score/normal.h"
#include "ocr/score/texts.h"
#include "ocr/score/variants.h"
#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace shiqu;
namespace fs = std::filesystem;

struct Segment {
  std::string set;
  std::string image;
  RectPx box;
  std::string truth;
};

RectPx box_of(const Json& corners) {
  const int x = corners[0].get<int>();
  const int y = corners[1].get<int>();
  return {x, y, corners[2].get<int>() - x, corners[3].get<int>() - y};
}

/// The true boxes hold the rules beside the text; page analysis cuts closer.
RectPx narrowed(RectPx box) {
  const int cut = box.width * 8 / 100;
  return {box.x + cut, box.y, box.width - 2 * cut, box.height};
}

std::string set_of(const std::string& page) {
  return page.substr(0, page.find('/'));
}

/// A page's pixels as page analysis hands them to the recogniser: grey, without what lies around it
/// and what is no ink of the text.
imaging::Image ink_of(const fs::path& file) {
  ocr::SealLayer layer = ocr::take_seals(imaging::decode_file(file).value().image);
  ocr::remove_stipple(layer.gray);
  return std::move(layer.gray);
}

/// The lines that the shared notes measured: whole columns and note halves. Boxes of columns that
/// hold text and notes are guessed in columns.json and often miss what they name; they are left
/// out.
std::vector<Segment> segments(const fs::path& pages) {
  std::multiset<std::pair<std::string, std::string>> wanted;
  for (const Json& line : Json::parse(read_file(pages / "lines.json").value())) {
    wanted.emplace(line["page"].get<std::string>(), line["gt"].get<std::string>());
  }
  std::vector<Segment> out;
  const Json columns = Json::parse(read_file(pages / "columns.json").value());
  for (const auto& [page, value] : columns.items()) {
    for (const Json& column : value["cols"]) {
      for (const Json& part : column["segs"]) {
        const auto found = wanted.find({page, part["gt"].get<std::string>()});
        if (found == wanted.end()) {
          continue;
        }
        wanted.erase(found);
        const bool note = part["kind"] != "m";
        out.push_back(
            {set_of(page) + (note ? "_notes" : ""), page, box_of(part["box"]), part["gt"]});
      }
    }
  }
  return out;
}

/// Of each page "odd" (the first, third, … of its set) or "even".
std::map<std::string, std::string> halves_of(const fs::path& pages,
                                             const std::vector<Segment>& segments) {
  std::map<std::string, std::vector<std::string>> names;
  std::map<std::string, std::string> out;
  for (const Segment& segment : segments) {
    const std::string set = set_of(segment.image);
    if (!names.contains(set)) {
      names[set] = ocr::score::pages_with_truth(pages / set).value();
    }
    const std::string name = fs::path(segment.image).stem().string();
    const auto place = std::find(names[set].begin(), names[set].end(), name);
    out[segment.image] = (place - names[set].begin()) % 2 == 0 ? "odd" : "even";
  }
  return out;
}

std::vector<std::uint8_t> file_bytes(const fs::path& path) {
  const std::string text = read_file(path).value();
  return {text.begin(), text.end()};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    return 2;
  }
  const fs::path pages = fs::path(argv[1]) / "data/pages";
  const auto weights = [&](const std::string& file) {
    return file == "-" ? ocr::Weights{} : ocr::from_safetensors(file_bytes(file)).value();
  };
  const std::string keys_file = argv[6];
  auto lines = ocr::LineReader::open(file_bytes(argv[3]), weights(argv[4]),
                                     keys_file == "-" ? "" : read_file(keys_file).value());
  if (!lines) {
    fmt::print(stderr, "{}\n", lines.error().text());
    return 1;
  }
  std::optional<ocr::GlyphReader> glyphs;
  if (std::string(argv[5]) != "-") {
    auto opened = ocr::GlyphReader::open(weights(argv[5]));
    if (!opened) {
      fmt::print(stderr, "{}\n", opened.error().text());
      return 1;
    }
    glyphs = std::move(*opened);
  }
  ocr::CtcSettings settings;
  ocr::LanguageModel language;
  if (argc > 7 && std::string(argv[7]) != "-") {
    language = ocr::LanguageModel::load(argv[7]).value();
    settings.language.general = &language;
  }
  ocr::SecondLookSettings look;
  const std::map<std::string, double*> numbers{{"lambda", &settings.language_weight},
                                               {"omission", &settings.omission_cost},
                                               {"fresh", &settings.fresh},
                                               {"sure", &look.sure},
                                               {"weight", &look.weight},
                                               {"least", &look.least},
                                               {"new", &look.new_p}};
  for (int i = 8; i < argc; ++i) {
    const std::string given = argv[i];
    const std::size_t is = given.find('=');
    if (is == std::string::npos || !numbers.contains(given.substr(0, is))) {
      fmt::print(stderr, "unknown: {}\n", given);
      return 2;
    }
    *numbers.at(given.substr(0, is)) = std::atof(given.c_str() + is + 1);
  }
  ocr::ColumnReader reader(std::move(*lines), std::move(glyphs), look);
  fs::create_directories(argv[2]);
  const auto variants =
      ocr::score::VariantClasses::read(fs::path(argv[1]) / "tools/ocr-eval/fold").value();
  const auto folded = [&](const std::string& text) {
    return to_utf8(variants.folded(ocr::score::normal_form(text)));
  };
  std::map<std::string, ocr::CharacterErrorRate> rates;
  std::map<std::string, ocr::CharacterErrorRate> folded_rates;
  std::map<std::string, std::ofstream> read_files;
  std::map<std::string, std::ofstream> truth_files;
  std::map<std::string, imaging::Image> images;
  double seconds = 0;
  const std::vector<Segment> all = segments(pages);
  std::vector<ocr::Places> seen;
  std::map<std::string, std::vector<std::size_t>> texts;  // of a page its columns, and its notes
  for (const Segment& segment : all) {
    if (!images.contains(segment.image)) {
      images[segment.image] = ink_of(pages / segment.image);
    }
    const imaging::Image column = imaging::crop(images[segment.image], narrowed(segment.box));
    const auto begin = std::chrono::steady_clock::now();
    seen.push_back(reader.read(column, true).value());
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    texts[segment.set + segment.image].push_back(seen.size() - 1);
  }
  const std::map<std::string, std::string> halves = halves_of(pages, all);
  std::vector<std::string> read(all.size());
  for (const auto& [name, columns] : texts) {
    std::vector<const ocr::Places*> places;
    for (const std::size_t column : columns) {
      places.push_back(&seen[column]);
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto together = ocr::decode_together(places, settings);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (const ocr::ReadCharacter& character : together[i]) {
        read[columns[i]] += to_utf8(character.character);
      }
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Segment& segment = all[i];
    for (const std::string& set : {segment.set, std::string("all"), halves.at(segment.image)}) {
      rates[set] += ocr::character_error_rate(segment.truth, read[i]);
      folded_rates[set] += ocr::character_error_rate(folded(segment.truth), folded(read[i]));
    }
    const fs::path out(argv[2]);
    if (!read_files.contains(segment.set)) {
      read_files[segment.set].open(out / (segment.set + ".txt"));
      truth_files[segment.set].open(out / (segment.set + ".gt.txt"));
    }
    read_files[segment.set] << read[i] << '\n';
    truth_files[segment.set] << segment.truth << '\n';
  }
  for (const auto& [set, rate] : rates) {
    fmt::print("{:16} {:6.2f} / {:5.2f} %  ({} / {} of {}; sub {} ins {} del {})\n", set,
               100 * rate.rate(), 100 * folded_rates[set].rate(), rate.errors,
               folded_rates[set].errors, rate.characters, rate.substitutions, rate.insertions,
               rate.deletions);
  }
  fmt::print("{:.2f} ms per character\n",
             1000 * seconds / static_cast<double>(rates["all"].characters));
  return 0;
}
