#include "storage/package/payload_rules.h"

#include <algorithm>
#include <array>

namespace shiqu::package {
namespace {

constexpr std::string_view kData = "data/";
constexpr std::string_view kXml = "application/xml";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonLines = "application/jsonl";
constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kJpeg = "image/jpeg";
constexpr std::string_view kPng = "image/png";
constexpr std::string_view kHtml = "text/html";

constexpr std::array kRules = {
    PayloadRule{"masters", "masters/", ".tif", true, "image/tiff", "Capture master of one page"},
    PayloadRule{"page", "ocr/page/", ".xml", true, kXml,
                "Text of one page with places, PAGE XML 2019-07-15"},
    PayloadRule{"text", "ocr/text/", ".txt", true, kText, "Text of one page"},
    PayloadRule{"alto", "ocr/alto/", ".xml", true, "application/alto+xml",
                "Text of one page with places, ALTO 4.4"},
    PayloadRule{"hocr", "ocr/hocr/", ".html", true, "text/vnd.hocr+html",
                "Text of one page with places, hOCR 1.2"},
    PayloadRule{"tei", "ocr/tei/", ".xml", false, "application/tei+xml",
                "Text of the item with places, TEI P5"},
    PayloadRule{"access", "access/", ".jpg", true, kJpeg, "Access image of one page, sRGB"},
    PayloadRule{"pdf", "access/", ".pdf", false, "application/pdf",
                "Pages as images with their text behind, PDF"},
    PayloadRule{"dc", "metadata/dc.xml", "", false, kXml, "Catalogue record, simple Dublin Core"},
    PayloadRule{"record", "metadata/record.json", "", false, kJson, "Catalogue record"},
    PayloadRule{"mets", "metadata/mets.xml", "", false, kXml,
                "METS 1.12.1 with MODS 3.8, PREMIS 3.0 and MIX 2.0"},
    PayloadRule{"lido", "metadata/lido.xml", "", false, kXml, "Object record, LIDO 1.1"},
    PayloadRule{"eep", "metadata/eep.xml", "", false, kXml,
                "Record after DA/T 48-2009, derived, unverified"},
    PayloadRule{"iiif", "metadata/iiif-manifest.json", "", false, "application/ld+json",
                "IIIF Presentation 3.0 manifest"},
    PayloadRule{"viewer", "viewer.html", "", false, kHtml,
                "Page to look at images and text without a network"},
    PayloadRule{"events", "provenance/events.jsonl", "", false, kJsonLines,
                "Extract of the journal with its hash chain"},
    PayloadRule{"prov", "provenance/prov.jsonld", "", false, "application/ld+json",
                "Provenance, W3C PROV-O"},
    PayloadRule{"glyph-provenance", "provenance/glyphs/", ".jsonl", true, kJsonLines,
                "Who or what each character of one page comes from"},
    PayloadRule{"quality", "reports/quality.json", "", false, kJson,
                "Report on the quality of the package"},
    PayloadRule{"redaction", "reports/redaction.json", "", false, kJson,
                "What was blacked out in pictures and text"},
    PayloadRule{"identifiers", "metadata/identifiers.json", "", false, kJson,
                "Identifiers of item and pages"},
    PayloadRule{"split", "reports/split.json", "", false, kJson,
                "Side of the data set that the item stands on"},
    PayloadRule{"dedup", "reports/dedup.json", "", false, kJson,
                "Exact and near duplicates of its pages"},
    PayloadRule{"images", "dataset/images/", ".jpg", true, kJpeg, "Image of one page, sRGB"},
    PayloadRule{"imagefolder", "dataset/metadata.jsonl", "", false, kJsonLines,
                "Text and facts of each image of the folder"},
    PayloadRule{"coco", "dataset/coco.json", "", false, kJson, "Regions and lines, COCO"},
    PayloadRule{"yolo", "dataset/labels/", ".txt", true, kText, "Regions of one page, YOLO"},
    PayloadRule{"yolo", "dataset/yolo.yaml", "", false, "application/yaml", "Classes, YOLO"},
    PayloadRule{"columns", "dataset/columns/", ".png", false, kPng, "Image of one column"},
    PayloadRule{"columns", "dataset/columns/", ".gt.txt", false, kText, "Text of one column"},
    PayloadRule{"columns", "dataset/columns/metadata.jsonl", "", false, kJsonLines,
                "Text and facts of each column"},
    PayloadRule{"glyphs", "dataset/glyphs/metadata.jsonl", "", false, kJsonLines,
                "Character and facts of each picture"},
    PayloadRule{"glyphs", "dataset/glyphs/", ".png", false, kPng, "Image of one character"},
    PayloadRule{"webdataset", "dataset/shards/", ".tar", false, "application/x-tar",
                "Pages as image, text and facts, WebDataset"},
    PayloadRule{"tc609", "dataset/records.tc609.jsonl", "", false, kJsonLines,
                "Records in the style of TC609-5-2025-02, derived"},
    PayloadRule{"card", "dataset/README.md", "", false, "text/markdown", "Card of the data set"},
    PayloadRule{"croissant", "dataset/croissant.json", "", false, "application/ld+json",
                "Description of the data set, Croissant 1.1 with RAI 1.0"},
    PayloadRule{"frictionless", "dataset/datapackage.json", "", false, kJson,
                "Description of the data set, Data Package 2.0"},
    PayloadRule{"delta", "delta.json", "", false, kJson, "What a delta changes"},
    PayloadRule{"delta", "full-tags/", ".txt", false, kText, "Root file of the full package"},
    PayloadRule{"ro-crate", "ro-crate-metadata.json", "", false, "application/ld+json",
                "RO-Crate 1.2"},
};

bool is_number(std::string_view text) noexcept {
  return text.size() >= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool fits(const PayloadRule& rule, std::string_view path) noexcept {
  if (rule.ending.empty()) {
    return path == rule.folder;
  }
  if (!path.starts_with(rule.folder) || !path.ends_with(rule.ending) ||
      path.size() <= rule.folder.size() + rule.ending.size()) {
    return false;
  }
  path.remove_prefix(rule.folder.size());
  path.remove_suffix(rule.ending.size());
  return !rule.per_page || is_number(path);
}

}  // namespace

std::span<const PayloadRule> payload_rules() noexcept {
  return kRules;
}

const PayloadRule* rule_for(std::string_view path) noexcept {
  if (!path.starts_with(kData)) {
    return nullptr;
  }
  path.remove_prefix(kData.size());
  const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                   [&](const PayloadRule& rule) { return fits(rule, path); });
  return found == kRules.end() ? nullptr : &*found;
}

std::string path_by(const PayloadRule& rule, std::string_view number) {
  std::string path = std::string(kData) + std::string(rule.folder);
  if (!rule.ending.empty()) {
    path += std::string(number) + std::string(rule.ending);
  }
  return path;
}

}  // namespace shiqu::package
