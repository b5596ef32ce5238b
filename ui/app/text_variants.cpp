#include "ui/app/text_variants.h"

#include "ocr/score/variants.h"

#include <memory>
#include <unordered_map>

namespace shiqu::app {

Result<store::Variants> text_variants(const std::filesystem::path& folder) {
  SHIQU_TRY_ASSIGN(const ocr::score::VariantClasses classes,
                   folder.empty() ? ocr::score::VariantClasses::of_system()
                                  : ocr::score::VariantClasses::read(folder));
  struct Table {
    std::unordered_map<char32_t, std::size_t> place;
    std::vector<std::u32string> rows;
  };
  // Shared by the copies of the function alone.
  auto table = std::make_shared<Table>();
  for (std::u32string& row : classes.classes()) {
    for (const char32_t one : row) {
      table->place[one] = table->rows.size();
    }
    table->rows.push_back(std::move(row));
  }
  return store::Variants([table](char32_t character) {
    const auto found = table->place.find(character);
    return found == table->place.end() ? std::u32string() : table->rows[found->second];
  });
}

}  // namespace shiqu::app
