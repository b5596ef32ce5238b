// Measures page analysis against pages whose columns people marked.
// Usage: layout_measure PAGES_FOLDER [OVERLAY_FOLDER [PART_OF_A_NAME]]
#include "storage/imaging/codecs.h"
#include "tests/ocr/layout_truth.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <map>

namespace {

void print(const std::string& name, const fixture::LayoutScore& score) {
  fmt::print("{:36} {:4}/{:4} ({:5.1f} %)  notes {:3}/{:3}  false {:3}  order {:2}\n", name,
             score.found, score.segments, 100 * score.recall(), score.notes_found, score.notes,
             score.false_areas, score.order_errors);
}

bool write_overlay(const std::filesystem::path& folder, const fixture::TruePage& page,
                   const shiqu::ocr::PreparedPage& made) {
  std::string name = page.file;
  std::replace(name.begin(), name.end(), '/', '_');
  return static_cast<bool>(
      shiqu::imaging::write_png(folder / (name + ".areas.png"), fixture::picture_of(made)));
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.empty()) {
    fmt::print(stderr, "layout_measure PAGES_FOLDER [OVERLAY_FOLDER [PART_OF_A_NAME]]\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[0];
  std::map<std::string, std::array<fixture::LayoutScore, 2>> sets;
  std::map<std::string, int> index;
  for (fixture::TruePage& page : fixture::true_pages(folder)) {
    const auto half = static_cast<std::size_t>(index[page.set]++ % 2);
    if (arguments.size() > 2 && page.file.find(arguments[2]) == std::string::npos) {
      continue;
    }
    const auto image = shiqu::imaging::decode_file(folder / page.file);
    if (!image) {
      fmt::print(stderr, "{}: cannot be read\n", page.file);
      return 1;
    }
    fixture::shrink_to_ink(page, image->image);
    const auto start = std::chrono::steady_clock::now();
    const auto made = shiqu::ocr::prepare_page(image->image);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!made) {
      fmt::print(stderr, "{}: {}\n", page.file, made.error().what);
      return 1;
    }
    const fixture::LayoutScore score = fixture::score_layout(page, *made);
    print(fmt::format("{} {:.2f} s", page.file, took.count()), score);
    for (const shiqu::model::Region& region : made->regions) {
      if (region.kind != shiqu::model::RegionKind::Text &&
          region.kind != shiqu::model::RegionKind::CentreStrip) {
        fmt::print("    {} {},{} {} × {}\n", shiqu::model::name_of(region.kind), region.box.x,
                   region.box.y, region.box.width, region.box.height);
      }
    }
    for (const std::string& text : score.missed) {
      fmt::print("    missed {}\n", text);
    }
    sets[page.set][half].add(score);
    if (arguments.size() > 1 && !arguments[1].empty() &&
        !write_overlay(arguments[1], page, *made)) {
      return 1;
    }
  }
  for (const auto& [set, halves] : sets) {
    print(set + ", odd pages", halves[1]);
    print(set + ", even pages", halves[0]);
  }
  return 0;
}
