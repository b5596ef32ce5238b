#include "storage/package/verify.h"

#include "storage/base/digest.h"
#include "storage/base/text.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

/// A fresh package to be damaged.
struct Package {
  TempDir dir;
  StationKey key = new_station_key();
  fs::path folder = test::make_small_package(dir.path(), key);

  [[nodiscard]] PackageVerdict verdict() const { return test::verdict_of(folder); }
};

/// Alters each byte at the given step with two values; returns how many alterations were accepted.
int unnoticed_changes(const fs::path& folder, const fs::path& file, std::size_t step) {
  const std::string whole = test::get(file);
  int unnoticed = 0;
  for (std::size_t i = 0; i < whole.size(); i += step) {
    for (const int bits : {0x01, 0x20}) {
      std::string altered = whole;
      altered[i] = static_cast<char>(altered[i] ^ bits);
      test::put(file, altered);
      if (test::verdict_of(folder).ok) {
        ++unnoticed;
        MESSAGE(file.filename().string() << " byte " << i << " bits " << bits);
      }
    }
  }
  test::put(file, whole);
  return unnoticed;
}

/// Recomputes manifests and signature after the payload was changed, as a forger would.
void sign_again(const fs::path& folder, const StationKey& key) {
  std::vector<std::pair<std::string, DigestKind>> kinds = {{"sha256", DigestKind::Sha256},
                                                           {"sha512", DigestKind::Sha512}};
  for (const std::string prefix : {"manifest-", "tagmanifest-"}) {
    for (const auto& [name, kind] : kinds) {
      std::string text;
      std::vector<fs::path> files;
      for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string path = entry.path().lexically_relative(folder);
        const bool payload = path.starts_with("data/");
        if (entry.is_regular_file() && payload == (prefix == "manifest-") &&
            !path.starts_with("tagmanifest-")) {
          files.emplace_back(path);
        }
      }
      std::sort(files.begin(), files.end(),
                [](const fs::path& a, const fs::path& b) { return a.string() < b.string(); });
      for (const fs::path& file : files) {
        text += *file_digest_hex(folder / file, kind) + "  " + file.string() + "\n";
      }
      test::put(folder / (prefix + name + ".txt"), text);
    }
  }
  const auto signature = sign_file(key, folder / "tagmanifest-sha512.txt", "GJ0001 v1 STN01",
                                   "shiqu package signature");
  REQUIRE(signature);
  test::put(folder / "tagmanifest-sha512.txt.minisig", *signature);
}

/// Sets Payload-Oxum to what the payload has.
void fix_oxum(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "data")) {
    bytes += entry.is_regular_file() ? entry.file_size() : 0;
    files += entry.is_regular_file() ? 1 : 0;
  }
  std::string info = test::get(folder / "bag-info.txt");
  const std::size_t at = info.find("Payload-Oxum: ");
  info.replace(at, info.find('\n', at) - at, fmt::format("Payload-Oxum: {}.{}", bytes, files));
  test::put(folder / "bag-info.txt", info);
}

}  // namespace

