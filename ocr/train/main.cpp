#include "ocr/train/internal/commands.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <malloc.h>

#include <csignal>
#include <ctime>
#include <limits>
#include <thread>

namespace {

using namespace shiqu;
using namespace shiqu::ocr::train;

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
  app.add_option("--head", a.head, "head file to start from");
  app.add_option("--pages", a.pages, "folder with columns.json: real columns to measure on");
  app.add_option("--fold", a.fold, "folder with tables of variant characters");
}

void declare_glyphs(CLI::App& app, Arguments& a) {
  app.add_option("--head", a.head, "head file: characters to learn, where a font has them")
      ->required();
  app.add_option("--text", a.text, "UTF-8 text to learn from, one column a line")->required();
  app.add_option("--text-name", a.text_name, "origin of the text, for the file");
  app.add_option("--out", a.out, "folder for checkpoint and glyphs.safetensors")->required();
  app.add_option("--fonts", a.fonts, "folder with the fonts");
  app.add_option("--seed", a.seed, "the same seed gives the same glyphs and first weights");
  app.add_option("--steps", a.plan.steps, "steps in all");
  app.add_option("--glyphs", a.glyphs, "of a step")->check(CLI::Range(2, 4096));
  app.add_option("--random", a.batches.random_begin, "share of columns with random characters");
  app.add_option("--rate", a.glyph_learner.rate, "highest learning rate");
  app.add_option("--threads", a.glyph_learner.threads, "of libtorch, beside the one that draws");
  app.add_option("--checkpoint-every", a.plan.checkpoint_every, "steps");
  app.add_option("--score-every", a.plan.score_every, "steps");
  app.add_flag("--resume", a.resume, "go on from the checkpoint in --out");
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
  score->add_flag("--list", arguments.list, "print each line with its truth");
  CLI::App* const mix = app.add_subcommand("mix", "write the mean of two heads of one network");
  mix->add_option("--head", arguments.head, "head file")->required();
  CLI::Option* const other = mix->add_option("--other", arguments.other, "another head file");
  CLI::Option* const start =
      mix->add_option("--start", arguments.start, "or the ONNX file that --head started from");
  start->excludes(other);
  mix->add_option("--start-keys", arguments.start_keys, "characters of --start")->needs(start);
  mix->add_option("--share", arguments.share, "of the other, 0 to 1")->check(CLI::Range(0.0, 1.0));
  mix->add_option("--out", arguments.out, "head file to write")->required();
  CLI::App* const glyphs = app.add_subcommand("glyphs", "train the second look at single glyphs");
  declare_glyphs(*glyphs, arguments);
  CLI::App* const language = app.add_subcommand("language", "count the language of a text");
  language->add_option("--text", arguments.text, "UTF-8, one column a line")->required();
  language->add_option("--out", arguments.out, "language file to write")->required();
  language->add_option("--full-line", arguments.full_line,
                       "characters of a column whose text goes on in the next");
  language->add_option("--min-bigram", arguments.pruning.min_bigram, "rarer pairs are forgotten");
  language->add_option("--min-trigram", arguments.pruning.min_trigram, "so are rarer triples");
  language->add_option("--min-history", arguments.pruning.min_history,
                       "and triples seen once that begin with a rarer pair");
  CLI11_PARSE(app, argc, argv);

  keep_freed_memory();
  std::stop_source stop;
  const std::jthread signals = stop_on_signal(stop);
  const Status done = *sheet      ? draw_sheet(arguments)
                      : *mix      ? mix_heads(arguments)
                      : *language ? learn_language(arguments)
                      : *glyphs   ? learn_glyphs(arguments, stop.get_token())
                      : *run      ? run_training(arguments, stop.get_token())
                                  : print_score(arguments);
  if (!done) {
    fmt::print(stderr, "shiqu-train: {}\n", done.error().text());
    return done.error().code == ErrorCode::InvalidInput ? 2 : 1;
  }
  return 0;
}
