#include "ui/app/export_words.h"

#include "storage/package/duplicates.h"
#include "storage/package/exporter.h"
#include "storage/package/gates.h"
#include "ui/app/i18n.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace shiqu::app {
namespace {

const package::PackagedPage* page_of(const package::PackagePlan& plan,
                                     const package::GateFinding& offender) {
  const auto found = std::find_if(
      plan.pages.begin(), plan.pages.end(),
      [&](const package::PackagedPage& one) { return one.page.id.str() == offender.subject; });
  return found == plan.pages.end() ? nullptr : &*found;
}

std::string leak_words(const package::PackagePlan& plan, const package::GateFinding& offender) {
  const auto twin = std::find_if(
      plan.duplicates.begin(), plan.duplicates.end(), [&](const package::Duplicate& one) {
        return one.page == offender.page && one.other_item != plan.item.id;
      });
  return twin == plan.duplicates.end() ? offender.message
                                       : fmt::format(fmt::runtime(_("looks like page {} of {}")),
                                                     twin->other_page, twin->other_identifier);
}

}  // namespace

std::string exporter_words(const package::Exporter& exporter) {
  static const std::map<std::string_view, const char*> words = {
      {"masters", N_("the pictures as captured (TIFF), to be kept for good")},
      {"page", N_("text with its places, PAGE XML: for other OCR programs")},
      {"text", N_("plain text, a line per column")},
      {"alto", N_("text with its places, ALTO: for libraries")},
      {"hocr", N_("text with its places, hOCR: for the web")},
      {"access", N_("pictures for reading (JPEG)")},
      {"tei", N_("the item's text, TEI: for editions")},
      {"pdf", N_("pictures with text to search and copy, PDF")},
      {"iiif", N_("manifest for picture viewers, IIIF")},
      {"viewer", N_("a page to look at all of it without a network")},
      {"images", N_("the pictures of the data set")},
      {"imagefolder", N_("text of each picture, for Hugging Face")},
      {"coco", N_("regions and lines, COCO: to train page analysis")},
      {"yolo", N_("the same boxes for YOLO")},
      {"columns", N_("columns as pictures with text: to train readers")},
      {"glyphs", N_("characters as pictures: to train recognition")},
      {"webdataset", N_("everything in tar files for training on streams")},
      {"tc609", N_("records after TC609, derived")},
      {"card", N_("card of the data set: what it is, how it was made")},
      {"croissant", N_("description for data catalogues, Croissant")},
      {"frictionless", N_("description of the tables, Data Package")},
      {"dc", N_("catalogue record, Dublin Core")},
      {"record", N_("catalogue record with all pages")},
      {"events", N_("what was done, with the journal's hash chain")},
      {"quality", N_("report on the quality")},
      {"prov", N_("where all comes from, W3C PROV")},
      {"glyph-provenance", N_("who or what each character comes from")},
      {"lido", N_("record of an artifact, LIDO: for museums")},
      {"eep", N_("record after DA/T 48, derived")},
      {"redaction", N_("what was blacked out")},
      {"identifiers", N_("identifiers of item and pages")},
      {"split", N_("side of the data set")},
      {"dedup", N_("duplicates among the pages")},
      {"mets", N_("METS, PREMIS, MODS and MIX: for digital archives")},
      {"ro-crate", N_("list of all files, RO-Crate")}};
  const auto found = words.find(exporter.name());
  return found == words.end() ? std::string(exporter.purpose()) : std::string(_(found->second));
}

std::string grade_words(model::Grade grade) {
  switch (grade) {
    case model::Grade::Ungraded:
      break;
    case model::Grade::Public:
      return _("public");
    case model::Grade::Internal:
      return _("internal");
    case model::Grade::Sensitive:
      return _("sensitive");
    case model::Grade::Restricted:
      return _("restricted");
  }
  return _("not graded");
}

std::string review_words(std::string_view review) {
  static const std::map<std::string_view, const char*> words = {
      {"reviewed", N_("accepted by a second person")},
      {"accepted", N_("accepted")},
      {"submitted", N_("submitted")},
      {"drafted", N_("being corrected")},
      {"returned", N_("returned")},
      {"proposed", N_("read by the machine")},
      {"none", N_("not read yet")}};
  const auto found = words.find(review);
  return found == words.end() ? std::string(review) : std::string(_(found->second));
}

std::string side_words(std::string_view side) {
  return side == "train" ? _("train") : side == "validation" ? _("validation") : _("test");
}

std::string delivery_words(transfer::DeliveryState state) {
  switch (state) {
    case transfer::DeliveryState::Planned:
      return _("begun");
    case transfer::DeliveryState::Written:
      return _("written");
    case transfer::DeliveryState::Copied:
      return _("sent, no receipt yet");
    case transfer::DeliveryState::Delivered:
      break;
  }
  return _("delivered");
}

std::string size_words(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"kB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (size >= 1000 && unit + 1 < kUnits.size()) {
    size /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", size, size < 100 ? 1 : 0, kUnits.at(unit));
}

std::string place_words(const package::PackagePlan& plan, const package::GateFinding& offender) {
  const std::string& item = plan.item.identifier;
  if (offender.page.empty()) {
    return item;
  }
  const package::PackagedPage* page = page_of(plan, offender);
  const std::string words =
      page != nullptr && !page->page.label.empty()
          ? page->page.label
          : fmt::format(fmt::runtime(_("page {}")),
                        page != nullptr ? std::to_string(page->page.order) : offender.page);
  return fmt::format("{} · {}", item, words);
}

std::string offence_words(const package::PackagePlan& plan, const package::GateFinding& offender) {
  const package::PackagedPage* page = page_of(plan, offender);
  if (offender.gate == "unreviewed" && page != nullptr) {
    return review_words(name_of(page->page.text_state));
  }
  if (offender.gate == "personal_data" && page != nullptr && page->redacted.empty()) {
    return fmt::format(fmt::runtime(_("{} marked regions")), page->marked);
  }
  if (offender.gate == "personal_data" && page != nullptr) {
    return _("marked on an earlier frame: mark it on this one");
  }
  if (offender.gate == "text_of_other_image" && page != nullptr) {
    return fmt::format(fmt::runtime(_("the master has {} × {} px")), page->capture.width_px,
                       page->capture.height_px);
  }
  if (offender.gate == "split_leak") {
    return leak_words(plan, offender);
  }
  if (offender.gate == "above_receiver" && plan.options.receiver) {
    return fmt::format(fmt::runtime(_("graded {}, the receiver may have {}")),
                       grade_words(plan.item.grade), grade_words(*plan.options.receiver));
  }
  const package::GateRule* rule = package::gate_rule(offender.gate);
  return rule != nullptr && rule->meaning == offender.message ? std::string() : offender.message;
}

}  // namespace shiqu::app