TEST_CASE("a whole package is accepted without a finding and described") {
  const Package package;
  const PackageVerdict verdict = package.verdict();
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  CHECK_MESSAGE(verdict.findings.empty(), test::findings_of(verdict));
  CHECK(verdict.identifier == "GJ0001");
  CHECK(verdict.version == 1);
  CHECK(verdict.files == 8);
  CHECK(verdict.pages == 1);
  CHECK(verdict.signature == SignatureState::Untrusted);
  CHECK(verdict.signer == text_of(package.key.id));
  const Json json = to_json(verdict);
  CHECK(json["ok"] == true);
  CHECK(json["signature"] == "untrusted");
  CHECK(json["tag_manifest_sha256"] ==
        *file_digest_hex(package.folder / "tagmanifest-sha512.txt", DigestKind::Sha256));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kEveryTagByte = 13;  // sanitizers are slow; the ordinary build tries every byte
#else
constexpr int kEveryTagByte = 1;
#endif

TEST_CASE("every altered byte of every tag file is noticed") {
  const Package package;
  int files = 0;
  for (const auto& entry : fs::directory_iterator(package.folder)) {
    if (entry.is_regular_file()) {
      CHECK(unnoticed_changes(package.folder, entry.path(), kEveryTagByte) == 0);
      ++files;
    }
  }
  CHECK(files == 8);
  CHECK(package.verdict().ok);
}

TEST_CASE("altered bytes of the payload are noticed and named") {
  const Package package;
  for (const auto& entry : fs::recursive_directory_iterator(package.folder / "data")) {
    if (entry.is_regular_file()) {
      CHECK(unnoticed_changes(package.folder, entry.path(), 97) == 0);
    }
  }
  test::put(package.folder / "data/masters/0001.tif", "not decoded herE");
  const PackageVerdict verdict = package.verdict();
  CHECK_FALSE(verdict.ok);
  REQUIRE(verdict.has("digest_mismatch"));
  for (const VerifyFinding& one : verdict.findings) {
    CHECK(one.path == "data/masters/0001.tif");
  }
}

TEST_CASE("a missing, extra, renamed, truncated or linked file is noticed") {
  struct Case {
    const char* code;
    void (*damage)(const fs::path&);
  };
  const std::vector<Case> cases = {
      {"missing_file", [](const fs::path& at) { fs::remove(at / "data/ocr/text/0001.txt"); }},
      {"missing_file", [](const fs::path& at) { fs::remove(at / "bag-info.txt"); }},
      {"no_declaration", [](const fs::path& at) { fs::remove(at / "bagit.txt"); }},
      {"no_payload_folder", [](const fs::path& at) { fs::remove_all(at / "data"); }},
      {"extra_file", [](const fs::path& at) { test::put(at / "data/masters/0002.tif", "x"); }},
      {"unexpected_root_entry", [](const fs::path& at) { test::put(at / "notes.txt", "x"); }},
      {"unexpected_root_entry", [](const fs::path& at) { fs::create_directory(at / "more"); }},
      {"empty_folder", [](const fs::path& at) { fs::create_directory(at / "data/access"); }},
      {"unexpected_root_entry",
       [](const fs::path& at) { test::put(at / "manifest-blake3.txt", "00  data/x\n"); }},
      {"unexpected_root_entry",
       [](const fs::path& at) { test::put(at / "fetch.txt", "http://x/ - data/x\n"); }},
      {"missing_file",
       [](const fs::path& at) {
         fs::rename(at / "data/ocr/text/0001.txt", at / "data/ocr/text/0002.txt");
       }},
      {"case_twin", [](const fs::path& at) { test::put(at / "data/ocr/text/0001.TXT", "x"); }},
      {"symlink",
       [](const fs::path& at) {
         fs::rename(at / "data/masters/0001.tif", at.parent_path() / "moved.tif");
         fs::create_symlink(at.parent_path() / "moved.tif", at / "data/masters/0001.tif");
       }},
      {"symlink",
       [](const fs::path& at) { fs::create_directory_symlink("/", at / "data/access"); }},
      {"digest_mismatch",
       [](const fs::path& at) { fs::resize_file(at / "data/masters/0001.tif", 5); }},
      {"signature_missing",
       [](const fs::path& at) { fs::remove(at / "tagmanifest-sha512.txt.minisig"); }},
      {"signature_missing", [](const fs::path& at) { fs::remove(at / "signer.pub"); }},
      {"digest_mismatch",
       [](const fs::path& at) {
         test::put(at / "manifest-sm3.txt", std::string(64, '0') + "  data/masters/0001.tif\n");
       }},
  };
  for (const Case& one : cases) {
    const Package package;
    one.damage(package.folder);
    const PackageVerdict verdict = package.verdict();
    CHECK_MESSAGE(!verdict.ok, one.code);
    CHECK_MESSAGE(verdict.has(one.code), one.code << " not in " << test::findings_of(verdict));
  }
}

TEST_CASE("each whole line of each manifest is needed") {
  const Package package;
  for (const auto& entry : fs::directory_iterator(package.folder)) {
    if (entry.path().filename().string().find("manifest-") == std::string::npos) {
      continue;
    }
    const std::string whole = test::get(entry.path());
    const auto lines = split(whole, '\n');
    for (std::size_t drop = 0; drop + 1 < lines.size(); ++drop) {
      std::string rest;
      for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        rest += i == drop ? "" : lines[i] + "\n";
      }
      test::put(entry.path(), rest);
      CHECK_FALSE(package.verdict().ok);
    }
    test::put(entry.path(), whole);
  }
  CHECK(package.verdict().ok);
}

