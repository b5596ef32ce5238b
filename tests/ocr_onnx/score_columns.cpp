// Reads the true columns of the shared pages (columns.json, tripitaka/*.json) and writes what was
// read beside the truth, one pair of files a segment set: the recogniser alone, without layout.
// "odd" and "even" are pages 1, 3, 5 … of each set and the others; folded by the shared tools'
// tables. usage: score_columns SHARED OUT_FOLDER BASE.onnx HEAD.safetensors|- KEYS.txt|-
// [LANGUAGE|- [LAMBDA OMISSION [FRESH]]]

#include "ocr/ctc.h"
#include "ocr/evaluate.h"
#include "ocr/onnx/line_reader.h"
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
#include <string>
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

std::vector<Segment> segments(const fs::path& pages) {
  std::vector<Segment> out;
  const Json columns = Json::parse(read_file(pages / "columns.json").value());
  for (const auto& [page, value] : columns.items()) {
    for (const Json& column : value["cols"]) {
      for (const Json& part : column["segs"]) {
        const bool note = part["kind"] != "m";
        out.push_back(
            {set_of(page) + (note ? "_notes" : ""), page, box_of(part["box"]), part["gt"]});
      }
    }
  }
  for (const auto& entry : fs::directory_iterator(pages / "tripitaka")) {
    if (entry.path().extension() != ".json") {
      continue;
    }
    const Json page = Json::parse(read_file(entry.path()).value());
    const std::string image = "tripitaka/" + entry.path().stem().string() + ".jpg";
    for (const Json& column : page) {
      if (column.value("ok", false)) {
        out.push_back({"tripitaka", image, box_of(column["box"]), column["gt"]});
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
  if (argc < 6) {
    return 2;
  }
  const fs::path pages = fs::path(argv[1]) / "data/pages";
  const std::string head_file = argv[4];
  const std::string keys_file = argv[5];
  const ocr::Weights head =
      head_file == "-" ? ocr::Weights{} : ocr::from_safetensors(file_bytes(head_file)).value();
  auto reader = ocr::LineReader::open(file_bytes(argv[3]), head,
                                      keys_file == "-" ? "" : read_file(keys_file).value());
  if (!reader) {
    fmt::print(stderr, "{}\n", reader.error().text());
    return 1;
  }
  ocr::CtcSettings settings;
  ocr::LanguageModel language;
  if (argc > 6 && std::string(argv[6]) != "-") {
    language = ocr::LanguageModel::load(argv[6]).value();
    settings.language.general = &language;
  }
  if (argc > 8) {
    settings.language_weight = std::atof(argv[7]);
    settings.omission_cost = std::atof(argv[8]);
  }
  if (argc > 9) {
    settings.fresh = std::atof(argv[9]);
  }
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
  std::map<std::string, imaging::DecodedImage> images;
  double seconds = 0;
  const std::vector<Segment> all = segments(pages);
  std::vector<ocr::Steps> seen;
  std::map<std::string, std::vector<std::size_t>> texts;  // of a page its columns, and its notes
  for (const Segment& segment : all) {
    if (!images.contains(segment.image)) {
      images[segment.image] = imaging::decode_file(pages / segment.image).value();
    }
    const imaging::Image column = imaging::crop(images[segment.image].image, narrowed(segment.box));
    const auto begin = std::chrono::steady_clock::now();
    seen.push_back(reader->read(column).value());
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    texts[segment.set + segment.image].push_back(seen.size() - 1);
  }
  const std::map<std::string, std::string> halves = halves_of(pages, all);
  std::vector<std::string> read(all.size());
  for (const auto& [name, columns] : texts) {
    std::vector<const ocr::Steps*> steps;
    for (const std::size_t column : columns) {
      steps.push_back(&seen[column]);
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto together = ocr::decode_together(steps, settings);
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
