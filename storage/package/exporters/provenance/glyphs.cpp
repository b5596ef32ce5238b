#include "storage/base/clock.h"
#include "storage/base/text.h"
#include "storage/package/exporters/provenance/provenance.h"
#include "storage/package/stream_text.h"

#include <algorithm>
#include <map>

namespace shiqu::package {
namespace {

/// Where one character of a line comes from.
struct Origin {
  int revision = 0;
  std::string author;    ///< text_of(Agent)
  std::string producer;  ///< recogniser with version and model, as that revision has it
  std::int64_t at_ms = 0;
  bool by_person = false;
};

struct TracedLine {
  std::u32string characters;
  std::vector<Origin> origins;  ///< one a character
};
using Traced = std::map<std::string, TracedLine>;  // by the line's id

/// For each character of `now` the place in `before` it is kept from, or -1: the longest common
/// subsequence; lines are short.
std::vector<int> kept_from(const std::u32string& before, const std::u32string& now) {
  const std::size_t rows = before.size() + 1;
  const std::size_t columns = now.size() + 1;
  std::vector<int> longest(rows * columns, 0);
  const auto at = [&](std::size_t row, std::size_t column) -> int& {
    return longest[row * columns + column];
  };
  for (std::size_t i = before.size(); i-- > 0;) {
    for (std::size_t k = now.size(); k-- > 0;) {
      at(i, k) = before[i] == now[k] ? at(i + 1, k + 1) + 1 : std::max(at(i + 1, k), at(i, k + 1));
    }
  }
  std::vector<int> out(now.size(), -1);
  for (std::size_t i = 0, k = 0; i < before.size() && k < now.size();) {
    if (before[i] == now[k] && at(i, k) == at(i + 1, k + 1) + 1) {
      out[k++] = static_cast<int>(i++);
    } else if (at(i + 1, k) >= at(i, k + 1)) {
      ++i;
    } else {
      ++k;
    }
  }
  return out;
}

/// The next revision: characters that stay keep their origin, others come from it.
Traced follow(const Traced& before, const store::TextRevision& revision) {
  const Origin fresh{revision.revision, revision.author, revision.text.producer, revision.at_ms,
                     revision.by_person};
  Traced out;
  for (const model::Line& line : revision.text.lines) {
    TracedLine traced{to_utf32(line.text), {}};
    traced.origins.assign(traced.characters.size(), fresh);
    const auto found = before.find(line.id.str());
    if (found != before.end()) {
      const auto kept = kept_from(found->second.characters, traced.characters);
      for (std::size_t i = 0; i < kept.size(); ++i) {
        if (kept[i] >= 0) {
          traced.origins[i] = found->second.origins[static_cast<std::size_t>(kept[i])];
        }
      }
    }
    out.emplace(line.id.str(), std::move(traced));
  }
  return out;
}

class GlyphProvenance final : public ExportRun {
 public:
  explicit GlyphProvenance(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    const PackagedPage& page = *content.page;
    Traced traced;
    SHIQU_TRY_ASSIGN(const auto history, context_.store().text_history(page.page.id));
    std::vector<int> numbers;
    for (const store::TextRevision& one : history) {
      if (one.revision <= page.page.text_revision) {
        numbers.push_back(one.revision);
      }
    }
    std::sort(numbers.begin(), numbers.end());
    for (const int number : numbers) {
      SHIQU_TRY_ASSIGN(const store::TextRevision revision,
                       context_.store().text_revision(page.page.id, number));
      traced = follow(traced, revision);
    }
    SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(context_.bag(), "data/provenance/glyphs/" +
                                                                    page.number + ".jsonl"));
    for (const model::Line& line : content.text.lines) {
      write_line(out, line, traced[line.id.str()], page.reviewer);
    }
    return out.finish();
  }

 private:
  static void write_line(TextOut& out, const model::Line& line, const TracedLine& traced,
                         const std::string& reviewer) {
    // What leaves is the text of the package, where characters may be blacked out: never the
    // store's.
    const std::u32string shown = to_utf32(line.text);
    for (std::size_t i = 0; i < std::min(shown.size(), traced.origins.size()); ++i) {
      const Origin& origin = traced.origins[i];
      Json one = {{"line", line.id.str()},       {"place", i + 1},
                  {"text", to_utf8(shown[i])},   {"revision", origin.revision},
                  {"by", origin.author},         {"kind", origin.by_person ? "person" : "machine"},
                  {"at", iso8601(origin.at_ms)}, {"accepted_by", reviewer}};
      if (!origin.by_person) {
        one["model"] = origin.producer;
      }
      if (line.glyphs.size() == shown.size()) {
        one["box"] = model::to_json(line.glyphs[i].box);
        if (line.glyphs[i].confidence >= 0) {
          one["confidence"] = line.glyphs[i].confidence;
        }
      }
      out.put(json_line(one) + "\n");
    }
  }

  const ExportContext& context_;
};

}  // namespace

std::unique_ptr<Exporter> make_glyph_provenance_exporter() {
  return make_exporter({"glyph-provenance",
                        "who or what each character comes from",
                        Inclusion::OnRequest,
                        {},
                        start_run<GlyphProvenance>,
                        {.per_character = 400}});
}

}  // namespace shiqu::package