TEST_CASE("a package signed by another key is refused when a key is expected") {
  const Package package;
  VerifyOptions options;
  options.trusted = package.key.verifying();
  CHECK(test::verdict_of(package.folder, options).signature == SignatureState::Trusted);
  options.trusted = new_station_key().verifying();
  const PackageVerdict verdict = test::verdict_of(package.folder, options);
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.signature == SignatureState::WrongKey);
  CHECK(verdict.has("wrong_signer"));
}

TEST_CASE("a forger with a key of their own is refused when a key is expected") {
  const Package package;
  const StationKey forger{package.key.id, SigningKey::make()};  // even under the same key id
  test::put(package.folder / "data/ocr/text/0001.txt", "other words\n");
  test::put(package.folder / "signer.pub", public_key_text(forger.verifying()));
  fix_oxum(package.folder);
  sign_again(package.folder, forger);
  CHECK_MESSAGE(package.verdict().ok, test::findings_of(package.verdict()));
  VerifyOptions options;
  options.trusted = package.key.verifying();
  CHECK_FALSE(test::verdict_of(package.folder, options).ok);
}

TEST_CASE("a correctly signed package whose content breaks the profile is refused") {
  struct Case {
    const char* code;
    void (*damage)(const fs::path&);
  };
  const std::vector<Case> cases = {
      {"page_count", [](const fs::path& at) { test::put(at / "data/ocr/page/0002.xml", "<a/>"); }},
      {"page_incomplete",
       [](const fs::path& at) {
         fs::rename(at / "data/masters/0001.tif", at / "data/masters/0002.tif");
       }},
      {"bad_xml", [](const fs::path& at) { test::put(at / "data/metadata/dc.xml", "<a><b></a>"); }},
      {"bad_page_xml",
       [](const fs::path& at) { test::put(at / "data/ocr/page/0001.xml", "<a/>"); }},
      {"bad_json", [](const fs::path& at) { test::put(at / "data/reports/quality.json", "{"); }},
      {"bad_journal",
       [](const fs::path& at) { test::put(at / "data/provenance/events.jsonl", "{}\n"); }},
      {"missing_payload", [](const fs::path& at) { fs::remove(at / "data/metadata/record.json"); }},
      {"unsafe_path", [](const fs::path& at) { test::put(at / "data/ocr/Text 書.md", "x"); }},
      {"bad_tag",
       [](const fs::path& at) {
         std::string info = test::get(at / "bag-info.txt");
         test::put(at / "bag-info.txt", info.replace(info.find("full"), 4, "some"));
       }},
      {"space_before_colon",
       [](const fs::path& at) {
         std::string info = test::get(at / "bag-info.txt");
         test::put(at / "bag-info.txt", info.replace(info.find(":"), 1, " :"));
       }},
      {"repeated_tag",
       [](const fs::path& at) {
         test::put(at / "bag-info.txt", test::get(at / "bag-info.txt") + "Bag-Count: 1 of 1\n");
       }},
      {"declaration_form",
       [](const fs::path& at) {
         test::put(at / "bagit.txt", "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n");
       }},
  };
  for (const Case& one : cases) {
    const Package package;
    one.damage(package.folder);
    fix_oxum(package.folder);
    sign_again(package.folder, package.key);
    const PackageVerdict verdict = package.verdict();
    CHECK_MESSAGE(!verdict.ok, one.code);
    CHECK_MESSAGE(verdict.has(one.code), one.code << " not in " << test::findings_of(verdict));
    CHECK_FALSE(verdict.has("digest_mismatch"));
  }
}

