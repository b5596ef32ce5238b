#include "tests/package/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

/// Bags of the suite in folders called `kind`, over all versions.
std::vector<fs::path> bags_of(const fs::path& suite, const std::string& kind) {
  std::vector<fs::path> out;
  for (const auto& version : fs::directory_iterator(suite)) {
    if (fs::exists(version.path() / kind)) {
      for (const auto& bag : fs::directory_iterator(version.path() / kind)) {
        out.push_back(bag.path());
      }
    }
  }
  return out;
}

PackageVerdict generic_verdict(const fs::path& bag) {
  VerifyOptions options;
  options.profile = false;
  return test::verdict_of(bag, options);
}

}  // namespace

TEST_CASE("the public conformance suite of BagIt is judged as its folders say") {
  const auto schemas = test::shared_schemas();
  if (!schemas) {
    MESSAGE("SKIPPED: no conformance suite on this machine");
    return;
  }
  const fs::path suite = *schemas / "fixtures" / "bagit-conformance";
  int bags = 0;
  for (const fs::path& bag : bags_of(suite, "valid")) {
    const PackageVerdict verdict = generic_verdict(bag);
    CHECK_MESSAGE(verdict.ok, bag.string() << ": " << test::findings_of(verdict));
    ++bags;
  }
  for (const char* kind : {"invalid", "linux-only"}) {
    for (const fs::path& bag : bags_of(suite, kind)) {
      CHECK_MESSAGE(!generic_verdict(bag).ok, bag.string());
      ++bags;
    }
  }
  for (const fs::path& bag : bags_of(suite, "warning")) {
    const PackageVerdict verdict = generic_verdict(bag);
    CHECK_MESSAGE(verdict.ok, bag.string() << ": " << test::findings_of(verdict));
    CHECK_MESSAGE(!verdict.findings.empty(), bag.string());
    ++bags;
  }
  CHECK(bags >= 48);
}

TEST_CASE("bags of other makers are valid bags but no packages") {
  const auto schemas = test::shared_schemas();
  if (!schemas) {
    MESSAGE("SKIPPED: no conformance suite on this machine");
    return;
  }
  for (const fs::path& bag : bags_of(*schemas / "fixtures" / "bagit-conformance", "valid")) {
    CHECK_FALSE(test::verdict_of(bag).ok);
  }
  const fs::path sample = *schemas / "fixtures" / "sample-package-v0" / "GJ0001-v1";
  CHECK(generic_verdict(sample).ok);
  const PackageVerdict verdict = test::verdict_of(sample);
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.has("not_in_tag_manifest"));
}
