#pragma once

#include "storage/base/channel.h"
#include "storage/package/bag_writer.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Text, XML and JSON of any length written into a package in constant memory. The first error is
/// kept and comes out of finish(); whatever is put after it goes nowhere.
namespace shiqu::package {

/// A payload file written through a small buffer.
class TextOut {
 public:
  static Result<TextOut> open(BagWriter& bag, const std::string& path);
  void put(std::string_view text);
  /// Closes the file: only now it is in the bag. Errors: those of BagWriter.
  Status finish();

 private:
  TextOut(BagWriter& bag, PayloadFile file) : bag_(&bag), file_(std::move(file)) {}
  void flush();

  BagWriter* bag_;
  PayloadFile file_;
  std::string buffer_;
  Status status_;
};

/// An XML document, one element a line, from the outside to the inside. Characters that XML 1.0
/// forbids are left out of texts and attributes.
class XmlOut {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  static Result<XmlOut> open(BagWriter& bag, const std::string& path);
  void begin(std::string_view element, Attributes attributes = {});
  /// `<element>text</element>`; nothing at all when `text` is empty.
  void leaf(std::string_view element, std::string_view text, Attributes attributes = {});
  /// `<element …/>`.
  void empty(std::string_view element, Attributes attributes = {});
  /// Text inside the element that is open.
  void text(std::string_view text);
  void end();
  /// Ends all that is open. Errors: those of BagWriter.
  Status finish();

 private:
  explicit XmlOut(TextOut out) : out_(std::move(out)) {}
  void tag(std::string_view element, Attributes attributes, std::string_view closing);
  void indent();

  TextOut out_;
  std::vector<std::string> open_;
};

/// JSON on one line: UTF-8, members sorted, malformed text made well-formed.
std::string json_line(const Json& json);

/// A JSON document of members and long arrays, one entry of an array a line. Members come out in
/// the order in which they are put.
class JsonOut {
 public:
  static Result<JsonOut> open(BagWriter& bag, const std::string& path);
  void member(std::string_view name, const Json& value);
  /// All members of an object.
  void members(const Json& object);
  void begin_array(std::string_view name);
  void entry(const Json& value);
  void end_array();
  Status finish();

 private:
  explicit JsonOut(TextOut out) : out_(std::move(out)) {}
  void key(std::string_view name);

  TextOut out_;
  bool first_member_ = true;
  bool first_entry_ = true;
};

}  // namespace shiqu::package
