#include "storage/package/names.h"

#include <doctest/doctest.h>

using namespace shiqu::package;

TEST_CASE("package paths are lower-case ASCII that every disk can hold") {
  CHECK(is_safe_path("data/masters/0001.tif"));
  CHECK(is_safe_path("bag-info.txt"));
  for (const char* bad : {"", "/data/a", "data//a", "data/../a", "data/./a", "data/A", "data/a b",
                          "data/.hidden", "data/a.", "data/a/", "data/書", "~/a", "data/a:b"}) {
    CHECK_MESSAGE(!is_safe_path(bad), bad);
  }
  CHECK(is_safe_path("data/" + std::string(175, 'a')));
  CHECK_FALSE(is_safe_path("data/" + std::string(176, 'a')));
}

TEST_CASE("a package is named after its identifier and version") {
  CHECK(package_name("GJ0001", 1) == "gj0001-v1");
  CHECK(package_name("A.1_b-2", 12) == "a.1_b-2-v12");
  CHECK(package_name("ark:/12148/x", 1).starts_with("ark-12148-x-"));
  CHECK(is_safe_path(package_name("../../etc/passwd", 1)));
  CHECK(is_safe_path(package_name("館藏〇一", 3)));
  CHECK(is_safe_path(package_name(std::string(500, 'Z'), 3)));
}

TEST_CASE("identifiers that lose characters do not share a package name") {
  CHECK(package_name("史記一", 1) != package_name("史記二", 1));
  CHECK(package_name("a b", 1) != package_name("a/b", 1));
}