TEST_CASE("the system's own tools accept manifests and signature of a package") {
  const Package package;
  const std::string enter = "cd '" + package.folder.string() + "' && ";
  for (const std::string command :
       {"sha512sum --strict --quiet -c manifest-sha512.txt tagmanifest-sha512.txt",
        "sha256sum --strict --quiet -c manifest-sha256.txt tagmanifest-sha256.txt"}) {
    CHECK(test::run("sh", {"-c", enter + command}) == 0);
  }
  const int status =
      test::run("sh", {"-c", enter + "minisign -VHm tagmanifest-sha512.txt -p signer.pub"});
  CHECK((status == 0 || status == 127));  // 127: minisign is not installed
}

TEST_CASE("file names that are no text, pipes and hostile journals give a verdict") {
  const Package package;
  test::put(package.folder / "data/ocr/text/\xff\xfe.txt", "x");
  REQUIRE(::mkfifo((package.folder / "data/ocr/pipe").c_str(), 0600) == 0);
  const PackageVerdict verdict = package.verdict();
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.has("special_file"));
  CHECK(to_json(verdict).dump().find("special_file") != std::string::npos);
  for (const char* journal :
       {R"({"sequence":1e300,"at_ms":0})", R"({"sequence":9223372036854775807,"at_ms":1})",
        R"({"sequence":-9223372036854775808,"at_ms":1})", "[]", "1", "\"x\"", "",
        R"({"journal_head":1,"journal_entries":"x"})"}) {
    test::put(package.folder / "data/provenance/events.jsonl", std::string(journal) + "\n");
    CHECK(package.verdict().has("bad_journal"));
  }
}

TEST_CASE("a package may be renamed, but the verdict says so") {
  const Package package;
  fs::rename(package.folder, package.dir.path() / "other");
  const PackageVerdict verdict = test::verdict_of(package.dir.path() / "other/");
  CHECK(verdict.ok);
  CHECK(verdict.has("folder_name"));
}

TEST_CASE("a folder that is no package gives a verdict, no folder an error") {
  const TempDir dir;
  const PackageVerdict verdict = test::verdict_of(dir.path());
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.has("no_declaration"));
  CHECK(verify_package(dir.path() / "none").error().code == ErrorCode::NotFound);
  test::put(dir.path() / "file", "");
  CHECK(verify_package(dir.path() / "file").error().code == ErrorCode::InvalidInput);
}

TEST_CASE("every altered file of a package that is read on several threads is named, in order") {
  const TempDir dir;
  auto bag = BagWriter::create(dir.path() / "x-v1");
  REQUIRE(bag);
  for (int i = 0; i < 8; ++i) {
    REQUIRE(bag->add_text("data/" + std::to_string(i), std::string(2U << 20U, 'a')));
  }
  BagInfo info;
  info.source_organization = info.external_identifier = info.internal_sender_identifier = "x";
  info.bagging_date = "2026-11-25";
  info.bag_group_identifier = "x";
  REQUIRE(bag->finish(info, new_station_key()));
  VerifyOptions generic;
  generic.profile = false;
  CHECK(test::verdict_of(dir.path() / "x-v1", generic).ok);
  for (const char* name : {"1", "4", "7"}) {
    test::put(dir.path() / "x-v1/data" / name, std::string(2U << 20U, 'b'));
  }
  const PackageVerdict verdict = test::verdict_of(dir.path() / "x-v1", generic);
  REQUIRE(verdict.findings.size() == 3);
  CHECK(verdict.findings[0].path == "data/1");
  CHECK(verdict.findings[1].path == "data/4");
  CHECK(verdict.findings[2].path == "data/7");
  for (const char* manifest : {"manifest-sha256.txt", "manifest-sha512.txt"}) {
    CHECK(verdict.findings[0].message.find(manifest) != std::string::npos);
  }
  std::stop_source stop;
  stop.request_stop();
  CHECK(verify_package(dir.path() / "x-v1", generic, {}, stop.get_token()).error().code ==
        ErrorCode::Cancelled);
}

