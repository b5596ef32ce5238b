#include "ocr/train/internal/commands.h"

#include "ocr/language.h"
#include "ocr/train/class_list.h"
#include "ocr/train/glyphs.h"
#include "ocr/train/mix.h"
#include "ocr/train/score.h"
#include "ocr/train/synthesis.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <span>

namespace shiqu::ocr::train {
namespace {

constexpr int kSheetWidth = 640;

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The network a run or a reading starts from, and what its classes are.
struct Start {
  OnnxGraph graph;
  std::u32string characters;
  std::string sha256;
};

Result<std::u32string> keys_in(const std::string& file) {
  if (file.empty()) {
    return std::u32string();
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file));
  return characters_of_keys(text);
}

/// The base network, or --start in its place, with the weights of --head if there is one.
Result<Start> open_start(const Arguments& a) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(a.start.empty() ? a.base : a.start));
  SHIQU_TRY_ASSIGN(OnnxGraph graph, OnnxGraph::parse(as_bytes(bytes)));
  Start out{std::move(graph), {}, sha256_hex(bytes)};
  if (a.head.empty()) {
    SHIQU_TRY_ASSIGN(out.characters, keys_in(a.start.empty() ? a.keys : a.start_keys));
    return out;
  }
  SHIQU_TRY_ASSIGN(const std::string file, read_file(a.head));
  SHIQU_TRY_ASSIGN(const Weights head, from_safetensors(as_bytes(file)));
  for (const auto& [name, tensor] : head.tensors) {
    SHIQU_TRY(out.graph.set_weight(name, tensor));
  }
  SHIQU_TRY_ASSIGN(out.characters, characters_of(head, a.head));
  out.sha256 = sha256_hex(file);
  return out;
}

/// A learner that only reads.
Result<std::pair<Learner, ClassList>> open_reader(const Arguments& a) {
  SHIQU_TRY_ASSIGN(const Start start, open_start(a));
  ClassList classes(start.characters);
  SHIQU_TRY_ASSIGN(Learner learner,
                   Learner::create(start.graph, classes, classes, a.learner, a.seed));
  return std::pair(std::move(learner), std::move(classes));
}

/// What all commands that draw need.
struct Workshop {
  Corpus corpus;
  std::u32string base_characters;
  std::u32string start_characters;
  std::u32string extra;
  ClassList classes{U""};
  TypeCase fonts;
  SynthRecipe recipe;
};

/// `start_characters`: what the network to start from knows.
Result<Workshop> open_workshop(const Arguments& a, std::u32string start_characters) {
  SHIQU_TRY_ASSIGN(TypeCase fonts, TypeCase::open(a.fonts));
  Workshop out{{}, {}, {}, {}, ClassList(U""), std::move(fonts), {}};
  SHIQU_TRY_ASSIGN(out.corpus, read_corpus(a.text));
  SHIQU_TRY_ASSIGN(out.base_characters, keys_in(a.keys));
  out.start_characters = std::move(start_characters);
  SHIQU_TRY_ASSIGN(out.extra, keys_in(a.extra));
  // A class without any glyph cannot be learnt: new characters need a font.
  std::u32string drawn_extra;
  for (const char32_t character : out.extra) {
    if (out.fonts.has(character)) {
      drawn_extra.push_back(character);
    }
  }
  Corpus counted;
  for (const auto& [character, count] : out.corpus.counts) {
    if (out.fonts.has(character)) {
      counted.counts.emplace(character, count);
    }
  }
  out.classes = ClassList(merged_characters(out.base_characters, out.start_characters, counted,
                                            a.min_count, drawn_extra));
  out.recipe.drawable = drawable_characters(out.classes, out.corpus, out.extra, out.fonts);
  const ClassList known(out.start_characters);
  const ClassList old(out.base_characters);
  for (const char32_t character : out.recipe.drawable) {
    if (old.of(character) == 0) {
      // Characters the start network has not seen at all are practised twice as often.
      out.recipe.wanted.append(known.of(character) == 0 ? 2 : 1, character);
    }
  }
  return out;
}

std::map<std::string, std::string> metadata_for(const Arguments& a, const std::string& base,
                                                const Start& start, const Workshop& shop) {
  return {
      {"base", a.base_name},
      {"base_sha256", sha256_hex(base)},
      {"start_sha256", start.sha256},
      {"seed", std::to_string(a.seed)},
      {"planned_steps", std::to_string(a.plan.steps)},
      {"recipe",
       fmt::format(
           "synthetic columns, {} px a step, each used {} times, {:.2f} to {:.2f} of them random "
           "characters; "
           "AdamW, neck {}, head {}, cosine",
           a.batches.pixels, a.plan.reuse, a.batches.random_begin, a.batches.random_end,
           a.learner.neck_rate, a.learner.head_rate)},
      {"text",
       a.text_name.empty() ? std::filesystem::path(a.text).filename().string() : a.text_name},
      {"fonts", names_of(shop.fonts)}};
}

struct Measure {
  std::vector<RealLine> lines;
  score::VariantClasses variants;
};

Result<Measure> open_measure(const Arguments& a, const std::string& base) {
  Measure out;
  if (a.pages.empty()) {
    return out;
  }
  SHIQU_TRY_ASSIGN(Backbone backbone, Backbone::open(as_bytes(base)));
  SHIQU_TRY_ASSIGN(out.lines, read_real_lines(a.pages, backbone));
  if (!a.fold.empty()) {
    SHIQU_TRY_ASSIGN(out.variants, score::VariantClasses::read(a.fold));
  }
  return out;
}

/// First rows for the characters the start network does not know.
Status imprint_new(const Arguments& a, const ClassList& start_classes, const ClassList& classes,
                   BatchMaker& maker, Learner& learner) {
  constexpr int kTogether = 16;
  std::vector<Impression> seen;
  for (int i = 0; i < a.imprint_lines; i += kTogether) {
    SHIQU_TRY_ASSIGN(const BatchMaker::Sample sample,
                     maker.sample(static_cast<std::uint64_t>(i), kTogether));
    std::vector<Impression> more = learner.impressions(sample.features, sample.places);
    std::move(more.begin(), more.end(), std::back_inserter(seen));
  }
  learner.imprint(seen, start_classes, classes);
  return {};
}

}  // namespace

std::string names_of(const TypeCase& fonts) {
  std::string out;
  for (std::size_t font = 0; font < fonts.size(); ++font) {
    out += (font == 0 ? "" : " ") + fonts.name(font);
  }
  return out;
}

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

Status run_training(Arguments a, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const std::string base, read_file(a.base));
  SHIQU_TRY_ASSIGN(const Start start, open_start(a));
  SHIQU_TRY_ASSIGN(Workshop shop, open_workshop(a, start.characters));
  const ClassList start_classes(start.characters);
  SHIQU_TRY_ASSIGN(Learner learner,
                   Learner::create(start.graph, start_classes, shop.classes, a.learner, a.seed));
  SHIQU_TRY(make_folders(a.out));
  a.plan.folder = a.out;
  a.plan.metadata = metadata_for(a, base, start, shop);
  if (a.resume) {
    SHIQU_TRY(read_checkpoint(learner, shop.classes, a.plan.folder / "checkpoint.safetensors"));
  }
  SHIQU_TRY_ASSIGN(const Measure measure, open_measure(a, base));
  const auto score = [&] {
    return score_text(read_lines(learner, shop.classes, measure.lines, measure.variants));
  };
  say(fmt::format("{} classes, {} drawn, {} fonts; from step {}", shop.classes.size(),
                  shop.recipe.drawable.size(), shop.fonts.size(), learner.steps()));
  say(fmt::format("score at {}: {}", learner.steps(), score()));
  a.batches.batches =
      std::max<std::int64_t>(1, a.plan.steps / std::max<std::int64_t>(1, a.plan.reuse));
  LineSynthesiser lines(shop.corpus, shop.fonts, shop.recipe, a.seed);
  SHIQU_TRY_ASSIGN(Backbone backbone, Backbone::open(as_bytes(base)));
  BatchMaker maker(lines, shop.classes, std::move(backbone), a.seed, a.batches);
  const bool new_classes = start_classes.size() < shop.classes.size();
  if (learner.steps() == 0 && new_classes && a.imprint_lines > 0) {
    SHIQU_TRY(imprint_new(a, start_classes, shop.classes, maker, learner));
    say(fmt::format("score with new characters imprinted: {}", score()));
  }
  BatchQueue queue([&](std::uint64_t number) { return maker.make(number); },
                   first_batch(learner.steps(), a.plan), static_cast<std::size_t>(kGroup));
  return train::train(learner, shop.classes, queue, a.plan, score, say, stop);
}

namespace {

/// Prints what a head reads on drawn lines beside their truth.
Status print_reading(const Arguments& a, std::span<const SynthLine> lines) {
  SHIQU_TRY_ASSIGN(const std::string base, read_file(a.base));
  SHIQU_TRY_ASSIGN(const auto reader, open_reader(a));
  SHIQU_TRY_ASSIGN(Backbone backbone, Backbone::open(as_bytes(base)));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const imaging::Image* const image = &lines[i].image;
    SHIQU_TRY_ASSIGN(const Tensor features, backbone.features({&image, 1}, kSheetWidth));
    std::u32string read;
    for (const std::int64_t best : collapsed(reader.first.best_classes(features).front())) {
      read.push_back(reader.second.character(best));
    }
    say(fmt::format("{}\t{}\t{}", i, to_utf8(lines[i].text), to_utf8(read)));
  }
  return {};
}

}  // namespace