TEST_CASE("verifying reports how far it is and stops when asked") {
  const Package package;
  std::uint64_t last = 0;
  std::uint64_t all = 0;
  const auto verdict =
      verify_package(package.folder, {}, [&](std::uint64_t done, std::uint64_t total) {
        CHECK(done >= last);
        last = done;
        all = total;
      });
  REQUIRE(verdict);
  CHECK(last > 0);
  CHECK(last <= all);
  std::stop_source stop;
  stop.request_stop();
  CHECK(verify_package(package.folder, {}, {}, stop.get_token()).error().code ==
        ErrorCode::Cancelled);
}

TEST_CASE("documents of a data set that are not what they say are named") {
  const Package package;
  fs::create_directories(package.folder / "data/dataset");
  test::put(package.folder / "data/dataset/coco.json", "{\"images\": [");
  test::put(package.folder / "data/dataset/metadata.jsonl", "{}\nnothing\n");
  test::put(package.folder / "data/provenance/prov.jsonld", std::string(5000, '['));
  std::string nested;
  for (int i = 0; i < 300'000; ++i) {
    nested += "<a b=\"some words that make it long, some more of them\"/>\n";
  }
  test::put(package.folder / "data/metadata/mets.xml", "<mets>" + nested + "</met>");
  test::put(package.folder / "data/metadata/lido.xml", "<lido>" + nested + "</lido>");
  test::put(package.folder / "data/metadata/eep.xml", "<!DOCTYPE e>\n<e>" + nested + "</e>");
  const PackageVerdict verdict = package.verdict();
  const auto names = [&](const std::string& code, const std::string& path) {
    return std::any_of(
        verdict.findings.begin(), verdict.findings.end(),
        [&](const VerifyFinding& one) { return one.code == code && one.path == path; });
  };
  CHECK(names("bad_json", "data/dataset/coco.json"));
  CHECK(names("bad_json", "data/dataset/metadata.jsonl"));
  CHECK(names("bad_json", "data/provenance/prov.jsonld"));
  CHECK(names("bad_xml", "data/metadata/mets.xml"));
  CHECK(names("bad_xml", "data/metadata/eep.xml"));
  CHECK_FALSE(names("bad_xml", "data/metadata/lido.xml"));
}

TEST_CASE("what Shiqu-Contents promises must be there, and what it does not name must not") {
  const auto with_contents = [](const std::string& contents, const fs::path& extra) {
    Package package;
    std::string info = test::get(package.folder / "bag-info.txt");
    test::put(package.folder / "bag-info.txt", info + "Shiqu-Contents: " + contents + "\n");
    if (!extra.empty()) {
      fs::create_directories((package.folder / extra).parent_path());
      test::put(package.folder / extra, "{}\n");
      fix_oxum(package.folder);
    }
    sign_again(package.folder, package.key);
    return package.verdict();
  };
  const std::string base = "masters page text dc record events quality ro-crate";
  CHECK(with_contents(base, {}).ok);
  CHECK(with_contents(base + " alto", {}).has("contents_incomplete"));
  CHECK(with_contents(base + " coco", {}).has("contents_incomplete"));
  CHECK(with_contents(base, "data/dataset/coco.json").has("not_in_contents"));
  CHECK(with_contents(base + " coco", "data/dataset/coco.json").ok);
  CHECK(with_contents(base + " yolo", "data/dataset/labels/0002.txt").has("page_count"));
  CHECK(with_contents(base, "data/dataset/other.json").has("unknown_payload"));
}