Status draw_sheet(const Arguments& a) {
  SHIQU_TRY_ASSIGN(std::u32string known, keys_in(a.start_keys));
  SHIQU_TRY_ASSIGN(Workshop shop, open_workshop(a, std::move(known)));
  LineSynthesiser synthesiser(shop.corpus, shop.fonts, shop.recipe, a.seed);
  constexpr int kGap = 4;
  const int rows = (a.sheet_lines + 1) / 2;
  imaging::Image sheet(imaging::PixelFormat::Rgb8,
                       {2 * kSheetWidth + kGap, rows * (kLineHeightPx + kGap)});
  std::vector<SynthLine> lines;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < a.sheet_lines; ++i) {
    lines.push_back(
        synthesiser.draw(static_cast<std::uint64_t>(i), kSheetWidth, a.batches.random_begin));
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  for (int i = 0; i < a.sheet_lines; ++i) {
    const imaging::Image& line = lines[static_cast<std::size_t>(i)].image;
    for (int y = 0; y < kLineHeightPx; ++y) {
      std::memcpy(
          sheet.row(i / 2 * (kLineHeightPx + kGap) + y).data() + (i % 2) * (kSheetWidth + kGap) * 3,
          line.row(y).data(), line.row(y).size());
    }
  }
  say(fmt::format("{} classes, {} drawn, {} fonts; {:.1f} lines/s", shop.classes.size(),
                  shop.recipe.drawable.size(), shop.fonts.size(), a.sheet_lines / passed.count()));
  SHIQU_TRY(imaging::write_png(a.out, sheet));
  return a.base.empty() ? Status() : print_reading(a, lines);
}

namespace {

Result<Weights> open_head(const std::string& file) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file));
  return from_safetensors(as_bytes(bytes));
}

/// The network of --start as if it were a head.
Result<Weights> start_as_head(const Arguments& a) {
  Arguments start = a;
  start.head.clear();
  SHIQU_TRY_ASSIGN(const auto reader, open_reader(start));
  Weights out = reader.first.head();
  out.metadata["characters"] = to_utf8(reader.second.characters());
  return out;
}

}  // namespace

Status mix_heads(const Arguments& a) {
  if (a.other.empty() && a.start.empty()) {
    return fail(ErrorCode::InvalidInput, "mix heads", {}, "give --other or --start");
  }
  SHIQU_TRY_ASSIGN(const Weights head, open_head(a.head));
  SHIQU_TRY_ASSIGN(const Weights other, a.other.empty() ? start_as_head(a) : open_head(a.other));
  SHIQU_TRY_ASSIGN(Weights out, mixed(head, other, a.share));
  const std::string& file = a.other.empty() ? a.start : a.other;
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file));
  out.metadata["mixed"] += fmt::format("{} of {} ", a.share, sha256_hex(bytes));
  const std::vector<std::uint8_t> written = to_safetensors(out, WeightFormat::Float16);
  return replace_file(a.out, {reinterpret_cast<const char*>(written.data()), written.size()});
}

namespace {

/// Printed columns as running text: one of at least `full` characters goes on in the next.
std::vector<std::string> joined(const std::vector<std::string>& columns, int full) {
  std::vector<std::string> out;
  bool goes_on = false;
  for (const std::string& column : columns) {
    if (goes_on) {
      out.back() += column;
    } else {
      out.push_back(column);
    }
    goes_on = to_utf32(column).size() >= static_cast<std::size_t>(full);
  }
  return out;
}

}  // namespace

Status learn_language(const Arguments& a) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(a.text));
  const LanguageModel model =
      LanguageModel::learn(joined(split(text, '\n'), a.full_line), a.pruning);
  say(fmt::format("{} characters, {} pairs, {} triples", model.characters(), model.bigrams(),
                  model.trigrams()));
  return replace_file(a.out, model.bytes());
}

Status print_score(const Arguments& a) {
  SHIQU_TRY_ASSIGN(const std::string base, read_file(a.base));
  SHIQU_TRY_ASSIGN(const auto reader, open_reader(a));
  SHIQU_TRY_ASSIGN(const Measure measure, open_measure(a, base));
  const std::vector<ReadLine> lines =
      read_lines(reader.first, reader.second, measure.lines, measure.variants);
  if (a.list) {
    for (const ReadLine& one : lines) {
      say(fmt::format("{}\t{}\t{}\t{}\t{}", one.line->page, one.line->kind, one.errors.folded,
                      to_utf8(one.line->truth), to_utf8(one.read)));
    }
  }
  say(fmt::format("{} lines: {}", lines.size(), score_text(lines)));
  return {};
}

}  // namespace shiqu::ocr::train
